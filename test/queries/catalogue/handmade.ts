// Documents made by hand, of what the sample clusters do not have: complete feeds, feeds with every kind of gap,
// policies that nobody enforces, policies that are not what the manifests say. One morning, 08:00 to 12:00.
//
//   west    both feeds without a gap; policies that are used, unused, invalid, unlike their manifests
//   east    no audit feed, denials only, lines that could not be read
//   north   node-1 silent from 09:00 to 10:00 and for ever from 11:00 on
import type { Document, FieldValue } from '../../../src/documents/document.ts';
import { sceneDocuments } from './sceneDocuments.ts';

type Fields = Readonly<Record<string, FieldValue>>;

/** `9:05` → RFC 3339 of the morning. */
function at(time: string): string {
  return `2026-11-02T${time.padStart(5, '0')}:00.000000Z`;
}

function policy(ref: string, fields: Fields = {}): Fields {
  const [kind = '', namespace = '', name = ''] = ref.split('/');
  return {
    'orchestrator.cluster.name': 'west',
    'policy.ref': ref,
    'policy.kind': kind,
    ...(namespace === '' ? {} : { 'policy.namespace': namespace }),
    'policy.name': name,
    'change.outcome': 'version',
    ...fields,
  };
}

/** An allowed verdict of `shop/web → shop/cart tcp 8080` at the cart. */
function rollup(cluster: string, time: string, fields: Fields = {}): Fields {
  return {
    '@timestamp': at(time),
    'orchestrator.cluster.name': cluster,
    'network.transport': 'tcp',
    'network.direction': 'ingress',
    'destination.port': 8080,
    'subject.namespace': 'shop',
    'subject.workload': 'cart',
    'peer.namespace': 'shop',
    'peer.workload': 'web',
    'verdict.observed': 'forwarded',
    'verdict.declared': 'allowed',
    'verdict.reason': 'allow-rule',
    'policy.selecting': ['NetworkPolicy/shop/cart', 'NetworkPolicy/shop/idle'],
    'policy.isolating': ['NetworkPolicy/shop/cart', 'NetworkPolicy/shop/idle'],
    'policy.deciding': ['NetworkPolicy/shop/cart#ingress[0]'],
    'policy.responsible': ['NetworkPolicy/shop/cart'],
    count: 1,
    first_seen: at(time),
    last_seen: at(time),
    ...fields,
  };
}

/** What a default deny adds. */
function deniedBy(...policies: readonly string[]): Fields {
  return {
    'verdict.observed': 'dropped',
    'verdict.declared': 'denied',
    'verdict.reason': 'default-deny',
    'policy.selecting': policies,
    'policy.isolating': policies,
    'policy.deciding': [],
    'policy.responsible': policies,
  };
}

function feed(
  cluster: string,
  reporter: string,
  span: readonly [string, string],
  fields: Fields = {},
): Fields {
  const [from, until] = span;
  return {
    '@timestamp': at(from),
    ...(cluster === '' ? {} : { 'orchestrator.cluster.name': cluster }),
    'feed.name': 'flows',
    ...(reporter === '' ? {} : { 'observer.name': reporter }),
    'feed.source': 'hubble.flows',
    'feed.from': at(from),
    'feed.until': at(until),
    'feed.count_kind': 'verdict',
    count: 50,
    ...fields,
  };
}

const AUDIT: Fields = { 'feed.name': 'audit', 'feed.source': 'k8s.audit', 'feed.count_kind': 'change' };
const NO_TIME: Fields = {
  '@timestamp': '1970-01-01T00:00:00.000000Z',
  'feed.from': '1970-01-01T00:00:00.000000Z',
  'feed.until': '1970-01-01T00:00:00.000000Z',
};

