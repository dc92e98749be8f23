// How much of a policy log the stored documents know, told without one that knows: whoever starts with a log
// that ends before that has another log than the documents were made from.
//
// Verdicts say the offset in a field. The other documents have it in their version only, by which OpenSearch
// neither sorts nor aggregates; but writers know more and more of the log, so the documents written last tell,
// and those are found by their sequence numbers. Exact for verdicts and for what one writer writes; of rollups,
// whose writers may be a little apart, it may fall short by as much as these are apart, and never exceeds.
import { policyOffsetOf } from '../../documents/versions.ts';
import { at, field, number } from '../../model/json.ts';
import { listIndices } from './indexList.ts';
import { indexPattern } from './indexNames.ts';
import { OPEN_ONLY, type Reading, refresh } from './pages.ts';
import { ask } from './patience.ts';

const ASKED = ['verdicts', 'rollups', 'changes', 'policies'] as const;
const LAST_WRITTEN = 500;

/** -1 when nothing is stored. */
export async function readHighestOffset(reading: Reading, signal: AbortSignal): Promise<number> {
  for (const table of ASKED) await refresh(reading, table, signal);
  let highest = await highestOfVerdicts(reading, signal);
  for (const table of ASKED.filter((table) => table !== 'verdicts'))
    for (const index of await listIndices(
      reading,
      { table, prefix: reading.indexPrefix, which: 'open' },
      signal,
    ))
      highest = Math.max(highest, await highestOfLastWritten(reading, index, signal));
  return highest;
}

async function highestOfVerdicts(reading: Reading, signal: AbortSignal): Promise<number> {
  const body = {
    size: 0,
    track_total_hits: false,
    aggs: { highest: { max: { field: 'join.policy_offset' } } },
  };
  const answer = await search(reading, indexPattern('verdicts', reading.indexPrefix), body, signal);
  return number(at(answer, 'aggregations', 'highest', 'value')) ?? -1;
}

async function highestOfLastWritten(reading: Reading, index: string, signal: AbortSignal): Promise<number> {
  const sort = [{ _seq_no: 'desc' }];
  const body = { size: LAST_WRITTEN, track_total_hits: false, version: true, _source: false, sort };
  const hits = at(await search(reading, index, body, signal), 'hits', 'hits');
  const versions = (Array.isArray(hits) ? hits : []).map(
    (hit: unknown) => number(field(hit, '_version')) ?? 0,
  );
  return Math.max(-1, ...versions.map(policyOffsetOf));
}

async function search(
  reading: Reading,
  indices: string,
  body: object,
  signal: AbortSignal,
): Promise<unknown> {
  const query = { ...OPEN_ONLY, allow_partial_search_results: false };
  const request = { method: 'POST', path: `/${indices}/_search`, query, body: JSON.stringify(body) } as const;
  return ask(reading, request, 'reading how much of the policy log is known', signal);
}
