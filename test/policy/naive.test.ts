// The engine against the naive evaluator of naive/, on random worlds in which everything is known, and the
// laws that decisions keep whatever the policies are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, type JsonObject } from '../../src/model/json.ts';
import { labelSet } from '../../src/model/labels.ts';
import { TRANSPORTS } from '../../src/model/verdict.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Decision, DecisionContext, Party, Question } from '../../src/policy/decision.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { select } from '../../src/policy/select.ts';
import { type Asked, HERE, NAMED_PORTS, type Who } from './naive/asked.ts';
import { evaluateNaively } from './naive/evaluate.ts';
import { allowPolicy, policies, questions } from './naive/worlds.ts';

const CONTEXT: DecisionContext = {
  localCluster: HERE,
  enforcement: 'default',
  defaultLocalCluster: true,
  cidrMatch: [],
  cidrGroup: () => 'absent',
  cidrGroups: () => [],
  namedPort: (_pod, name, transport) =>
    NAMED_PORTS.find((port) => port.name === name && port.protocol === transport)?.number ?? 'absent',
};

function partyOf({ labels, ip, names }: Who): Party {
  return { labels: labelSet(labels), ip, dns: names, namespace: '', pod: '', identity: 0 };
}

function questionOf({ direction, subject, peer, protocol, number }: Asked): Question {
  const transport = TRANSPORTS.find((name) => name === protocol) ?? 'unknown';
  const parties = { subject: partyOf(subject), peer: partyOf(peer) };
  const isIcmp = transport === 'icmp';
  return { direction, ...parties, transport, port: isIcmp ? 0 : number, icmpType: isIcmp ? number : null };
}

/** TCP and UDP have no port 0. */
function isReal({ protocol, number }: Asked): boolean {
  return protocol === 'icmp' || number > 0;
}

function isValid(object: JsonObject): boolean {
  return parsePolicy(object).ok;
}

function decided(objects: readonly JsonObject[], asked: Asked): Decision {
  return judged(objects, questionOf(asked));
}

function judged(objects: readonly JsonObject[], question: Question): Decision {
  const selections = objects.flatMap((object) => {
    const parsed = parsePolicy(object);
    return parsed.ok ? (select(parsed.policy, question.subject, question.direction, CONTEXT) ?? []) : [];
  });
  return decide(selections, question, CONTEXT);
}

/** Ways to know less. */
const BLINDFOLDS: readonly (readonly [string, (asked: Question) => Question])[] = [
  ['labels of the peer', (known) => ({ ...known, peer: { ...known.peer, labels: [] } })],
  ['labels of the subject', (known) => ({ ...known, subject: { ...known.subject, labels: [] } })],
  ['address of the peer', (known) => ({ ...known, peer: { ...known.peer, ip: '' } })],
  ['names of the peer', (known) => ({ ...known, peer: { ...known.peer, dns: [] } })],
  ['protocol', (known) => ({ ...known, transport: 'unknown', port: 0, icmpType: null })],
];

const asked = questions.filter(isReal);

test('the engine answers as the naive evaluator does', () => {
  fc.assert(
    fc.property(policies, fc.array(asked, { minLength: 5, maxLength: 5 }), (objects, flows) => {
      const valid = objects.filter(isValid);
      for (const flow of flows) {
        const naive = evaluateNaively(valid, flow);
        const { declared, reason, selecting, isolating, deciding } = decided(valid, flow);
        expect({ declared, selecting, isolating }).toEqual({
          declared: naive.declared,
          selecting: naive.selecting,
          isolating: naive.isolating,
        });
        if (naive.reason !== null)
          expect({ reason, deciding }).toEqual({ reason: naive.reason, deciding: naive.deciding });
      }
    }),
    { numRuns: 1000 },
  );
});

