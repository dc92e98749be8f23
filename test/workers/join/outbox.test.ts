// What of an open block is sent at a flush, and what at its end.
import { describe, expect, it } from 'vitest';
import { blockDocuments, NOTHING_STORED, RAW_PER_KEY } from '../../../src/documents/blockDocuments.ts';
import type { Document } from '../../../src/documents/document.ts';
import type { BlockContent, JoinStatus } from '../../../src/rollup/blockContent.ts';
import { createOutbox } from '../../../src/workers/join/outbox.ts';
import { CHANGES, FLOWS, knownBy } from '../../support/smallWorld.ts';

const ALL_CHANGES = CHANGES.map((_, index) => index);

function contentOf(count: number, changes = ALL_CHANGES, status: JoinStatus = 'final'): BlockContent {
  const joiner = knownBy(changes);
  const records = FLOWS.slice(0, count).map((flow) => ({ verdict: joiner.join(flow), status }));
  return { partition: 'netpol.events/0', number: 3, records, policyOffset: changes.length };
}

function joinedBefore({ records, ...content }: BlockContent, count: number): BlockContent {
  return { ...content, records: records.slice(0, count) };
}

function sorted(documents: readonly Document[]): readonly Document[] {
  return documents.toSorted((one, other) => (one._id < other._id ? -1 : 1));
}

describe('the outbox of a block', () => {
  it('sends nothing again that was acknowledged and says the same', () => {
    const outbox = createOutbox(RAW_PER_KEY);
    const content = contentOf(FLOWS.length);
    expect(outbox.pack(content, { whole: false }).first).not.toEqual([]);
    outbox.delivered();
    expect(outbox.pack(content, { whole: false })).toEqual({ first: [], after: [] });
  });

  it('sends again what was not acknowledged', () => {
    const outbox = createOutbox(RAW_PER_KEY);
    const content = contentOf(FLOWS.length);
    const { first } = outbox.pack(content, { whole: false });
    expect(outbox.pack(content, { whole: false }).first).toEqual(first);
  });

  it('sends nothing again of a verdict that was joined again and came out the same', () => {
    const outbox = createOutbox(RAW_PER_KEY);
    outbox.pack(contentOf(FLOWS.length), { whole: false });
    outbox.delivered();
    expect(outbox.pack(contentOf(FLOWS.length), { whole: false }).first).toEqual([]);
  });

  it('sends a verdict again when it becomes final', () => {
    const outbox = createOutbox(RAW_PER_KEY);
    outbox.pack(contentOf(FLOWS.length, ALL_CHANGES, 'provisional'), { whole: false });
    outbox.delivered();
    const { first } = outbox.pack(contentOf(FLOWS.length), { whole: false });
    const statuses = first.map(({ fields }) => fields['join.status']);
    expect(statuses).not.toEqual([]);
    expect(new Set(statuses)).toEqual(new Set(['final']));
  });

  it('sends at the end of the block all that the block has, however often it was flushed before', () => {
    const outbox = createOutbox(RAW_PER_KEY);
    const content = contentOf(FLOWS.length);
    for (let count = 1; count < FLOWS.length; count += 1) {
      outbox.pack(joinedBefore(content, count), { whole: false });
      outbox.delivered();
    }
    const { rollups, verdicts } = blockDocuments(content, NOTHING_STORED);
    expect(sorted(outbox.pack(content, { whole: true }).first)).toEqual(sorted([...rollups, ...verdicts]));
  });

  it('rewrites at the end what it sent of a verdict that is remarkable no more, and zeroes its old rollup', () => {
    const outbox = createOutbox(RAW_PER_KEY);
    const early = outbox.pack(contentOf(FLOWS.length, [0]), { whole: false });
    outbox.delivered();
    const late = outbox.pack(contentOf(FLOWS.length), { whole: true });
    const sent = new Set([...late.first, ...late.after].map(({ _id }) => _id));
    expect(early.first.filter(({ _id }) => !sent.has(_id))).toEqual([]);
  });

  it('rewrites what another owner left of a verdict for which it would write none itself', () => {
    const content = contentOf(FLOWS.length);
    const { verdicts } = blockDocuments(contentOf(FLOWS.length, [0]), NOTHING_STORED);
    const stored = {
      rollups: new Map(),
      verdicts: new Map(verdicts.map(({ _id }) => [_id, 'final'] as const)),
    };
    const { first } = createOutbox(RAW_PER_KEY).pack(content, { whole: true, stored });
    const sent = new Set(first.map(({ _id }) => _id));
    expect(verdicts.filter(({ _id }) => !sent.has(_id))).toEqual([]);
  });
});
