// Late changes in every order in which the records of the small world can become known: all sets of changes,
// and for each of them every further one. What the touch test leaves out must join to the same as before.
import { describe, expect, it } from 'vitest';
import { rollupDocuments } from '../../src/documents/rollupDocument.ts';
import { rollupTrace } from '../../src/documents/storedTrace.ts';
import { verdictDocument } from '../../src/documents/verdictDocument.ts';
import type { Enriched } from '../../src/join/enriched.ts';
import { type Trace, traceOf } from '../../src/join/touched.ts';
import { openBlock } from '../../src/rollup/block.ts';
import { alteredBetween, CHANGES, FLOWS, knownBy, touchedBetween } from '../support/smallWorld.ts';

const all = CHANGES.map((_, index) => index);
const sets = Array.from({ length: 2 ** CHANGES.length }, (_, bits) =>
  all.filter((index) => ((bits >> index) & 1) === 1),
);

/** Every verdict of one set of changes: what its document says, and what is left of its judgement. */
interface Joined {
  readonly said: string;
  readonly own: Trace;
  readonly stored: Trace | null;
}

const joined = sets.map((set) => FLOWS.map((flow) => joinedOf(knownBy(set).join(flow))));

function joinedOf(verdict: Enriched): Joined {
  const block = openBlock('events/0', 0);
  block.add(verdict);
  const [rollup] = rollupDocuments(block.close(), 1, 0);
  return {
    said: JSON.stringify(verdictDocument(verdict, { policyOffset: 0, status: 'final' }).fields),
    own: traceOf(verdict),
    stored: rollup === undefined ? null : rollupTrace(rollup),
  };
}

interface Case {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly verdict: Joined;
  readonly isAltered: boolean;
}

const cases = sets.flatMap((before, bits) =>
  all
    .filter((added) => !before.includes(added))
    .flatMap((added) =>
      (joined[bits] ?? []).map((verdict, index): Case => {
        const isAltered = verdict.said !== joined[bits | (1 << added)]?.[index]?.said;
        return { before, after: [...before, added], verdict, isAltered };
      }),
    ),
);
const altered = cases.filter(({ isAltered }) => isAltered);

describe('a late change', () => {
  it('leaves out no verdict that it alters', () => {
    expect(altered.length).toBeGreaterThan(10_000);
    const missed = altered.filter(
      ({ before, after, verdict }) => !touchedBetween(before, after)(verdict.own),
    );
    expect(missed).toEqual([]);
  });

  it('is found by the stored rollup as well as by the verdict', () => {
    const missed = altered.filter(({ before, after, verdict }) => {
      return verdict.stored === null || !touchedBetween(before, after)(verdict.stored);
    });
    expect(missed).toEqual([]);
  });

  it('leaves out most of what it does not alter', () => {
    const others = cases.filter(({ isAltered }) => !isAltered);
    const touched = others.filter(({ before, after, verdict }) => touchedBetween(before, after)(verdict.own));
    expect(touched.length).toBeLessThan(others.length / 2);
  });

  it('alters verdicts after the version that it brings has ended, since their cause lies before', () => {
    const after = altered.filter(({ before, after, verdict }) =>
      alteredBetween(before, after).some((one) => one.kind === 'policy' && one.until < verdict.own.from),
    );
    expect(after.length).toBeGreaterThan(0);
  });
});

describe('a record that comes a second time', () => {
  it('alters nothing', () => {
    expect(alteredBetween([1, 2], [2, 1, 1])).toEqual([]);
  });
});
