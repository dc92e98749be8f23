// As-of look-ups by binary search over things that hold for [from, until).
import type { Micros } from '../model/time.ts';

interface Span {
  readonly from: Micros;
  readonly until: Micros;
}

/** The span that holds t, among spans sorted by `from` that do not overlap. */
export function spanAt<S extends Span>(spans: readonly S[], t: Micros): S | undefined {
  const index = lastAtOrBefore(spans, t);
  const span = spans[index];
  return span !== undefined && t < span.until ? span : undefined;
}

/** Index of the last span with from <= t; -1 when all begin later. */
export function lastAtOrBefore(spans: readonly { readonly from: Micros }[], t: Micros): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span !== undefined && span.from <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
