// Verdict documents of closed blocks that are still provisional though the watermark has passed them: their blocks
// are computed again, so that the documents become final. Those of open blocks are their owners' to settle.
import type { Document } from '../../documents/document.ts';
import { settledBlocks } from '../../documents/storedTrace.ts';
import { text } from '../../model/json.ts';
import { MICROS_PER_MS, parseMicros } from '../../model/time.ts';
import { WINDOW_MICROS, windowStart } from '../../rollup/rollup.ts';
import { blockKey, createBlockSearch, type StoredBlockName } from './blockSearch.ts';
import { mendBlock } from './mendBlock.ts';
import type { Owners } from './owners.ts';
import { isSettledNow, noteMended, type Shift } from './shift.ts';

/** @returns how many blocks were written */
export async function settleProvisional(shift: Shift, owners: Owners): Promise<number> {
  const { parts, policyLog, signal } = shift;
  const skewMicros = parts.settings.policyLog.join.clockSkewMs * MICROS_PER_MS;
  let written = 0;
  for (const cluster of policyLog.clusters()) {
    const { completeUntil } = policyLog.settled.of(cluster, parts.nowMs());
    const until = completeUntil - skewMicros;
    if (until < 0) continue;
    for await (const page of parts.store.provisionalUpTo(cluster, until, signal))
      written += await settlePage(shift, cluster, page, owners);
  }
  return written;
}

async function settlePage(
  shift: Shift,
  cluster: string,
  page: readonly Document[],
  owners: Owners,
): Promise<number> {
  let written = 0;
  for (const block of await blocksOf(shift, cluster, page)) {
    if (shift.done.has(blockKey(block)) || !(await owners.isClosed(block))) continue;
    const mended = await mendBlock(shift, block);
    noteMended(shift, block, 'provisional', mended);
    if (mended.outcome !== 'lost') written += 1;
    else
      shift.parts.logger('warn', 'provisional documents stay so: their block cannot be computed again', {
        partition: block.partition,
        block: block.number,
        detail: mended.detail,
      });
  }
  return written;
}

async function blocksOf(
  shift: Shift,
  cluster: string,
  page: readonly Document[],
): Promise<readonly StoredBlockName[]> {
  const windows = page.flatMap(({ fields }) => {
    const at = parseMicros(text(fields['@timestamp']));
    return at === undefined ? [] : [windowStart(at)];
  });
  const search = createBlockSearch();
  if (windows.length === 0) return [];
  const span = { cluster, from: Math.min(...windows), until: Math.max(...windows) + WINDOW_MICROS };
  for await (const rollups of shift.parts.store.rollupsIn(span, shift.signal))
    search.add(
      rollups,
      settledBlocks(rollups, page, (name, at) => isSettledNow(shift, name, at)),
    );
  return search.found();
}
