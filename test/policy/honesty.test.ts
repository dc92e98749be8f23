// Three-valued honesty: taking knowledge away may turn an answer into unknown, never into another answer.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { labelSet } from '../../src/model/labels.ts';
import type { CompiledPolicy } from '../../src/policy/compiled.ts';
import { decide } from '../../src/policy/decide.ts';
import type { DecisionContext, Party, Question } from '../../src/policy/decision.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { type Selection, select, unknownSelection } from '../../src/policy/select.ts';

const CONTEXT: DecisionContext = {
  localCluster: 'c1',
  enforcement: 'default',
  defaultLocalCluster: true,
  cidrMatch: [],
  cidrGroup: (name) => (name === 'known' ? ['203.0.113.0/24'] : 'absent'),
  cidrGroups: () => [{ name: 'known', labels: ['k8s:team=x'], cidrs: ['203.0.113.0/24'] }],
  namedPort: (_pod, name) => (name === 'http' ? 80 : 'absent'),
};
const IGNORANT: DecisionContext = {
  ...CONTEXT,
  cidrGroup: () => 'unknown',
  cidrGroups: () => 'unknown',
  namedPort: () => 'unknown',
};

const pod = fc.tuple(fc.constantFrom('shop', 'bank'), fc.constantFrom('web', 'api')).map(
  ([namespace, app]): Party => ({
    labels: labelSet([
      `k8s:app=${app}`,
      'k8s:io.cilium.k8s.policy.cluster=c1',
      `k8s:io.cilium.k8s.namespace.labels.team=${namespace === 'shop' ? 'red' : 'blue'}`,
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
    ]),
    ip: '10.0.0.9',
    namespace,
    pod: `${app}-1`,
    dns: [],
    identity: 0,
  }),
);
const outside = fc.constantFrom('203.0.113.7', '198.51.100.4').map(
  (ip): Party => ({
    labels: ['reserved:world'],
    ip,
    namespace: '',
    pod: '',
    dns: ip.startsWith('203') ? ['a.example.com'] : ['b.example.org'],
    identity: 0,
  }),
);
const node = fc.constantFrom('host', 'remote-node').map(
  (name): Party => ({
    labels: [`reserved:${name}`],
    ip: '10.0.0.1',
    namespace: '',
    pod: '',
    dns: [],
    identity: 0,
  }),
);
const question: fc.Arbitrary<Question> = fc.record({
  direction: fc.constantFrom('ingress' as const, 'egress' as const),
  subject: pod,
  peer: fc.oneof(pod, outside, node),
  transport: fc.constantFrom('tcp' as const, 'udp' as const),
  port: fc.constantFrom(80, 443),
  icmpType: fc.constant(null),
});

const selector = fc.constantFrom<JsonObject>(
  {},
  { matchLabels: { app: 'web' } },
  { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
  { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'red' } },
  { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'bank' } },
  { matchLabels: { 'reserved:host': '' } },
);
const ports = fc.constantFrom<JsonObject>(
  {},
  { toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] },
  { toPorts: [{ ports: [{ port: 'http' }] }] },
);
const peers = (way: 'from' | 'to') =>
  fc.oneof(
    selector.map((one): JsonObject => ({ [`${way}Endpoints`]: [one] })),
    fc
      .constantFrom('world', 'cluster', 'host', 'all', 'remote-node')
      .map((entity): JsonObject => ({ [`${way}Entities`]: [entity] })),
    fc
      .constantFrom<JsonObject>(
        { cidr: '203.0.0.0/16', except: ['203.0.113.0/25'] },
        { cidrGroupRef: 'known' },
        { cidrGroupSelector: { matchLabels: { team: 'x' } } },
      )
      .map((block): JsonObject => ({ [`${way}CIDRSet`]: [block] })),
    fc.constant<JsonObject>({}),
    ...(way === 'to' ? [fc.constant<JsonObject>({ toFQDNs: [{ matchPattern: '*.example.com' }] })] : []),
  );
