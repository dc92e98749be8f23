// What `analyze` writes from the lines of a run.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from '../../src/model/json.ts';
import { analysed } from '../support/stream/reference.ts';
import type { Documents } from '../support/stream/sameDocuments.ts';
import { auditLines, sampleVerdicts, snapshotPath } from './lines.ts';

export async function referenceOf(
  lines: Iterable<string> | AsyncIterable<string>,
  cluster: string,
): Promise<Documents> {
  const folder = await mkdtemp(join(tmpdir(), 'netpol-drift-chaos-'));
  try {
    const [flows, audit] = [join(folder, 'flows.ndjson'), join(folder, 'audit.ndjson')];
    const file = createWriteStream(flows);
    for await (const line of lines) if (!file.write(`${line}\n`)) await once(file, 'drain');
    file.end();
    await once(file, 'close');
    await writeFile(audit, `${auditLines().join('\n')}\n`);
    return await analysed({ flows, audit, policies: snapshotPath(), cluster });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The uuids of the sample's verdicts that get documents of their own. */
export async function documentedVerdicts(cluster: string): Promise<ReadonlySet<string>> {
  const { verdicts } = await referenceOf(sampleVerdicts(), cluster);
  return new Set(verdicts.map((verdict) => text(verdict['event.id'])));
}
