import { describe, expect, it } from 'vitest';
import {
  afterSending,
  blockDocuments,
  NOTHING_STORED,
  RAW_PER_KEY,
} from '../../src/documents/blockDocuments.ts';
import type { BlockContent } from '../../src/rollup/blockContent.ts';
import { FLOWS, knownBy } from '../support/smallWorld.ts';

/** The same denied conversation `count` times in one window. */
function denials(count: number, policyOffset: number, changes: readonly number[]): BlockContent {
  const [flow] = FLOWS.filter(({ body }) => body.observed === 'dropped');
  if (flow === undefined) throw new Error('no denial');
  const records = Array.from({ length: count }, (_, offset) => {
    const event = { ...flow, id: `flow-${String(offset).padStart(4, '0')}` };
    return { verdict: { ...knownBy(changes).join(flow), event }, status: 'final' as const };
  });
  return { partition: 'netpol.events/0', number: 3, records, policyOffset };
}

describe('the documents of a block', () => {
  it('show the first verdicts of each rollup, and count all', () => {
    const { rollups, verdicts } = blockDocuments(denials(RAW_PER_KEY.any + 20, 0, []), NOTHING_STORED);
    expect(rollups.map(({ fields }) => fields['count'])).toEqual([RAW_PER_KEY.any + 20]);
    expect(verdicts.map(({ fields }) => fields['event.id'])).toEqual(
      Array.from({ length: RAW_PER_KEY.any }, (_, offset) => `flow-${String(offset).padStart(4, '0')}`),
    );
  });

  it('set rollups that are stored and no longer true to zero, with a version that wins', () => {
    const before = blockDocuments(denials(5, 0, []), NOTHING_STORED);
    const stored = afterSending(NOTHING_STORED, before);
    const after = blockDocuments(denials(5, 1, [0, 8]), stored);
    expect(after.zeros.map(({ _id, fields }) => [_id, fields['count']])).toEqual(
      before.rollups.map(({ _id }) => [_id, 0]),
    );
    expect(after.zeros[0]?._version).toBeGreaterThan(before.rollups[0]?._version ?? Infinity);
    expect(after.rollups.map(({ fields }) => fields['count'])).toEqual([5]);
  });

  it('rewrite a verdict that is stored though it is not among the first any more', () => {
    const all = denials(RAW_PER_KEY.any + 1, 0, []);
    const alone = blockDocuments({ ...all, records: all.records.slice(-1) }, NOTHING_STORED);
    const { verdicts } = blockDocuments(all, afterSending(NOTHING_STORED, alone));
    expect(verdicts).toHaveLength(RAW_PER_KEY.any + 1);
  });
});
