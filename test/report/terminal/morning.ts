// One morning of a small shop, with one finding for each section, and what `analyze` knows beside the store.

import type { Findings } from '../../../src/report/findings.ts';
import { parseMicros } from '../../../src/model/time.ts';
import { at, BY_ARGO, causedBy, change, DENIED, rollup, type Scene } from '../../queries/scene.ts';

const micros = (time: string): number => parseMicros(at(time)) ?? Number.NaN;
const AUDITED = { ...DENIED, 'verdict.observed': 'audited', drift: ['would-deny'] };
const REPORTS = { 'subject.namespace': 'reports', 'subject.workload': 'store', 'peer.namespace': 'reports' };
const EDGE = {
  'network.direction': 'egress',
  'subject.namespace': 'edge',
  'subject.workload': 'gateway',
  'peer.namespace': '',
  'peer.workload': '',
  'peer.entity': 'world',
  'destination.port': 443,
};
const BREAK = causedBy('break', '9:00', 'denied-by-change');

export const MORNING: Scene = {
  rollups: [
    rollup('8:00', { count: 900 }),
    rollup('8:05', {
      ...AUDITED,
      ...REPORTS,
      'peer.workload': 'nightly',
      'destination.port': 5432,
      count: 4,
    }),
    rollup('9:00:30', { ...DENIED, ...BREAK, count: 47, last_seen: at('9:24') }),
    rollup('9:25:03', { ...causedBy('mend', '9:25', 'newly-allowed'), count: 41 }),
    rollup('9:49', {
      ...DENIED,
      ...EDGE,
      ...causedBy('bob', '9:48', 'denied-by-change'),
      'peer.ip': '203.0.113.9',
      count: 90,
    }),
    rollup('9:50', {
      ...DENIED,
      ...EDGE,
      ...causedBy('bob', '9:48', 'denied-by-change'),
      'peer.ip': '203.0.113.10',
    }),
    rollup('9:55', {
      ...causedBy('open', '9:54', 'newly-allowed'),
      'peer.namespace': 'tools',
      'peer.workload': 'scanner',
      count: 12,
    }),
    rollup('10:00', {
      ...DENIED,
      'verdict.observed': 'forwarded',
      drift: ['not-enforced'],
      'subject.namespace': 'legacy',
      'subject.workload': 'worker',
      count: 20,
    }),
    rollup('10:01', {
      'verdict.declared': 'unknown',
      'verdict.reason': 'undecidable',
      'verdict.undecidable': ['named-port'],
      count: 3,
    }),
    rollup('10:02', { drift: ['propagating'], count: 6 }),
  ],
  changes: [
    change('break', '9:00', {
      'change.diff': ['ingress[0].from: podSelector app=web → (none)'],
      'change.spec_before': { a: 1 },
      'change.spec_after': { a: 2 },
    }),
    change('mend', '9:25', { 'change.spec_after': { a: 3 } }),
    change('bob', '9:48', {
      'actor.user': 'bob',
      'change.verb': 'create',
      'policy.ref': 'CiliumNetworkPolicy/edge/block-metadata',
      'policy.kind': 'CiliumNetworkPolicy',
      'change.spec_after': { endpointSelector: {}, egressDeny: [{ toCIDR: ['169.254.169.254/32'] }] },
    }),
    change('open', '9:54', { ...BY_ARGO, 'policy.ref': 'NetworkPolicy/shop/all' }),
    change('hand', '10:12', {
      'actor.user': 'bob',
      'policy.ref': 'NetworkPolicy/orders/orders-api',
      'policy.managed_by': 'Argo CD',
      'change.spec_before': { b: 1 },
      'change.spec_after': { b: 2 },
      drift: ['manual-change'],
    }),
    change('back', '10:15', {
      ...BY_ARGO,
      'policy.ref': 'NetworkPolicy/orders/orders-api',
      'change.spec_after': { b: 1 },
    }),
    change('audit', '8:02', {
      'actor.user': 'carol',
      'policy.ref': 'ConfigMap/kube-system/cilium-config',
      'policy.kind': 'ConfigMap',
      'change.spec_before': { data: {} },
      'change.spec_after': { data: { 'policy-audit-mode': 'true' } },
    }),
    change('refused', '10:20', { 'change.outcome': 'failure' }),
  ],
  policies: [
    {
      'policy.ref': 'CiliumNetworkPolicy/ops/legacy-dns',
      'policy.problem': 'unknown field toPort',
      'policy.since': '2026-08-01T00:00:00.000000Z',
      drift: ['not-in-force'],
    },
  ],
  feeds: [
    {
      'feed.name': 'flows',
      'observer.name': 'node-2',
      'feed.from': at('9:14'),
      'feed.until': at('9:16'),
      'feed.count_kind': 'lost',
      count: 312,
    },
    { 'feed.name': 'flows', 'observer.name': 'node-1', 'feed.count_kind': 'kind:verdict', count: 900 },
  ],
};

export const NOTHING_READ: Findings = {
  clusters: [],
  flows: { files: 0, records: 0, accepted: 0, ignored: new Map(), rejected: new Map(), lostEvents: 0 },
  audit: null,
  snapshotObjects: null,
  manifests: null,
  caveats: [],
  auditedNow: [],
  auditedBeyondLimit: 0,
  monitor: [],
  caches: [],
  range: null,
  tookMs: 0,
  kept: { store: '', documents: '', rejects: '', report: '' },
  stopped: false,
};

const NIGHTLY = {
  cluster: 'prod-eu1',
  direction: 'ingress',
  subjectNamespace: 'reports',
  subjectWorkload: 'store',
  peerNamespace: 'reports',
  peerWorkload: 'nightly',
  peerEntity: '',
  peerIp: '',
  transport: 'tcp',
  port: 5432,
  count: 4,
  firstSeen: micros('8:05'),
  lastSeen: micros('11:05'),
  stillInAuditMode: true,
  declaredNow: 'denied',
  reasonNow: 'default-deny',
  isolatingNow: ['NetworkPolicy/reports/store', 'CiliumClusterwideNetworkPolicy//baseline'],
  decidingNow: [],
  undecidableNow: [],
} as const;

export const MORNING_FINDINGS: Findings = {
  ...NOTHING_READ,
  clusters: ['prod-eu1'],
  flows: {
    ...NOTHING_READ.flows,
    files: 1,
    records: 4_988,
    accepted: 1_252,
    ignored: new Map([
      ['trace', 3_166],
      ['drop-event', 379],
      ['agent', 144],
      ['l7', 47],
    ]),
    lostEvents: 312,
  },
  audit: {
    ...NOTHING_READ.flows,
    files: 1,
    records: 635,
    accepted: 70,
    ignored: new Map([['other-resource', 563]]),
    rejected: new Map([['not-json', 2]]),
  },
  snapshotObjects: 51,
  caveats: [
    {
      code: 'lost-events',
      message: 'Hubble says that it lost 312 events: counts are lower bounds',
      remedy: '',
    },
  ],
  auditedNow: [
    NIGHTLY,
    {
      ...NIGHTLY,
      direction: 'egress',
      subjectWorkload: 'nightly',
      peerWorkload: 'store',
      declaredNow: 'allowed',
      count: 2,
    },
    { ...NIGHTLY, peerWorkload: 'mended', declaredNow: 'allowed', count: 1 },
    { ...NIGHTLY, subjectNamespace: 'payments', stillInAuditMode: false, count: 66 },
  ],
  range: { from: micros('8:00'), until: micros('12:00') },
  tookMs: 900,
  kept: { store: 'drift.duckdb', documents: '', rejects: '', report: '' },
};
