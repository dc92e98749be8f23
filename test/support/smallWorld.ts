// A cluster small enough to be run thousands of times: three workloads, three policies, and a policy log
// whose records may come in any order. Timelines and joined verdicts are kept by the set of records that they
// follow from, since the order leaves no trace (test/timeline/permutation.test.ts).
import type { Enriched } from '../../src/join/enriched.ts';
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import { createJoiner } from '../../src/join/join.ts';
import { alterations, type Alteration } from '../../src/join/lateChanges.ts';
import { imageOf, type TimelineImage } from '../../src/join/timelineImage.ts';
import { createTouchTest, type Trace } from '../../src/join/touched.ts';
import type { ChangeEvent, FlowEvent } from '../../src/model/event.ts';
import { createTimeline, type Timeline } from '../../src/timeline/writer.ts';
import { eventsOf, type Story } from './scenario.ts';

const web = [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 8080 }] }];
const cart = { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] };
const team = { namespaceSelector: { matchLabels: { team: 'shop' } } };
const office = [{ cidrGroupRef: 'office' }];
const NAMES = ['NetworkPolicy/shop/cart', 'CiliumNetworkPolicy/data/db uid-of-CiliumNetworkPolicy/data/db'];

const writes: Story['steps'] = [
  {
    at: '08:59:30',
    write: 'NetworkPolicy/shop/cart',
    by: 'ann',
    generation: 2,
    rv: 102,
    spec: { ...cart, ingress: [] },
  },
  {
    at: '09:00:20',
    write: 'NetworkPolicy/shop/cart',
    by: 'bob',
    generation: 3,
    rv: 103,
    spec: { ...cart, ingress: web },
  },
  {
    at: '09:00:21',
    write: 'NetworkPolicy/shop/cart',
    by: 'cem',
    generation: 4,
    rv: 104,
    spec: { ...cart, ingress: [{ from: [team] }] },
  },
  { at: '09:02:00', write: 'NetworkPolicy/shop/cart', verb: 'delete', by: 'ann', rv: 105 },
  {
    at: '09:00:50',
    write: 'CiliumNetworkPolicy/data/db',
    verb: 'create',
    by: 'bob',
    generation: 1,
    rv: 106,
    spec: {
      endpointSelector: { matchLabels: { app: 'db' } },
      ingress: [{ fromCIDRSet: office }, { fromEndpoints: [{ matchLabels: { app: 'web' } }] }],
    },
  },
  { at: '09:01:30', write: 'CiliumNetworkPolicy/data/db', verb: 'delete', by: 'cem', rv: 107 },
  { at: '09:01:00', write: 'Namespace//shop', by: 'ann', rv: 108, labels: { team: 'shop' } },
  {
    at: '09:01:10',
    write: 'CiliumCIDRGroup//office',
    by: 'ann',
    generation: 2,
    rv: 109,
    spec: { externalCIDRs: ['203.0.113.0/24'] },
  },
  {
    at: '08:59:50',
    write: 'ConfigMap/kube-system/cilium-config',
    by: 'ann',
    rv: 110,
    data: { 'policy-audit-mode': 'false' },
  },
];

const flows: Story['steps'] = Array.from({ length: 40 }, (_, index) => {
  const second = 5 * index;
  const at = `09:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;
  const ends = [
    'shop/web -> shop/cart',
    'shop/web -> data/db',
    '203.0.113.7 -> data/db',
    'shop/cart -> data/db',
  ];
  const verdict = ['forwarded', 'dropped', 'audited'][Math.floor(index / 3) % 3] ?? '';
  const names = index % 7 === 0 ? [NAMES[index % 2] ?? ''] : [];
  return {
    at,
    flow: `${ends[index % 4] ?? ''} tcp ${index % 8 === 5 ? 9090 : 8080} ${verdict}`,
    names,
    expect: {},
  };
});

const story = eventsOf({
  story: 'small',
  snapshot: [
    { policy: 'NetworkPolicy/shop/cart', spec: { ...cart, ingress: web } },
    { policy: 'NetworkPolicy/data/base', spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: web } },
    { policy: 'CiliumCIDRGroup//office', spec: { externalCIDRs: ['192.0.2.0/24'] } },
    { policy: 'Namespace//shop', labels: { team: 'web' } },
    { policy: 'ConfigMap/kube-system/cilium-config', data: { 'policy-audit-mode': 'true' } },
  ],
  steps: [{ at: '08:00:00', logging: true }, ...writes, ...flows],
});

export const FLOWS: readonly FlowEvent[] = story.flows;
/** The records that come into the policy log one by one. */
export const CHANGES: readonly ChangeEvent[] = story.audit.events;
const LOGGED_FROM = Math.min(...story.audit.covered);
const LOGGED_UNTIL = Math.max(...story.audit.covered);

/** What the cluster's objects were before the first of the changes. */
export const SNAPSHOT: readonly ChangeEvent[] = story.snapshot;

/** A timeline that holds nothing yet; of the audit log it is known when it was being written. */
export function emptyTimeline(): Timeline {
  const timeline = createTimeline('prod');
  timeline.cover(LOGGED_FROM, LOGGED_UNTIL);
  return timeline;
}

/** What a prefix of the policy log says. */
export interface Known {
  readonly image: TimelineImage;
  join(flow: FlowEvent): Enriched;
}

const known = new Map<string, Known>();
const between = new Map<string, (trace: Trace) => boolean>();

/**
 * @param changes indices into CHANGES, in any order. The snapshot comes first, with what of the audit log
 *   holds no change, whatever else is known.
 */
export function knownBy(changes: readonly number[]): Known {
  const key = keyOf(changes);
  const found = known.get(key);
  if (found !== undefined) return found;
  const timeline = emptyTimeline();
  for (const event of SNAPSHOT) timeline.add(event);
  for (const index of changes) {
    const event = CHANGES[index];
    if (event !== undefined) timeline.add(event);
  }
  const joiner = createJoiner(timeline.reader, JOIN_DEFAULTS);
  const joined = new Map<string, Enriched>();
  const made: Known = {
    image: imageOf(timeline.reader),
    // Copies of one event differ in their origin only, and no judgement reads that.
    join(flow) {
      const verdict = joined.get(flow.id) ?? joiner.join(flow);
      joined.set(flow.id, verdict);
      return { ...verdict, event: flow };
    },
  };
  known.set(key, made);
  return made;
}

export function alteredBetween(before: readonly number[], after: readonly number[]): readonly Alteration[] {
  return alterations(knownBy(before).image, knownBy(after).image);
}

/** Whether what the second set of records adds to the first can concern a verdict. */
export function touchedBetween(
  before: readonly number[],
  after: readonly number[],
): (trace: Trace) => boolean {
  const key = `${keyOf(before)} ${keyOf(after)}`;
  const found = between.get(key);
  if (found !== undefined) return found;
  const test = createTouchTest(alteredBetween(before, after), knownBy(after).image, JOIN_DEFAULTS);
  between.set(key, test);
  return test;
}

function keyOf(changes: readonly number[]): string {
  return [...new Set(changes)].sort((a, b) => a - b).join();
}
