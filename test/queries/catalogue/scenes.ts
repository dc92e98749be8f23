// Documents of small clusters, one for each thing that neither the sample clusters nor the handmade ones show. One
// morning, 08:00 to 12:00; the names of the clusters say what happens in them.
//
//   spiking     an hour with many audited denies, which earlier days had fewer of
//   switching   audit mode switched on and off by writes of cilium-config, on node-1 before node-2
//   lasting     audit mode switched on, and on still
//   judging     what audit mode let pass, after a policy that nobody can judge changed
//   changing    a break of which nobody knows whether it lasts
//   differing   policies that are not what the manifests say, commits, somebody who acts as another
import type { Document } from '../../../src/documents/document.ts';
import { at, BY_ARGO, causedBy, change, DENIED, rollup, type Scene } from '../scene.ts';
import { sceneDocuments } from './sceneDocuments.ts';

type Fields = NonNullable<Scene['rollups']>[number];
type Tables = Readonly<Record<'verdicts' | 'rollups' | 'changes' | 'policies', readonly Fields[]>>;

const CLUSTER = 'orchestrator.cluster.name';
const AUDITED: Fields = { ...DENIED, 'verdict.observed': 'audited' };
const CART = 'NetworkPolicy/shop/cart';

/** A write after which `cilium-config` says `mode`. */
export function configured(id: string, time: string, before: string, mode: string): Fields {
  return change(id, time, {
    'policy.ref': 'ConfigMap/kube-system/cilium-config',
    'policy.kind': 'ConfigMap',
    'policy.namespace': 'kube-system',
    'policy.name': 'cilium-config',
    'change.spec_before': { data: { 'policy-audit-mode': before } },
    'change.spec_after': { data: { 'policy-audit-mode': mode } },
  });
}

/** A single verdict on a denial of `shop/cart`, as the node went about it. */
export function verdictOn(node: string, time: string, observed: 'audited' | 'dropped'): Fields {
  return {
    '@timestamp': at(time),
    'observer.name': node,
    'subject.namespace': 'shop',
    'subject.workload': 'cart',
    'verdict.declared': 'denied',
    'verdict.observed': observed,
  };
}

/** `denials` audited ones in the hour from nine o'clock of a day. */
function spikeOf(day: string, denials: number): Fields {
  const time = `${day}T09:05:00.000000Z`;
  const responsible = { 'policy.responsible': [CART], count: denials };
  return rollup('9:05', {
    ...AUDITED,
    ...responsible,
    '@timestamp': time,
    first_seen: time,
    last_seen: time,
  });
}

const SPIKING: Tables = {
  verdicts: [],
  rollups: [spikeOf('2026-11-02', 60), spikeOf('2026-11-01', 8), spikeOf('2026-10-31', 12)],
  changes: [],
  policies: [],
};

const SWITCHING: Tables = {
  verdicts: [
    verdictOn('node-1', '8:05', 'dropped'),
    verdictOn('node-1', '8:20', 'audited'),
    verdictOn('node-1', '9:40', 'dropped'),
    verdictOn('node-2', '8:30', 'audited'),
    verdictOn('node-2', '9:45', 'audited'),
    verdictOn('node-3', '9:41', 'dropped'),
    verdictOn('node-3', '9:41', 'audited'),
  ],
  rollups: [rollup('8:05', DENIED), rollup('8:20', AUDITED), rollup('9:40', DENIED)],
  changes: [configured('on', '8:10', 'false', 'true'), configured('off', '9:30', 'true', 'false')],
  policies: [],
};

const LASTING: Tables = {
  verdicts: [verdictOn('node-1', '8:20', 'audited')],
  rollups: [rollup('8:05', DENIED), rollup('8:20', AUDITED)],
  changes: [configured('on', '8:10', 'false', 'true')],
  policies: [],
};

const JUDGING: Tables = {
  verdicts: [],
  rollups: [
    rollup('9:10', {
      ...AUDITED,
      'policy.selecting': [CART],
      'policy.responsible': [CART],
      'subject.labels': ['k8s:app=cart', 'k8s:io.kubernetes.pod.namespace=shop'],
      'peer.labels': ['k8s:app=web', 'k8s:io.kubernetes.pod.namespace=shop'],
    }),
  ],
  changes: [change('unseen', '9:20', { 'change.outcome': 'gap' })],
  policies: [],
};

const NARROW = { ingress: [{ ports: [{ port: 8081 }] }] };
const WIDE = { ingress: [{ ports: [{ port: 8080 }] }] };
const CLOSED = { ingress: [] };
const CHANGING: Tables = {
  verdicts: [],
  rollups: [rollup('9:01', { ...DENIED, ...causedBy('narrowed', '9:00', 'denied-by-change'), count: 5 })],
  changes: [
    change('narrowed', '9:00', { 'change.spec_before': WIDE, 'change.spec_after': NARROW, ...BY_ARGO }),
    change('closed', '9:20', { 'change.spec_before': NARROW, 'change.spec_after': CLOSED }),
  ],
  policies: [],
};

const COMMIT: Fields = {
  'change.commit.id': '4f1c2d',
  'change.commit.author': 'carol',
  'change.commit.at': at('8:50'),
  'change.commit.file': 'shop/cart.yaml',
};

const DIFFERING: Tables = {
  verdicts: [],
  rollups: [],
  changes: [
    change('by-hand', '9:10', {
      ...COMMIT,
      'actor.impersonator': 'mallory',
      'change.cause': 'the shop was down',
      'change.diff': ['ingress[0].ports[0].port: 8080 → 8081'],
      'policy.managed_by': 'Argo CD',
      drift: ['manual-change'],
    }),
    change('refused', '9:20', {
      'actor.impersonator': 'mallory',
      'change.outcome': 'failure',
      'change.code': 403,
      'change.message': 'not permitted',
      'change.audit_id': 'a1',
    }),
  ],
  policies: [
    {
      'policy.ref': CART,
      'policy.kind': 'NetworkPolicy',
      'policy.namespace': 'shop',
      'policy.name': 'cart',
      'policy.since': at('9:10'),
      'policy.manifest': 'shop/cart.yaml#1',
      'policy.manifest_diff': ['ingress[0].ports[0].port: 8080 → 8081'],
      'change.outcome': 'version',
      'cause.change_id': 'by-hand',
      'cause.at': at('9:10'),
      'cause.verb': 'patch',
      'cause.actor': 'alice',
      'cause.actor_kind': 'human',
      drift: ['differs-from-manifests'],
    },
  ],
};

const CLUSTERS = {
  spiking: SPIKING,
  switching: SWITCHING,
  lasting: LASTING,
  judging: JUDGING,
  changing: CHANGING,
  differing: DIFFERING,
} as const satisfies Readonly<Record<string, Tables>>;

function inItsCluster(table: keyof Tables): readonly Fields[] {
  return Object.entries(CLUSTERS).flatMap(([cluster, tables]) =>
    tables[table].map((fields) => ({ ...fields, [CLUSTER]: cluster })),
  );
}

export const SCENES: readonly Document[] = sceneDocuments({
  verdicts: inItsCluster('verdicts'),
  rollups: inItsCluster('rollups'),
  changes: inItsCluster('changes'),
  policies: inItsCluster('policies'),
});
