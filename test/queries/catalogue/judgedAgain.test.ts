// What audit mode let pass is put to the policies of the end again, where the documents hold what that takes.
import { describe, expect, test } from 'vitest';
import type { FieldValue } from '../../../src/documents/document.ts';
import { labelsHash } from '../../../src/documents/rollupDocument.ts';
import { at, change, DENIED, rollup } from '../scene.ts';
import { rowsOf } from './sceneAsked.ts';

type Fields = Readonly<Record<string, FieldValue>>;

const CART = [
  'k8s:app=cart',
  'k8s:io.cilium.k8s.policy.cluster=prod-eu1',
  'k8s:io.kubernetes.pod.namespace=shop',
];
const WEB = [
  'k8s:app=web',
  'k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=shop',
  'k8s:io.cilium.k8s.namespace.labels.team=a',
  'k8s:io.cilium.k8s.policy.cluster=prod-eu1',
  'k8s:io.kubernetes.pod.namespace=shop',
];

function ends(subject: readonly string[], peer: readonly string[]): Fields {
  return {
    'subject.labels': subject,
    'subject.labels_hash': labelsHash(subject),
    'peer.labels': peer,
    'peer.labels_hash': labelsHash(peer),
  };
}

const AUDITED = rollup('9:10', {
  ...DENIED,
  ...ends(CART, WEB),
  'verdict.observed': 'audited',
  'policy.responsible': ['NetworkPolicy/shop/cart'],
});

const TO_CART = { podSelector: { matchLabels: { app: 'cart' } } };
const NOBODY = { ...TO_CART, ingress: [], policyTypes: ['Ingress'] };
const ONLY_WEB = { ...TO_CART, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] };
const ONLY_TEAM_B = {
  ...TO_CART,
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }] }],
};

/** What the snapshot shows of `NP shop/cart`; it holds until `until`. */
function snapshot(spec: FieldValue, until?: string): Fields {
  return change('c1', '8:00', {
    'change.origin': 'snapshot',
    'policy.generation': 1,
    'policy.uid': 'u1',
    'change.spec_after': spec,
    ...(until === undefined ? {} : { 'change.until': at(until) }),
  });
}

function patched(time: string, spec: FieldValue): Fields {
  return change('c2', time, { 'policy.generation': 2, 'policy.uid': 'u1', 'change.spec_after': spec });
}

const AUDIT: Fields = {
  '@timestamp': at('7:00'),
  'orchestrator.cluster.name': 'prod-eu1',
  'feed.name': 'audit',
  'feed.from': at('7:00'),
  'feed.until': at('11:00'),
  'feed.count_kind': 'change',
  count: 9,
};

interface Given {
  readonly rollups?: readonly Fields[];
  readonly policies?: readonly Fields[];
  readonly verdicts?: readonly Fields[];
  readonly untilMs?: number;
}

async function now(changes: readonly Fields[], { rollups = [AUDITED], untilMs, ...given }: Given = {}) {
  const asked = untilMs === undefined ? {} : { untilMs, asOfMs: untilMs };
  const rows = await rowsOf({ rollups, changes, feeds: [AUDIT], ...given }, 'still-denied', asked);
  return rows.map((row) => [row['now'], row['policy.denying'], row['undecidable']]);
}

