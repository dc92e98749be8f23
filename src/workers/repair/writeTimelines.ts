// Writes the change and policy documents that the policy log has altered since the last time. They follow from the
// log alone; their version is the policy offset that they are made as of, so that of two repairers the one that
// knows more wins.
import { setImmediate } from 'node:timers/promises';
import type { Document } from '../../documents/document.ts';
import { deliver } from './delivery.ts';
import type { Shift } from './shift.ts';
import { differing, emptyPicture, isUpToDate, pictureOf, type TimelinePicture } from './timelinePicture.ts';

/** Documents of one request, and looked at without a pause. */
const BATCH = 500;

/** What the documents say now is taken for written: they were, before what is known now was committed. */
export function trustTimelines({ policyLog, pictures }: Shift): void {
  for (const cluster of policyLog.clusters())
    pictures.set(cluster, pictureNow({ policyLog, pictures }, cluster));
}

export async function writeTimelines(shift: Shift): Promise<void> {
  const { policyLog, pictures } = shift;
  for (const cluster of policyLog.clusters()) {
    const before = pictures.get(cluster) ?? emptyPicture(cluster);
    if (isUpToDate(before, policyLog.timeline(cluster), policyLog.manifests(cluster))) continue;
    const after = pictureNow(shift, cluster);
    await write(shift, differing(before, after));
    pictures.set(cluster, after);
  }
}

function pictureNow(
  { policyLog, pictures }: Pick<Shift, 'policyLog' | 'pictures'>,
  cluster: string,
): TimelinePicture {
  const before = pictures.get(cluster) ?? emptyPicture(cluster);
  return pictureOf(policyLog.timeline(cluster), policyLog.manifests(cluster), before);
}

async function write(shift: Shift, documents: Iterable<Document | null>): Promise<void> {
  const _version = shift.policyLog.policyOffset() + 1;
  let batch: Document[] = [];
  let looked = 0;
  for (const document of documents) {
    looked += 1;
    if (document !== null) batch.push({ ...document, _version });
    if (looked % BATCH === 0) await setImmediate();
    if (batch.length < BATCH) continue;
    await deliver(shift, 'timelines', batch);
    batch = [];
  }
  await deliver(shift, 'timelines', batch);
}
