// What setup did, for people (a line each, and the way to mend it below) or for programs (NDJSON).
import type { SetupLine } from '../../provision/setupLine.ts';

const WORDS: Readonly<Record<SetupLine['state'], { readonly done: string; readonly planned: string }>> = {
  fine: { done: 'as it is', planned: 'as it is' },
  create: { done: 'created', planned: 'would create' },
  update: { done: 'updated', planned: 'would update' },
  delete: { done: 'deleted', planned: 'would delete' },
  advice: { done: 'advice', planned: 'advice' },
  wrong: { done: 'WRONG', planned: 'WRONG' },
};

const STATE_WIDTH = 14;

export function renderSetup(lines: readonly SetupLine[], dryRun: boolean): string {
  return lines.map((line) => textOf(line, dryRun)).join('');
}

function textOf({ what, state, detail, mend }: SetupLine, dryRun: boolean): string {
  const words = WORDS[state];
  const head = `${(dryRun ? words.planned : words.done).padEnd(STATE_WIDTH)}${what}${detail === '' ? '' : `: ${detail}`}\n`;
  return mend === '' ? head : `${head}${' '.repeat(STATE_WIDTH)}→ ${mend}\n`;
}

/** `done` is false for what was only looked at, or would be done. */
export function setupJson(lines: readonly SetupLine[], dryRun: boolean): string {
  return lines
    .map(({ what, state, detail, mend }) => {
      const done = !dryRun && (state === 'create' || state === 'update' || state === 'delete');
      return `${JSON.stringify({ what, state, done, detail, ...(mend === '' ? {} : { mend }) })}\n`;
    })
    .join('');
}
