// Blocks, flushes, crashes, take-overs, lingering owners, late changes and repairs, in any order over a
// simulated log and store: what is stored in the end is what one run without a mishap would have stored.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/documents/document.ts';
import { CHANGES, FLOWS } from '../support/smallWorld.ts';
import { ALL_RULES, RULES } from './blocks/rules.ts';
import { type Ended, haunting, run, step, type Story } from './blocks/run.ts';

const RUNS = 5_000;
/** Half a minute on a machine of one's own, several where tests share it with others. */
const PATIENCE = { timeout: 900_000 };

const flows = fc.array(fc.nat({ max: FLOWS.length - 1 }), { minLength: 4, maxLength: 20 });
const stories: fc.Arbitrary<Story> = fc.record({
  raw: fc.tuple(flows, flows),
  changes: fc.shuffledSubarray(
    CHANGES.map((_, index) => index),
    { minLength: 3 },
  ),
  steps: fc.array(fc.nat(), { minLength: 40, maxLength: 300, size: 'max' }),
});

/** What is not as it would be after a run on time; [] when all is. */
function wrongs({ stored, onTime, truth, verdicts }: Ended): readonly string[] {
  const rollups = [...stored.values()].filter(isRollup).filter(({ fields }) => fields['count'] !== 0);
  const sum = rollups.reduce((total, { fields }) => total + Number(fields['count']), 0);
  return [
    ...(sum === verdicts ? [] : [`counts sum to ${sum}, there are ${verdicts} verdicts`]),
    ...rollups.filter(({ _id }) => !onTime.has(_id)).map(({ _id }) => `a rollup too many: ${_id}`),
    ...[...onTime.values()]
      .filter((one) => said(stored.get(one._id)) !== said(one))
      .map(({ _id }) => `wrong: ${_id}`),
    ...[...stored.values()]
      .filter((one) => !isRollup(one) && said(one) !== said(truth.get(one._id)))
      .map(({ _id }) => `an untrue verdict: ${_id}`),
  ];
}

function isRollup({ _index }: Document): boolean {
  return _index.startsWith('netpol-rollups-');
}

function said(document: Document | undefined): string {
  if (document === undefined) return 'nothing';
  const { 'join.policy_offset': _, ...fields } = document.fields;
  return JSON.stringify([document._index, fields]);
}

describe('the block protocol', PATIENCE, () => {
  it(`stores in ${RUNS} runs of mishaps what a run on time stores`, () => {
    fc.assert(
      fc.property(stories, (story) => {
        expect(wrongs(run(story, null))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

/**
 * The first owner has joined a whole block as of the snapshot and is cut off before it writes. The second one
 * knows the change that followed, closes the block, and repair has dealt with that change, when the first
 * one's documents land.
 */
const LATE_DOCUMENTS: Story = {
  raw: [[0, 4, 8, 12, 16, 20, 24], []],
  changes: [0],
  steps: [
    ...times(7, step('send')),
    ...times(6, step('read')),
    ...times(6, step('release', 1)),
    step('change'),
    step('take-over', 1),
    ...times(7, step('read')),
    ...times(7, step('release', 1)),
    step('close'),
    ...times(4, step('progress', 5)),
    ...times(2, step('mend')),
    haunting('flush'),
    ...times(4, haunting('progress', 5)),
  ],
};

function times(count: number, what: number): readonly number[] {
  return Array.from({ length: count }, () => what);
}

describe('documents of a lost owner that land after all others', () => {
  it('are found and mended, since the block is not closed before', () => {
    expect(wrongs(run(LATE_DOCUMENTS, null))).toEqual([]);
  });

  it('would stay for ever if it were', () => {
    expect(wrongs(run(LATE_DOCUMENTS, 'outwait-predecessors'))).not.toEqual([]);
  });
});

describe('the property notices when this is not so:', PATIENCE, () => {
  // So rare that it has a story of its own, above.
  const rules = ALL_RULES.filter((rule) => rule !== 'outwait-predecessors');

  it.each(rules.map((rule) => [RULES[rule], rule] as const))('%s', (_says, rule) => {
    const property = fc.property(stories, (story) => wrongs(run(story, rule)).length === 0);
    expect(fc.check(property, { numRuns: 4 * RUNS, seed: 14, endOnFailure: true }).failed).toBe(true);
  });
});
