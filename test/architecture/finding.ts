// What a check has to say: a place, the rule that is broken there, and how. Checks return findings and
// never throw, so that one run shows everything that is wrong.

export interface Finding {
  /** Relative to the folder that was checked, with forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  readonly detail: string;
}

/** `src/model/time.ts:12 pure-clock: Date.now()`, one line a finding; '' when there is none. */
export function report(findings: readonly Finding[]): string {
  return findings
    .map((finding) => `${finding.file}:${finding.line} ${finding.rule}: ${finding.detail}`)
    .join('\n');
}
