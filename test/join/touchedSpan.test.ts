// Where stored documents are looked for, over all sets of changes of the small world and every further one: what the
// touch test names must lie there.
import { describe, expect, it } from 'vitest';
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import type { Alteration } from '../../src/join/lateChanges.ts';
import { type Trace, traceOf } from '../../src/join/touched.ts';
import { type TouchedSpan, touchedSpan } from '../../src/join/touchedSpan.ts';
import { alteredBetween, CHANGES, FLOWS, knownBy, touchedBetween } from '../support/smallWorld.ts';

const all = CHANGES.map((_, index) => index);
const sets = Array.from({ length: 2 ** CHANGES.length }, (_, bits) =>
  all.filter((index) => ((bits >> index) & 1) === 1),
);
const pairs = sets.flatMap((before) =>
  all.filter((added) => !before.includes(added)).map((added) => ({ before, after: [...before, added] })),
);

function isWithin({ from, until, naming }: TouchedSpan, trace: Trace): boolean {
  const isNamed =
    trace.reported.some((ref) => naming?.includes(ref)) || trace.drift.includes('unknown-policy');
  return (trace.until >= from && trace.from < until) || (naming !== undefined && isNamed);
}

function spanOf(changes: readonly Alteration[]): TouchedSpan | null {
  return touchedSpan(changes, JOIN_DEFAULTS);
}

describe('the span of a late change', () => {
  it('holds every verdict that the change can concern', () => {
    let touched = 0;
    for (const { before, after } of pairs) {
      const span = spanOf(alteredBetween(before, after));
      const isTouched = touchedBetween(before, after);
      const traces = FLOWS.map((flow) => traceOf(knownBy(before).join(flow))).filter(isTouched);
      touched += traces.length;
      expect(traces.filter((trace) => span === null || !isWithin(span, trace))).toEqual([]);
    }
    expect(touched).toBeGreaterThan(10_000);
  });

  it('begins shortly before the change, so that most documents are never read', () => {
    const [first] = CHANGES;
    const begins = pairs.map(({ before, after }) => spanOf(alteredBetween(before, after))?.from ?? 0);
    expect(begins.filter((from) => from > (first?.observedAt ?? 0)).length).toBeGreaterThan(pairs.length / 4);
  });

  it('asks for names only where an incarnation came to be known', () => {
    const naming = alteredBetween([], [4]).map((change) => change.kind === 'policy' && change.incarnations);
    expect(naming).toEqual([true]);
    expect(spanOf(alteredBetween([], [0]))?.naming).toBeUndefined();
    expect(spanOf(alteredBetween([], [4]))?.naming).toEqual(['CiliumNetworkPolicy/data/db']);
  });

  it('is nothing when nothing was altered', () => {
    expect(spanOf([])).toBeNull();
  });
});
