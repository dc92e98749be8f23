// Verdicts and changes that come late, twice and in any order, watermarks that promise too much: after
// everything has come, gate, join and joining again give the documents that an on-time arrival would have given.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockDocuments, NOTHING_STORED } from '../../src/documents/blockDocuments.ts';
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import { createGate, isSettled } from '../../src/join/gate.ts';
import { createJoiner } from '../../src/join/join.ts';
import { alterations } from '../../src/join/lateChanges.ts';
import { imageOf } from '../../src/join/timelineImage.ts';
import { createTouchTest, traceOf } from '../../src/join/touched.ts';
import { createWatermarks } from '../../src/join/watermarks.ts';
import type { ChangeEvent, Event, Watermark } from '../../src/model/event.ts';
import type { BlockContent } from '../../src/rollup/blockContent.ts';
import { createOpenBlocks } from '../../src/rollup/openBlocks.ts';
import { NO_ORIGINS } from '../../src/rollup/origins.ts';
import { CHANGES, emptyTimeline, FLOWS, knownBy, SNAPSHOT } from '../support/smallWorld.ts';

const RUNS = 400;
const PARTITION = 'netpol.events/0';
const GATE = {
  clockSkewMs: JOIN_DEFAULTS.clockSkewMs,
  maxWaitMs: 60,
  disorderMs: 30,
  heartbeatMs: 10,
  bytes: 12,
  clusters: 1,
};
/** Records of the policy log: the snapshot, which may itself be late, and each change. */
const POLICY_LOG: readonly (readonly ChangeEvent[])[] = [SNAPSHOT, ...CHANGES.map((event) => [event])];

/** What arrives, in the order of arrival. */
type Arrival =
  | { readonly kind: 'flow'; readonly index: number }
  | { readonly kind: 'policy'; readonly index: number }
  | { readonly kind: 'watermark'; readonly second: number };

function times(item: fc.Arbitrary<Arrival>, maxLength: number): fc.Arbitrary<readonly Arrival[]> {
  return fc.array(item, { maxLength, size: 'max' });
}

const flow = fc.nat({ max: FLOWS.length - 1 }).map((index): Arrival => ({ kind: 'flow', index }));
const policy = fc.nat({ max: POLICY_LOG.length - 1 }).map((index): Arrival => ({ kind: 'policy', index }));
const watermark = fc
  .integer({ min: -30, max: 200 })
  .map((second): Arrival => ({ kind: 'watermark', second }));
const everyPolicy = POLICY_LOG.map((_, index): Arrival => ({ kind: 'policy', index }));

/** All of the policy log comes in the end; the rest as it happens. */
const arrivals = fc.tuple(times(flow, 40), times(policy, 6), times(watermark, 10)).chain((lists) => {
  const all = [...lists.flat(), ...everyPolicy];
  return fc.shuffledSubarray(all, { minLength: all.length });
});

function documentsOf(content: BlockContent): readonly string[] {
  const { rollups, verdicts } = blockDocuments(content, NOTHING_STORED);
  return [...rollups, ...verdicts].map(({ _id, _index, fields }) => {
    const { 'join.policy_offset': _, ...rest } = fields;
    return JSON.stringify([_id, _index, rest]);
  });
}

function told(completeUntil: number, policyOffset: number): Event<Watermark> {
  const origin = { source: 'netpol.watermarks', partition: 0, offset: 0, index: 0 };
  const body = {
    kind: 'Watermark',
    auditSource: 'api-1',
    completeUntil,
    policyOffset,
    assumed: false,
  } as const;
  return { id: '', cluster: 'prod', observedAt: 0, observedAtNanos: 0, origin, body };
}

/** Runs what arrives through one owner, and gives the one open block as it stands in the end. */
function arrive(list: readonly Arrival[], isJoiningAgain: boolean): BlockContent | undefined {
  const timeline = emptyTimeline();
  const joiner = createJoiner(timeline.reader, JOIN_DEFAULTS);
  const watermarks = createWatermarks(1_000);
  const gate = createGate<number>(GATE, watermarks);
  const start = { position: 0, origins: NO_ORIGINS, policyOffset: -1 };
  const settings = { partition: PARTITION, blockOffsets: 1_000, lingerMs: 0 };
  const blocks = createOpenBlocks(settings, start, (event) => joiner.join(event), 0);
  let offset = 0;
  let policyOffset = -1;

  function take(arrival: Arrival, nowMs: number): void {
    switch (arrival.kind) {
      case 'flow': {
        const event = flowAt(arrival.index, offset);
        blocks.read({ offset, appendedAtMs: 0, event });
        const waiting = { cluster: event.cluster, at: event.observedAt, bytes: 1, item: offset };
        offset += 1;
        if (!gate.offer(waiting, nowMs)) blocks.release(waiting.item, 'provisional');
        return;
      }
      case 'policy': {
        const before = imageOf(timeline.reader);
        for (const event of POLICY_LOG[arrival.index] ?? []) timeline.add(event);
        const after = imageOf(timeline.reader);
        const isTouched = createTouchTest(alterations(before, after), after, JOIN_DEFAULTS);
        policyOffset += 1;
        blocks.raise(policyOffset, (verdict) => isJoiningAgain && isTouched(traceOf(verdict)));
        watermarks.policyLogRead(policyOffset);
        return;
      }
      case 'watermark':
        watermarks.hear(
          told((FLOWS[0]?.observedAt ?? 0) + arrival.second * 1_000_000, policyOffset + 1),
          nowMs,
        );
    }
  }

  function go(nowMs: number): void {
    for (const { item, status } of gate.release(nowMs)) blocks.release(item, status);
    const { completeUntil } = watermarks.of('prod', nowMs);
    blocks.settle((_cluster, t) => isSettled(t, completeUntil, GATE.clockSkewMs));
  }

  list.forEach((arrival, index) => {
    take(arrival, index);
    go(index);
  });
  watermarks.hear(told(Number.MAX_SAFE_INTEGER, policyOffset), list.length);
  go(list.length);
  return blocks.flush()[0];
}

/** Copies come from other raw partitions: the same event exported twice. */
function flowAt(index: number, offset: number) {
  const event = FLOWS[index];
  if (event === undefined) throw new RangeError(`no flow ${index}`);
  return { ...event, origin: { source: 'raw.flows', partition: offset, offset: 0, index: 0 } };
}

function onTime(list: readonly Arrival[], like: BlockContent): BlockContent {
  const known = knownBy(CHANGES.map((_, index) => index));
  const indices = list.flatMap((arrival) => (arrival.kind === 'flow' ? [arrival.index] : []));
  const records = indices.map((index, offset) => ({
    verdict: known.join(flowAt(index, offset)),
    status: 'final' as const,
  }));
  return { ...like, records };
}

function isAsOnTime(list: readonly Arrival[], isJoiningAgain: boolean): boolean {
  const content = arrive(list, isJoiningAgain);
  if (content === undefined) return true;
  return documentsOf(content).join('\n') === documentsOf(onTime(list, content)).join('\n');
}

describe('what comes late', () => {
  it(`leaves the documents of an on-time arrival, in ${RUNS} orders of arrival`, () => {
    fc.assert(
      fc.property(arrivals, (list) => isAsOnTime(list, true)),
      { numRuns: RUNS },
    );
  });

  it('would leave others, were verdicts not joined again', () => {
    const property = fc.property(arrivals, (list) => isAsOnTime(list, false));
    expect(fc.check(property, { numRuns: RUNS, endOnFailure: true }).failed).toBe(true);
  });
});
