// Whether there is anything to ask. Searches pass over indices that are not there, so that a store without a single
// one answers every question with nothing.
import { TABLE_NAMES } from '../../documents/fields.ts';
import { Fault } from '../../model/fault.ts';
import { at } from '../../model/json.ts';
import { indexPattern } from './indexNames.ts';
import { OPEN_ONLY, type Reading } from './pages.ts';
import { ask } from './patience.ts';

/** @throws Fault `store-failed` where no index begins with the prefix, `opensearch-refused`; or the signal's reason */
export async function checkAnyIndex(reading: Reading, signal: AbortSignal): Promise<void> {
  const { indexPrefix } = reading;
  const patterns = TABLE_NAMES.map((table) => indexPattern(table, indexPrefix));
  const answer = await ask(
    reading,
    {
      method: 'POST',
      path: `/${patterns.join(',')}/_search`,
      query: OPEN_ONLY,
      body: JSON.stringify({ size: 0, track_total_hits: false, terminate_after: 1 }),
    },
    'looking for indices',
    signal,
  );
  if (at(answer, '_shards', 'total') === 0)
    throw new Fault(
      'store-failed',
      `OpenSearch has no index whose name begins with ${indexPrefix}: is INDEX_PREFIX that of the workers, and have they stored anything yet?`,
    );
}