describe('what audit mode let pass', () => {
  test('is allowed where a later change allows it, though nobody has tried since', async () => {
    const changes = [snapshot(NOBODY, '9:20'), patched('9:20', ONLY_WEB)];
    expect(await now(changes)).toEqual([['allowed', [], []]]);
  });

  test('was denied still at a time before that change', async () => {
    const changes = [snapshot(NOBODY, '9:20'), patched('9:20', ONLY_WEB)];
    const asked = { untilMs: Date.parse(at('9:15')) };
    expect(await now(changes, asked)).toEqual([['denied', ['NetworkPolicy/shop/cart'], []]]);
  });

  test('is denied by a policy that was made since', async () => {
    const made = change('d1', '9:30', {
      'policy.ref': 'CiliumNetworkPolicy/shop/wall',
      'policy.kind': 'CiliumNetworkPolicy',
      'policy.name': 'wall',
      'policy.generation': 1,
      'change.verb': 'create',
      'change.spec_after': {
        endpointSelector: { matchLabels: { app: 'cart' } },
        ingressDeny: [{ fromEntities: ['all'] }],
      },
    });
    const changes = [snapshot(NOBODY, '9:20'), patched('9:20', ONLY_WEB), made];
    expect(await now(changes)).toEqual([['denied', ['CiliumNetworkPolicy/shop/wall'], []]]);
  });

  test('is allowed where the namespace of its peer has got the label since', async () => {
    const namespace = (id: string, time: string, team: string, until: Fields): Fields =>
      change(id, time, {
        'policy.ref': 'Namespace//shop',
        'policy.kind': 'Namespace',
        'policy.namespace': '',
        'policy.name': 'shop',
        'change.spec_after': { labels: { team, 'kubernetes.io/metadata.name': 'shop' } },
        ...until,
      });
    const before = namespace('n1', '8:00', 'a', { 'change.until': at('9:40') });
    const changes = [snapshot(ONLY_TEAM_B), { ...before, 'change.origin': 'snapshot' }];
    expect(await now(changes)).toEqual([['denied', ['NetworkPolicy/shop/cart'], []]]);
    expect(await now([...changes, namespace('n2', '9:40', 'b', {})])).toEqual([['allowed', [], []]]);
  });

  test('is unknown where the log lost what the policy says since', async () => {
    const lost = change('g1', '9:20', { 'change.outcome': 'gap' });
    const changes = [snapshot(NOBODY, '9:20'), lost];
    expect(await now(changes)).toEqual([['unknown', [], ['missing-policy-body']]]);
    expect(await now([...changes, patched('9:30', ONLY_WEB)])).toEqual([['allowed', [], []]]);
  });

  test('is not called allowed where a policy exists of which no change is stored', async () => {
    const known = [snapshot(NOBODY, '9:20'), patched('9:20', ONLY_WEB)];
    const old: Fields = {
      'orchestrator.cluster.name': 'prod-eu1',
      'policy.ref': 'CiliumNetworkPolicy/shop/old',
      'policy.kind': 'CiliumNetworkPolicy',
      'policy.namespace': 'shop',
      'policy.name': 'old',
      'change.outcome': 'version',
    };
    expect(await now(known, { policies: [old] })).toEqual([['unknown', [], ['missing-policy-body']]]);
  });

  test('is unknown where a store does not hold all labels of an end', async () => {
    const changes = [snapshot(NOBODY, '9:20'), patched('9:20', ONLY_WEB)];
    const rollups = [{ ...AUDITED, 'peer.labels': WEB.slice(1) }];
    expect(await now(changes, { rollups })).toEqual([['unknown', [], ['missing-labels']]]);
  });

  test('goes by the DNS names that its address had', async () => {
    const spec = { endpointSelector: {}, egress: [{ toFQDNs: [{ matchName: 'pay.example' }] }] };
    const fqdn: Fields = {
      'policy.ref': 'CiliumNetworkPolicy/shop/pay',
      'policy.kind': 'CiliumNetworkPolicy',
      'policy.name': 'pay',
    };
    const outside: Fields = {
      ...AUDITED,
      ...ends(CART, ['reserved:world']),
      'network.direction': 'egress',
      'peer.namespace': '',
      'peer.workload': '',
      'peer.entity': 'world',
      'peer.ip': '192.0.2.7',
    };
    const rollups = [outside];
    const changes = [
      { ...snapshot({ endpointSelector: {}, egress: [] }, '9:20'), ...fqdn },
      { ...patched('9:20', spec), ...fqdn },
    ];
    const verdict: Fields = {
      '@timestamp': at('9:10'),
      'orchestrator.cluster.name': 'prod-eu1',
      'destination.ip': '192.0.2.7',
      'destination.dns': ['pay.example'],
    };
    expect(await now(changes, { rollups, verdicts: [verdict] })).toEqual([['allowed', [], []]]);
    expect(await now(changes, { rollups })).toEqual([['unknown', [], ['fqdn']]]);
  });

  test('is denied at both ends where one end denies it', async () => {
    const other: Fields = {
      ...AUDITED,
      ...ends(WEB, CART),
      'network.direction': 'egress',
      'subject.workload': 'web',
      'peer.workload': 'cart',
    };
    expect(await now([snapshot(NOBODY)], { rollups: [AUDITED, other] })).toEqual([
      ['denied', ['NetworkPolicy/shop/cart'], []],
      ['denied', ['NetworkPolicy/shop/cart'], []],
    ]);
  });
});
