// Reads the scenarios: YAML of policies and flows → questions for the engine and the answers expected.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { entries, field, isObject, type JsonObject, number, text, texts } from '../../src/model/json.ts';
import { CLUSTER_KEY, labelSet, NAMESPACE_KEY, NAMESPACE_LABEL_PREFIX } from '../../src/model/labels.ts';
import { TRANSPORTS, type Transport } from '../../src/model/verdict.ts';
import type { DecisionContext, Party, Question } from '../../src/policy/decision.ts';
import { type ParsedPolicy, parsePolicy } from '../../src/policy/parse.ts';
import { type Selection, select, unknownSelection } from '../../src/policy/select.ts';

export interface Asking {
  readonly title: string;
  readonly question: Question;
  /** Fields of a decision, and `explained`. */
  readonly expected: JsonObject;
}

export interface Scenario {
  readonly file: string;
  readonly rule: string;
  readonly parsed: readonly ParsedPolicy[];
  readonly invalid: readonly string[];
  readonly context: DecisionContext;
  readonly flows: readonly Asking[];
  selections(question: Question): readonly Selection[];
}

const FOLDER = new URL('scenarios/', import.meta.url);
const cast = new Map(entries(read('cast.yaml')).map(([name, actor]) => [name, partyOf(actor)]));

export function scenarios(): readonly Scenario[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml') && name !== 'cast.yaml')
    .flatMap((file) => listOf(read(file)).map((item) => scenarioOf(file, item)));
}

function read(file: string): unknown {
  return parse(readFileSync(new URL(file, FOLDER), 'utf8'));
}

function scenarioOf(file: string, item: unknown): Scenario {
  const parsed = listOf(field(item, 'policies')).map((policy, index) => parsePolicy(named(policy, index)));
  const policies = parsed.flatMap((result) => (result.ok ? [result.policy] : []));
  const missing = texts(field(item, 'unknown-bodies'));
  const context = contextOf(item);
  return {
    file,
    rule: text(field(item, 'rule')),
    parsed,
    invalid: texts(field(item, 'invalid')),
    context,
    flows: entries(field(item, 'flows')).map(([title, answer]) => ({
      title,
      question: questionOf(title),
      expected: expectedOf(answer),
    })),
    selections: ({ subject, direction }) => [
      ...policies.flatMap((policy) => select(policy, subject, direction, context) ?? []),
      ...missing.map((ref) => unknownSelection(ref)),
    ],
  };
}

function named(policy: unknown, index: number): JsonObject {
  if (!isObject(policy)) throw new TypeError('a policy of a scenario must be a mapping');
  const metadata = field(policy, 'metadata');
  return {
    ...policy,
    metadata: { name: `p${index}`, namespace: 'shop', ...(isObject(metadata) ? metadata : {}) },
  };
}

/** `web from api on tcp 80`: ingress of web. `web to api on icmp 8`: egress of web. */
function questionOf(title: string): Question {
  const match = /^(\S+) (from|to) (\S+) on (\S+)(?: (\d+))?$/.exec(title);
  if (match === null) throw new SyntaxError(`not "A from B on tcp 80": ${title}`);
  const [, subject, way, peer, protocol = '', written] = match;
  const transport = TRANSPORTS.find((name) => name === protocol) ?? 'unknown';
  const asked = written === undefined ? null : Number(written);
  const isIcmp = transport === 'icmp' || transport === 'icmpv6';
  return {
    direction: way === 'from' ? 'ingress' : 'egress',
    subject: actor(subject),
    peer: actor(peer),
    transport,
    port: isIcmp ? 0 : (asked ?? 0),
    icmpType: isIcmp ? asked : null,
  };
}

function actor(name: string | undefined): Party {
  const found = cast.get(name ?? '');
  if (found === undefined) throw new RangeError(`${name} is not in cast.yaml`);
  return found;
}

function partyOf(written: unknown): Party {
  const namespace = text(field(written, 'namespace'));
  const app = text(field(written, 'app'));
  const team = text(field(written, 'team'));
  const cluster = text(field(written, 'cluster')) || 'default';
  const podLabels = [`k8s:app=${app}`, `k8s:${NAMESPACE_KEY}=${namespace}`, `k8s:${CLUSTER_KEY}=${cluster}`];
  const namespaceLabels = [
    `k8s:${NAMESPACE_LABEL_PREFIX}team=${team}`,
    `k8s:${NAMESPACE_LABEL_PREFIX}kubernetes.io/metadata.name=${namespace}`,
  ];
  return {
    labels: labelSet([
      ...(app === '' ? [] : podLabels),
      ...(team === '' ? [] : namespaceLabels),
      ...texts(field(written, 'labels')),
      ...texts(field(written, 'extra')),
    ]),
    ip: text(field(written, 'ip')),
    namespace,
    pod: text(field(written, 'pod')),
    dns: texts(field(written, 'dns')),
    identity: number(field(written, 'identity')) ?? 0,
  };
}

/** `denied default-deny`, or `unknown undecidable: fqdn, group`. */
function expectedOf(answer: unknown): JsonObject {
  if (isObject(answer)) return answer;
  const [head = '', reasons] = text(answer).split(': ');
  const [declared = '', reason = ''] = head.split(' ');
  return { declared, reason, undecidable: reasons === undefined ? [] : reasons.split(', ') };
}

/** Ports are `{web: {http/tcp: 80}}`; without them no pod is known. */
function contextOf(item: unknown): DecisionContext {
  const written = field(item, 'context');
  const groups = field(item, 'groups');
  const known = listOf(groups).map((group) => ({
    name: text(field(group, 'name')),
    labels: labelSet(texts(field(group, 'labels'))),
    cidrs: texts(field(group, 'cidrs')),
  }));
  const enforcement = text(field(written, 'enforcement'));
  return {
    localCluster: 'default',
    enforcement: enforcement === 'always' || enforcement === 'never' ? enforcement : 'default',
    defaultLocalCluster: field(written, 'defaultLocalCluster') !== false,
    cidrMatch: (['nodes', 'pods'] as const).filter((mode) =>
      texts(field(written, 'cidrMatch')).includes(mode),
    ),
    cidrGroup: (name) =>
      groups === undefined ? 'unknown' : (known.find((group) => group.name === name)?.cidrs ?? 'absent'),
    cidrGroups: () => (groups === undefined ? 'unknown' : known),
    namedPort: (pod: Party | null, name: string, transport: Transport) => {
      const pods = field(item, 'ports');
      if (pods === undefined) return 'unknown';
      const asked = pod === null ? entries(pods) : entries(pods).filter(([who]) => cast.get(who) === pod);
      const numbers = new Set(asked.flatMap(([, own]) => number(field(own, `${name}/${transport}`)) ?? []));
      const [only, ...others] = numbers;
      return only === undefined || others.length > 0 ? 'absent' : only;
    },
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
