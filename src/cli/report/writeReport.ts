// From a store and the answers about it to the one file of a report: asks for the rows behind the answers, as many
// as a page can hold, and writes the page aside.

import { type AsideFile, openAside } from '../../files/aside.ts';
import { MICROS_PER_MS } from '../../model/time.ts';
import { type Ask, converse } from '../../queries/question.ts';
import { flowGroups } from '../../queries/report/flowGroups.ts';
import { writes } from '../../queries/report/writes.ts';
import type { Summary } from '../../queries/summary.ts';
import type { Findings } from '../../report/findings.ts';
import { reportPage } from '../../report/html/reportPage.ts';
import { timeSlots } from '../../report/html/timeSlots.ts';
import { pageScripts } from './pageScripts.ts';
import { REPORT_MODE } from './reportPlace.ts';

/** What keeps a page below a few megabytes, whatever the logs hold. */
const LIMITS = { whole: 2_000, namespaces: 1_000 };
const MOST_CHANGES = 1_000;

export interface ReportOptions {
  readonly path: string;
  readonly redact: boolean;
}

/**
 * @returns the file, whole but without its name yet
 * @throws Fault `output-unwritable`, and whatever `ask` throws
 */
export async function writeReport(
  ask: Ask,
  summary: Summary,
  findings: Findings,
  { path, redact }: ReportOptions,
): Promise<AsideFile> {
  const time = timeSlots(findings.range);
  const flows = flowGroups(
    { startMicros: time.startMs * MICROS_PER_MS, slotMicros: time.slotMs * MICROS_PER_MS },
    LIMITS,
  );
  const changes = writes(MOST_CHANGES);
  const input = {
    summary,
    findings,
    time,
    groups: await converse(flows, ask),
    writes: changes.read(await ask(changes.sql)),
  };
  const file = await openAside(path, REPORT_MODE);
  try {
    await file.write(reportPage(input, { scripts: await pageScripts() }, { redact }));
    return file;
  } catch (cause) {
    await file.discard();
    throw cause;
  }
}
