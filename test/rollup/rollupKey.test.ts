import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Enriched } from '../../src/join/enriched.ts';
import { rollupKey } from '../../src/rollup/rollupKey.ts';
import { auditLog, flowEvents, joinFlows, sampleLines, timelineOf } from '../support/cluster.ts';

const [line = ''] = sampleLines('cluster/flows.ndjson').filter((one) =>
  one.includes('"event_type":{"type":5'),
);
const [verdict] = joinFlows(
  timelineOf('prod-eu1', [], auditLog([], 'test')),
  flowEvents([line], 'test'),
).verdicts;

interface Names {
  readonly namespace: string;
  readonly workload: string;
  readonly ip: string;
  readonly reported: string;
}

/** The sample's first verdict with other names in it. */
function named({ namespace, workload, ip, reported }: Names): Enriched {
  if (verdict === undefined) throw new Error('the sample has no verdict');
  const { event } = verdict;
  const policy = {
    effect: 'allowed',
    kind: '',
    namespace,
    name: reported,
    uid: '',
    revision: '',
    labels: [],
  } as const;
  const source = { ...event.body.source, namespace, pod: '', workload, ip };
  return { ...verdict, event: { ...event, body: { ...event.body, source, reported: [policy] } } };
}

/** What the key tells of these names: an address only of what is outside the cluster. */
function told({ namespace, workload, ip, reported }: Names): string {
  return JSON.stringify([namespace, workload, namespace === '' ? ip : '', reported]);
}

const name = fc.string({ unit: fc.constantFrom('a', '1', '|', ':', ','), maxLength: 4 });
const names = fc.record({ namespace: name, workload: name, ip: name, reported: name });

describe('a rollup key', () => {
  it('is equal just where the names are, whatever characters a log puts into them', () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        const areEqual = rollupKey(named(one), false) === rollupKey(named(other), false);
        expect(areEqual).toBe(told(one) === told(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a folded peer leaves the peer out', () => {
    const one = { namespace: '', workload: '', ip: '192.0.2.1', reported: 'web' };
    expect(rollupKey(named(one), true)).toBe(rollupKey(named({ ...one, ip: '192.0.2.2' }), true));
  });

  it('does not depend on which arrays hold the labels', () => {
    const copied = structuredClone(verdict);
    if (verdict === undefined || copied === undefined) throw new Error('the sample has no verdict');
    expect(rollupKey(copied, false)).toBe(rollupKey(verdict, false));
  });
});
