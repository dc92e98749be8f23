// Any order and any duplication of the input lines gives the same documents, and rollups that sum to the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeDocument } from '../../src/documents/changeDocument.ts';
import type { Document } from '../../src/documents/document.ts';
import { policyDocument } from '../../src/documents/policyDocument.ts';
import { rollupDocuments } from '../../src/documents/rollupDocument.ts';
import { isRemarkable, verdictDocument } from '../../src/documents/verdictDocument.ts';
import { openBlock } from '../../src/rollup/block.ts';
import {
  auditLog,
  flowEvents,
  joinFlows,
  sampleLines,
  snapshotChanges,
  timelineOf,
} from '../support/cluster.ts';

const MADE = { policyOffset: 0, status: 'final' } as const;
const snapshot = snapshotChanges('cluster/snapshot.json');
const auditLines = sampleLines('cluster/audit.ndjson');
const verdictLines = sampleLines('cluster/flows.ndjson').filter((line) =>
  line.includes('"event_type":{"type":5}'),
);

interface Result {
  readonly verdicts: readonly Document[];
  readonly changes: readonly Document[];
  readonly policies: readonly Document[];
  /** Sums by everything that is no id, sample or block. */
  readonly rollups: ReadonlyMap<string, { readonly count: number; readonly attempts: number }>;
}

function run(audit: readonly string[], flows: readonly string[], blockSizes: readonly number[]): Result {
  const { timeline, verdicts } = joinFlows(
    timelineOf('prod-eu1', snapshot, auditLog(audit, 'audit')),
    flowEvents(flows, 'flows'),
  );
  const rollups = new Map<string, { count: number; attempts: number }>();
  let begin = 0;
  for (const [number, size] of blockSizes.entries()) {
    const block = openBlock('flows', number);
    for (const verdict of verdicts.slice(begin, begin + size)) block.add(verdict);
    begin += size;
    for (const { fields } of rollupDocuments(block.close(), size, 0)) {
      const { count, attempts, samples, pods, first_seen, last_seen, ...rest } = fields;
      const key = JSON.stringify({ ...rest, 'block.number': 0, 'cause.lag_ms': 0 });
      const known = rollups.get(key) ?? { count: 0, attempts: 0 };
      rollups.set(key, { count: known.count + Number(count), attempts: known.attempts + Number(attempts) });
    }
  }
  const byId = (documents: readonly Document[]): readonly Document[] => {
    const unique = new Map(documents.map((document) => [document._id, document]));
    return [...unique.values()].sort((a, b) => (a._id < b._id ? -1 : 1));
  };
  return {
    verdicts: byId(verdicts.filter(isRemarkable).map((verdict) => verdictDocument(verdict, MADE))),
    changes: byId(timeline.changes().map((change) => changeDocument('prod-eu1', change))),
    policies: byId(timeline.policies().map((state) => policyDocument('prod-eu1', state))),
    rollups: new Map([...rollups].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const onTime = run(auditLines, verdictLines, [verdictLines.length]);

/** A permutation of the lines in which some stand twice. */
function disturbed(lines: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc
    .tuple(
      fc.shuffledSubarray([...lines], { minLength: lines.length }),
      fc.subarray([...lines], { maxLength: 40 }),
      fc.nat(),
    )
    .map(([all, twice, place]) => {
      const at = place % (all.length + 1);
      return [...all.slice(0, at), ...twice, ...all.slice(at)];
    });
}

describe('arrival', () => {
  it('in any order and with duplicates gives the same verdict, change and policy documents and sums', () => {
    fc.assert(
      fc.property(disturbed(auditLines), disturbed(verdictLines), (audit, flows) => {
        expect(run(audit, flows, [flows.length])).toEqual(onTime);
      }),
      { numRuns: 12 },
    );
  });

  it('cut into blocks anywhere sums to the same counts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 6 }), (sizes) => {
        const { rollups } = run(auditLines, verdictLines, [...sizes, verdictLines.length]);
        const counts = (sums: Result['rollups']) => [...sums].map(([key, { count }]) => [key, count]);
        expect(counts(rollups)).toEqual(counts(onTime.rollups));
      }),
      { numRuns: 12 },
    );
  });

  it('counts every verdict event exactly once', () => {
    let count = 0;
    for (const sum of onTime.rollups.values()) count += sum.count;
    expect(count).toBe(1_247);
  });
});