const section = (name: string, way: 'from' | 'to') =>
  fc.array(fc.tuple(peers(way), ports), { maxLength: 2 }).map(
    (rules): JsonObject => ({
      [name]: rules
        .filter(([peer]) => !(name.endsWith('Deny') && 'toFQDNs' in peer))
        .map(([peer, port]) => ({ ...peer, ...port })),
    }),
  );
const policy = fc
  .tuple(
    fc.constantFrom('CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'),
    selector,
    section('ingress', 'from'),
    section('ingressDeny', 'from'),
    section('egress', 'to'),
    section('egressDeny', 'to'),
    fc.constantFrom<JsonObject>({}, { ingress: false, egress: false }),
  )
  .map(([kind, subject, ...sections]): JsonObject => {
    const [ingress, ingressDeny, egress, egressDeny, enableDefaultDeny] = sections;
    const rules = { ...ingress, ...ingressDeny, ...egress, ...egressDeny };
    const metadata = { name: 'p', namespace: 'shop' };
    return { kind, metadata, spec: { endpointSelector: subject, ...rules, enableDefaultDeny } };
  });
const policies = fc.array(policy, { minLength: 1, maxLength: 4 }).map((objects): readonly CompiledPolicy[] =>
  objects.flatMap((object) => {
    const parsed = parsePolicy(object);
    return parsed.ok ? [parsed.policy] : [];
  }),
);

function selections(all: readonly CompiledPolicy[], { subject, direction }: Question): Selection[] {
  return all.flatMap((one) => select(one, subject, direction, CONTEXT) ?? []);
}

function answer(all: readonly CompiledPolicy[], asked: Question, context = CONTEXT): string {
  return decide(selections(all, asked), asked, context).declared;
}

/** Ways to know less. */
const BLINDFOLDS: readonly (readonly [string, (asked: Question) => Question])[] = [
  ['labels of the peer', (asked) => ({ ...asked, peer: { ...asked.peer, labels: [] } })],
  ['labels of the subject', (asked) => ({ ...asked, subject: { ...asked.subject, labels: [] } })],
  ['address of the peer', (asked) => ({ ...asked, peer: { ...asked.peer, ip: '' } })],
  ['names of the peer', (asked) => ({ ...asked, peer: { ...asked.peer, dns: [] } })],
  ['port', (asked) => ({ ...asked, port: 0 })],
  ['protocol', (asked) => ({ ...asked, transport: 'unknown', port: 0 })],
];

describe('an answer is the same or unknown', () => {
  test.each(BLINDFOLDS)('without the %s', (_what, hide) => {
    fc.assert(
      fc.property(policies, question, (all, asked) => {
        expect(['unknown', answer(all, asked)]).toContain(answer(all, hide(asked)));
      }),
      { numRuns: 400 },
    );
  });

  test('without the surroundings', () => {
    fc.assert(
      fc.property(policies, question, (all, asked) => {
        expect(['unknown', answer(all, asked)]).toContain(answer(all, asked, IGNORANT));
      }),
      { numRuns: 400 },
    );
  });

  test('without the body of one policy', () => {
    fc.assert(
      fc.property(policies, question, (all, asked) => {
        const known = selections(all.slice(1), asked);
        const { declared } = decide([unknownSelection('NetworkPolicy/shop/lost'), ...known], asked, CONTEXT);
        expect(['unknown', answer(all, asked)]).toContain(declared);
      }),
      { numRuns: 400 },
    );
  });
});

test('the order of policies changes nothing', () => {
  fc.assert(
    fc.property(policies, question, (all, asked) => {
      const found = selections(all, asked);
      expect(decide(found.toReversed(), asked, CONTEXT)).toEqual(decide(found, asked, CONTEXT));
    }),
  );
});

test('an unknown answer has reasons, a certain one has none', () => {
  fc.assert(
    fc.property(policies, question, (all, asked) => {
      const { declared, undecidable } = decide(selections(all, asked), asked, IGNORANT);
      expect(undecidable.length > 0).toBe(declared === 'unknown');
    }),
  );
});
