// `netpol-drift analyze`: runs the job, prints the answer, keeps what was asked for, and says by its exit code
// whether drift was found that the caller asked about.
import type { Config } from '../../config.ts';
import type { AsideFile } from '../../files/aside.ts';
import { EXIT } from '../../model/fault.ts';
import { type Drift, FLOW_DRIFT } from '../../model/verdict.ts';
import type { Findings } from '../../report/findings.ts';
import { buildSummary, type Summary } from '../../queries/summary.ts';
import { renderSummary } from '../../report/terminal/summary.ts';
import { summaryLines } from '../../report/terminal/lines.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { analyze } from './analyze.ts';
import { type AnalyzeOptions, checkOptions, type RawAnalyzeOptions } from './options.ts';
import type { Outputs } from './outputs.ts';
import { createProgress } from './progress.ts';
import { unusableFeeds } from './unusable.ts';

/** @returns the exit code */
export async function runAnalyze(raw: RawAnalyzeOptions, config: Config): Promise<number> {
  const options = checkOptions(raw);
  const stop = new AbortController();
  const onSignal = (): void => {
    process.off('SIGINT', onSignal);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const { findings, outputs } = await analyze(options, {
    progress: createProgress(process.stderr, config.progress),
    signal: stop.signal,
    say: (message) => process.stderr.write(`${message}\n`),
    nowMs: () => performance.now(),
  });
  try {
    const summary = await buildSummary((sql) => outputs.store.query(sql));
    const found = await countDrift(outputs, options.failOn);
    const text =
      options.format === 'json'
        ? summaryLines(summary, findings)
            .map((line) => `${JSON.stringify(line)}\n`)
            .join('')
        : renderSummary(summary, findings, { columns: config.columns, colour: config.colour });
    const report = await reportOf(options, outputs, summary, findings);
    await outputs.commit();
    await report?.commit();
    await createLineOutput(process.stdout).write(text);
    const unread = unusableFeeds(options, findings, summary.verdicts.verdicts);
    for (const sentence of unread) process.stderr.write(`netpol-drift: ${sentence}\n`);
    if (unread.length > 0) return EXIT.trouble;
    return found > 0 ? EXIT.drift : EXIT.fine;
  } finally {
    await outputs.discard();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** null when none was asked for. What it needs is loaded only then: it is much. */
async function reportOf(
  { report: path, redact }: AnalyzeOptions,
  { store }: Outputs,
  summary: Summary,
  findings: Findings,
): Promise<AsideFile | null> {
  if (path === '') return null;
  const { writeReport } = await import('../report/writeReport.ts');
  return writeReport((sql) => store.query(sql), summary, findings, { path, redact });
}

/** Verdicts and changes that carry one of the named drifts. */
async function countDrift(outputs: Outputs, names: readonly Drift[]): Promise<number> {
  if (names.length === 0) return 0;
  const ofFlows = names.filter((name) => (FLOW_DRIFT as readonly string[]).includes(name));
  let found = 0;
  for (const table of ['rollups', 'changes', 'policies'] as const) {
    const wanted = table === 'rollups' ? ofFlows : names;
    if (wanted.length === 0) continue;
    const rows = await outputs.store.query(
      `SELECT count(*) AS found FROM "${table}" WHERE list_has_any("drift", $1)`,
      [wanted],
    );
    found += Number(rows[0]?.['found'] ?? 0);
  }
  return found;
}
