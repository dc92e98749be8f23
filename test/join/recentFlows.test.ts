// What a joiner remembers of one verdict never shows in another.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import { createJoiner } from '../../src/join/join.ts';
import type { FlowEvent } from '../../src/model/event.ts';
import { MICROS_PER_HOUR, MICROS_PER_MS } from '../../src/model/time.ts';
import { eventsOf } from '../support/scenario.ts';
import { auditLog, flowEvents, sampleLines, snapshotChanges, timelineOf } from '../support/cluster.ts';

const timeline = timelineOf(
  'prod-eu1',
  snapshotChanges('cluster/snapshot.json'),
  auditLog(sampleLines('cluster/audit.ndjson'), 'audit'),
);
const flows = flowEvents(sampleLines('cluster/flows.ndjson'), 'flows');
const changes = timeline.changes().map(({ at }) => at);

const { propagationMs, clockSkewMs, changeDriftHours } = JOIN_DEFAULTS;
const NOBODY: FlowEvent['body']['reported'] = [];
const shifts = [
  0,
  propagationMs * MICROS_PER_MS,
  -clockSkewMs * MICROS_PER_MS,
  changeDriftHours * MICROS_PER_HOUR,
];

/** Beside where a change begins or ceases to matter. */
const momentsOf = (at: number): fc.Arbitrary<number> =>
  fc
    .record({ shift: fc.constantFrom(...shifts), beside: fc.constantFrom(-1, 0, 1) })
    .map(({ shift, beside }) => at + shift + beside);

/** At its own time, or at one of those moments. */
const verdict: fc.Arbitrary<FlowEvent> = fc
  .constantFrom(...flows)
  .chain((flow) =>
    fc
      .oneof(fc.constant(flow.observedAt), fc.constantFrom(...changes).chain(momentsOf))
      .map((observedAt) => ({ ...flow, observedAt })),
  );

const first = createJoiner(timeline, JOIN_DEFAULTS);
/** One conversation at moments of one change that concerns it; whatever was observed then. */
const conversation: fc.Arbitrary<readonly FlowEvent[]> = fc
  .constantFrom(
    ...flows.flatMap((flow) => {
      const { latest, cause } = first.join(flow);
      const at = cause?.change.at ?? latest?.at;
      return at === undefined ? [] : [{ flow, at }];
    }),
  )
  .chain(({ flow, at }) =>
    fc
      .record({
        observed: fc.constantFrom('forwarded', 'dropped', 'audited'),
        times: fc.array(momentsOf(at), { minLength: 4, maxLength: 12 }),
      })
      .map(({ observed, times }) => {
        const body = { ...flow.body, observed, reported: NOBODY };
        return times.map((observedAt) => ({ ...flow, body, observedAt }));
      }),
  );

/** A denial by a policy as old as the cluster, which began to bite when audit mode was switched off. */
const switched = eventsOf({
  story: 'audit mode is switched off',
  snapshot: [
    { policy: 'NetworkPolicy/shop/cart', spec: { podSelector: { matchLabels: { app: 'cart' } } } },
    { policy: 'ConfigMap/kube-system/cilium-config', data: { 'policy-audit-mode': 'true' } },
  ],
  steps: [
    { at: '08:00:00', logging: true },
    {
      at: '09:00:00',
      write: 'ConfigMap/kube-system/cilium-config',
      by: 'alice',
      data: { 'policy-audit-mode': 'false' },
    },
    { at: '09:30:00', flow: 'shop/web -> shop/cart tcp 8080 dropped', expect: {} },
  ],
});

function isJoinedAsFirst(events: readonly FlowEvent[]): void {
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  for (const event of events)
    expect(joiner.join(event)).toEqual(createJoiner(timeline, JOIN_DEFAULTS).join(event));
}

describe('a joiner', () => {
  test('joins each verdict as if it were the first', () => {
    const some = fc.array(verdict, { minLength: 2, maxLength: 12 });
    fc.assert(fc.property(some, isJoinedAsFirst), { numRuns: 100 });
  });

  test('joins the verdicts of one conversation so, on either side of each moment that matters', () => {
    fc.assert(fc.property(conversation, isJoinedAsFirst), { numRuns: 500 });
  });

  test('takes the switch of audit mode for the cause until changeDriftHours are over, and no longer', () => {
    const [denial] = switched.flows;
    const [off] = switched.audit.events;
    if (denial === undefined || off === undefined) throw new Error('the story has no flow or no write');
    const last = off.observedAt + changeDriftHours * MICROS_PER_HOUR;
    const joiner = createJoiner(timelineOf('prod', switched.snapshot, switched.audit), JOIN_DEFAULTS);
    const drifts = [last - 1, last, last + 1, last].map(
      (observedAt) => joiner.join({ ...denial, observedAt }).drift,
    );
    expect(drifts).toEqual([['newly-enforced'], ['newly-enforced'], [], ['newly-enforced']]);
  });

  test('counts what it remembered as a hit', () => {
    const joiner = createJoiner(timeline, JOIN_DEFAULTS);
    const [flow] = flows;
    if (flow === undefined) throw new Error('no flow');
    joiner.join(flow);
    const before = joiner.stats().decisions.hits;
    joiner.join({ ...flow, id: 'another' });
    expect(joiner.stats().decisions.hits).toBe(before + 1);
  });
});