const POLICIES: readonly Fields[] = [
  policy('NetworkPolicy/shop/cart', {
    'policy.since': at('9:00'),
    'policy.spec': { podSelector: {}, ingress: [{}, {}, {}] },
    'policy.manifest': 'shop/cart.yaml#1',
  }),
  policy('NetworkPolicy/shop/idle', { 'policy.spec': { podSelector: {}, ingress: [{}] } }),
  policy('CiliumNetworkPolicy/shop/parts', {
    'policy.since': at('10:00'),
    'policy.spec': { spec: { ingress: [{}] }, specs: [{ egress: [{}], egressDeny: [{}] }] },
  }),
  policy('ClusterNetworkPolicy//tiers', {
    'policy.spec': { tier: 'Admin', ingress: [{ action: 'Pass' }, { action: 'Deny' }] },
  }),
  policy('CiliumNetworkPolicy/ops/broken', {
    'policy.validity': 'invalid',
    'policy.problem': 'unknown field toPort',
    'policy.since': at('8:30'),
    'policy.managed_by': 'Flux',
    'actor.user': 'bob',
    drift: ['not-in-force', 'not-in-manifests'],
    'cause.change_id': 'c1',
    'cause.at': at('8:30'),
    'cause.verb': 'create',
    'cause.actor': 'bob',
    'cause.actor_kind': 'human',
  }),
  policy('NetworkPolicy/shop/gone', { 'policy.deleted_at': at('9:30'), 'change.outcome': 'tombstone' }),
  policy('NetworkPolicy/shop/never', { 'change.outcome': 'withdrawn' }),
  policy('NetworkPolicy/shop/missing', {
    'policy.manifest': 'shop/missing.yaml#1',
    drift: ['not-in-cluster'],
    'manifest.commit.id': 'abc',
    'manifest.commit.author': 'alice',
    'manifest.commit.at': at('8:00'),
    'manifest.commit.file': 'shop/missing.yaml',
  }),
  policy('NetworkPolicy/shop/old', { 'orchestrator.cluster.name': 'east' }),
];

const ROLLUPS: readonly Fields[] = [
  rollup('west', '8:10', {
    'policy.deciding': ['NetworkPolicy/shop/cart#ingress[1]'],
    'policy.responsible': ['NetworkPolicy/shop/cart'],
  }),
  rollup('west', '9:10', { count: 4 }),
  rollup('west', '9:20', {
    'peer.namespace': 'tools',
    'peer.workload': 'scanner',
    ...deniedBy('NetworkPolicy/shop/cart'),
    count: 7,
  }),
  rollup('west', '9:40', {
    'network.direction': 'egress',
    'destination.port': 443,
    'peer.namespace': 'tools',
    'peer.workload': 'proxy',
    'verdict.reason': 'no-policy',
    'policy.selecting': [],
    'policy.isolating': [],
    'policy.deciding': [],
    'policy.responsible': [],
    count: 2,
  }),
  rollup('west', '9:50', {
    'subject.namespace': 'other',
    'policy.selecting': ['NetworkPolicy/shop/gone'],
    'policy.isolating': ['NetworkPolicy/shop/gone'],
    'policy.deciding': ['NetworkPolicy/shop/gone#ingress[0]'],
    'policy.responsible': ['NetworkPolicy/shop/gone'],
    'policy.reported': ['NetworkPolicy/shop/gone'],
    drift: ['stale-version'],
    count: 3,
  }),
  // What a repair emptied.
  {
    '@timestamp': at('9:55'),
    count: 0,
    attempts: 0,
    'block.partition': 'netpol.events-0',
    'block.number': 1,
  },
  rollup('east', '9:00', deniedBy('NetworkPolicy/shop/elsewhere')),
];

const FEEDS: readonly Fields[] = [
  feed('west', 'node-1', ['8:00', '11:59']),
  feed('west', 'node-1', ['8:00', '11:59'], { 'feed.count_kind': 'ignored:trace', count: 950 }),
  feed('west', '', ['8:00', '11:58'], AUDIT),
  feed('east', 'node-9', ['8:00', '11:59'], { count: 60 }),
  feed('east', 'node-9', ['8:00', '11:59'], { 'feed.count_kind': 'rejected:bad-time', count: 20 }),
  feed('east', '', ['8:00', '8:00'], { ...NO_TIME, 'feed.count_kind': 'rejected:not-json', count: 20 }),
  feed('east', 'node-9', ['9:00', '9:02'], { 'feed.count_kind': 'lost', 'feed.detail': 'RING', count: 312 }),
  feed('north', 'node-1', ['8:00', '8:19']),
  feed('north', 'node-1', ['8:20', '8:39']),
  feed('north', 'node-1', ['8:30', '9:00']),
  feed('north', 'node-1', ['10:00', '10:29']),
  feed('north', 'node-1', ['10:30', '11:00']),
  feed('north', 'kube-1', ['8:00', '11:59'], AUDIT),
];

const CHANGES: readonly Fields[] = [
  {
    '@timestamp': at('9:15'),
    'change.id': 'lost-write',
    'orchestrator.cluster.name': 'north',
    'change.outcome': 'gap',
    'change.origin': 'audit',
    'change.at': at('9:15'),
    'policy.ref': 'NetworkPolicy/shop/cart',
    'policy.kind': 'NetworkPolicy',
    'policy.namespace': 'shop',
    'policy.name': 'cart',
  },
];

export const HANDMADE: readonly Document[] = sceneDocuments({
  rollups: ROLLUPS,
  changes: CHANGES,
  policies: POLICIES,
  feeds: FEEDS,
});