test('every answer occurs in the worlds', () => {
  const found = new Set<string>();
  for (const [objects, flow] of fc.sample(fc.tuple(policies, asked), { numRuns: 2000, seed: 1 })) {
    const { declared, reason, deciding } = decided(objects, flow);
    const tier = deciding.some((rule) => rule.startsWith('ClusterNetworkPolicy')) ? ' with an order' : '';
    found.add(`${declared} ${reason}${tier}`);
  }
  expect([...found].sort()).toEqual([
    'allowed allow-rule',
    'allowed allow-rule with an order',
    'allowed local-host',
    'allowed no-policy',
    'denied default-deny',
    'denied deny-rule',
    'denied deny-rule with an order',
    'unknown undecidable',
  ]);
});

const isTier = (tier: string) => (object: JsonObject) => at(object, 'spec', 'tier') === tier;

describe('laws', () => {
  test('the order in which policies are given changes nothing', () => {
    fc.assert(
      fc.property(policies, asked, (objects, flow) => {
        expect(decided(objects.toReversed(), flow)).toEqual(decided(objects, flow));
      }),
    );
  });

  test('a further policy that allows and isolates nobody turns nothing allowed into denied', () => {
    fc.assert(
      fc.property(policies, allowPolicy, asked, (objects, allowing, flow) => {
        const further = { ...allowing, metadata: { name: 'further', namespace: 'shop' } };
        fc.pre(decided(objects, flow).declared === 'allowed');
        expect(decided([...objects, further], flow).declared).toBe('allowed');
      }),
    );
  });

  test('an Accept of all before everything else allows all, a Deny denies all', () => {
    fc.assert(
      fc.property(policies, asked, fc.constantFrom('Accept', 'Deny'), (objects, flow, action) => {
        fc.pre(decided([everyPod(action)], flow).deciding.length > 0);
        const later = objects.filter(
          (object) => !(isTier('Admin')(object) && at(object, 'spec', 'priority') === 0),
        );
        expect(decided([everyPod(action), ...later], flow).declared).toBe(
          action === 'Accept' ? 'allowed' : 'denied',
        );
      }),
    );
  });

  test('a Pass before all other tiers is as good as nothing', () => {
    fc.assert(
      fc.property(policies, asked, (objects, flow) => {
        const later = objects.filter((object) => !isTier('Admin')(object));
        const { selecting: _with, ...passed } = decided([everyPod('Pass'), ...later], flow);
        const { selecting: _without, ...plain } = decided(later, flow);
        expect(passed).toEqual(plain);
      }),
    );
  });

  test.each(BLINDFOLDS)('without the %s the answer is the same or unknown', (_what, hide) => {
    fc.assert(
      fc.property(policies, asked, (objects, flow) => {
        const { declared } = decided(objects, flow);
        expect(['unknown', declared]).toContain(judged(objects, hide(questionOf(flow))).declared);
      }),
      { numRuns: 500 },
    );
  });

  test('an undecidable allow beside them leaves denials by rule as they are, and flips no answer', () => {
    const groups = { toGroups: [{ aws: { securityGroupsIds: ['sg-1'] } }] };
    const undecidable: JsonObject = {
      kind: 'CiliumClusterwideNetworkPolicy',
      metadata: { name: 'undecidable' },
      spec: { endpointSelector: {}, egress: [groups], enableDefaultDeny: { egress: false } },
    };
    fc.assert(
      fc.property(policies, asked, (objects, flow) => {
        const before = decided(objects, flow);
        const after = decided([...objects, undecidable], flow);
        expect(['unknown', before.declared]).toContain(after.declared);
        const isFinal = before.reason === 'deny-rule' && !objects.some(isTier('Baseline'));
        if (isFinal) expect(after.deciding).toEqual(before.deciding);
      }),
    );
  });
});

/** The first policy of the admin tier, about all traffic between pods. */
function everyPod(action: string): JsonObject {
  const rule = { action, from: [{ namespaces: {} }] };
  const { from: to } = rule;
  return {
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'first' },
    spec: {
      tier: 'Admin',
      priority: 0,
      subject: { namespaces: {} },
      ingress: [rule],
      egress: [{ action, to }],
    },
  };
}
