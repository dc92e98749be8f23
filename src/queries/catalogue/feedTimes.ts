// Feed documents whose records told no time (rejected lines, mostly) say 1970: they belong to every span.
import { all, any, type Condition, is } from './part.ts';
import type { QueryParameters } from './savedQuery.ts';
import { feedScope } from './scope.ts';

const ONE_DAY_MS = 86_400_000;

/** Documents that tell from when until when. */
export const TIMED: Condition = { kind: 'range', field: 'feed.from', from: ONE_DAY_MS, until: null };
const TIMELESS: Condition = { kind: 'range', field: 'feed.from', from: null, until: ONE_DAY_MS };

/** As {@link feedScope}, and what tells no time. */
export function timelessToo(parameters: QueryParameters): readonly Condition[] {
  const { cluster } = parameters;
  const scope = feedScope({ ...parameters, cluster: '' });
  return [
    any(all(...scope), TIMELESS),
    ...(cluster === '' ? [] : [is('orchestrator.cluster.name', cluster)]),
  ];
}
