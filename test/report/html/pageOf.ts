// A report of a small hand-made store: its input, its text, and the data that its script would read.
import { converse } from '../../../src/queries/question.ts';
import { flowGroups } from '../../../src/queries/report/flowGroups.ts';
import { writes } from '../../../src/queries/report/writes.ts';
import { buildSummary } from '../../../src/queries/summary.ts';
import type { Findings } from '../../../src/report/findings.ts';
import type { PageInput } from '../../../src/report/html/pageInput.ts';
import { reportPage } from '../../../src/report/html/reportPage.ts';
import { timeSlots } from '../../../src/report/html/timeSlots.ts';
import type { PageData } from '../../../src/report/page/pageData.ts';
import { asking, type Scene } from '../../queries/scene.ts';

export const SCRIPTS = ['globalThis.ran = 1;'];

export function inputOf(scene: Scene, findings: Findings, whole = 100): Promise<PageInput> {
  return asking(scene, async (ask) => {
    const time = timeSlots(findings.range);
    const groups = flowGroups(
      { startMicros: time.startMs * 1_000, slotMicros: time.slotMs * 1_000 },
      { whole, namespaces: 2 },
    );
    const changes = writes(100);
    return {
      summary: await buildSummary(ask),
      findings,
      time,
      groups: await converse(groups, ask),
      writes: changes.read(await ask(changes.sql)),
    };
  });
}

export async function pageOf(scene: Scene, findings: Findings, redact = false): Promise<string> {
  return reportPage(await inputOf(scene, findings), { scripts: SCRIPTS }, { redact });
}

export function dataOf(page: string): PageData {
  const [, json = ''] = /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(page) ?? [];
  const data: PageData = JSON.parse(json);
  return data;
}
