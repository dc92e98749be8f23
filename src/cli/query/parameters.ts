// From what was asked to the parameters of a query: durations count back from the end.
import type { QueryParameters } from '../../queries/catalogue/savedQuery.ts';
import type { Moment, QueryOptions } from './options.ts';

/**
 * @param endMs the clock's time, or the end of what a store file holds
 * @param usualMs how far back is asked when nothing was said; null = to the beginning
 */
export function parametersFor(
  { since, until, cluster, namespace, own, query }: QueryOptions,
  endMs: number,
  usualMs: number | null,
): QueryParameters {
  const untilMs = momentMs(until, endMs);
  const asOfMs = untilMs ?? endMs;
  const usual = usualMs === null || !query.takes.includes('since') ? null : asOfMs - usualMs;
  return { sinceMs: momentMs(since, asOfMs) ?? usual, untilMs, asOfMs, cluster, namespace, own };
}

function momentMs(moment: Moment | null, endMs: number): number | null {
  if (moment === null) return null;
  return 'atMs' in moment ? moment.atMs : endMs - moment.beforeMs;
}
