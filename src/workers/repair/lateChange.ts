// The next records of the policy log, as far as every owner has promised to know them: the documents of changes and
// policies that they alter, and the closed blocks that they touch, computed again. When this resolves, all of it is
// acknowledged.
import { touchedBlocks } from '../../documents/storedTrace.ts';
import type { Alteration } from '../../join/lateChanges.ts';
import { touchedSpan } from '../../join/touchedSpan.ts';
import type { Advance } from '../policyLog/policyLog.ts';
import { createBlockSearch, type StoredBlockName } from './blockSearch.ts';
import { mendBlock } from './mendBlock.ts';
import type { Owners } from './owners.ts';
import { noteMended, type Shift } from './shift.ts';
import { writeTimelines } from './writeTimelines.ts';

/** Changes named in one line of the worker's log. */
const NAMED = 5;

/** @param until at most what every owner has promised */
export async function repairUpTo(shift: Shift, until: number, owners: Owners): Promise<void> {
  const advance = shift.policyLog.advance(until);
  await writeTimelines(shift);
  for (const block of await blocksTouched(shift, advance)) {
    if (!(await owners.isClosed(block))) continue;
    const mended = await mendBlock(shift, block);
    noteMended(shift, block, 'late-change', mended);
    if (mended.outcome === 'lost') warn(shift, block, advance, mended.detail);
  }
}

async function blocksTouched(
  { parts, signal }: Shift,
  { alterations, policyOffset, isTouched }: Advance,
): Promise<readonly StoredBlockName[]> {
  const search = createBlockSearch();
  for (const [cluster, changes] of alterations) {
    const span = touchedSpan(changes, parts.settings.policyLog.join);
    if (span === null) continue;
    for await (const rollups of parts.store.rollupsIn({ cluster, ...span }, signal))
      search.add(rollups, touchedBlocks(rollups, policyOffset, isTouched));
  }
  return search.found();
}

function warn(
  { parts }: Shift,
  { partition, number }: StoredBlockName,
  { alterations, policyOffset }: Advance,
  detail: string,
): void {
  const changes = [...alterations].flatMap(([cluster, altered]) =>
    altered.slice(0, NAMED).map((change) => `${cluster}: ${nameOf(change)}`),
  );
  parts.logger('warn', 'a late change concerns a block that cannot be computed again', {
    partition,
    block: number,
    policyOffset,
    changes: changes.slice(0, NAMED),
    detail,
  });
}

function nameOf(change: Alteration): string {
  switch (change.kind) {
    case 'policy':
      return change.ref;
    case 'namespace':
      return `Namespace//${change.namespace}`;
    case 'surroundings':
    case 'everything':
      return change.kind;
  }
}
