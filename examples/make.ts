// Cuts the example cluster examples/shop out of the simulated one under test/samples/cluster: some of its
// namespaces, all policies that can select anything there and every write of them, and a sample of the flow
// lines small enough to read. No line is altered, so what was true of a verdict is still true of it here.
// The same input gives the same files: nothing is drawn by lot. `npm run example` writes them in place,
// `npm run example -- DIR` elsewhere.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, field, isObject, type JsonValue, number, text } from '../src/model/json.ts';

const FROM = join(import.meta.dirname, '..', 'test', 'samples', 'cluster');
const TO = process.argv[2] ?? join(import.meta.dirname, 'shop');

const NAMESPACES: ReadonlySet<string> = new Set([
  'edge',
  'legacy',
  'media',
  'mended',
  'mixed',
  'orders',
  'payments',
  'reports',
  'shop',
  'stream',
  'vault',
]);

/** Hubble event types (cilium/cilium pkg/monitor/api/types.go). */
const DROP = 1;
const TRACE = 4;
const POLICY_VERDICT = 5;

/**
 * Of one conversation so many verdicts of a kind are kept in each hour, and so many drops:
 * what goes through is many times the same, what does not is what the reader looks for.
 */
const FORWARDED_PER_HOUR = 1;
const DENIED_PER_HOUR = 3;
/** Lines that judge nothing are background: one in so many stays. */
const TRACES_ONE_IN = 18;
const AGENT_EVENTS_ONE_IN = 16;
const AUDIT_NOISE_ONE_IN = 9;

/** `2026-11-02T08`: a time, cut to its hour. */
const HOUR_LENGTH = 13;

interface Line {
  readonly raw: string;
  readonly value: JsonValue;
}

writeLines('flows.ndjson', sampleFlows(readLines('flows.ndjson')));
writeLines('audit.ndjson', sampleAudit(readLines('audit.ndjson')));
writePolicies();

function sampleFlows(lines: readonly Line[]): Line[] {
  const isTraceKept = oneIn(TRACES_ONE_IN);
  const isAgentEventKept = oneIn(AGENT_EVENTS_ONE_IN);
  const perHour = new Map<string, number>();
  return lines.filter(({ value }) => {
    const flow = field(value, 'flow');
    if (flow === undefined) return field(value, 'lost_events') !== undefined || isAgentEventKept();
    if (!NAMESPACES.has(text(at(flow, subjectKey(flow), 'namespace')))) return false;
    const type = number(at(flow, 'event_type', 'type'));
    if (type === TRACE) return isTraceKept();
    if (type !== POLICY_VERDICT && type !== DROP) return true;
    const key = `${text(field(flow, 'time')).slice(0, HOUR_LENGTH)} ${type} ${conversationOf(flow)}`;
    const count = (perHour.get(key) ?? 0) + 1;
    perHour.set(key, count);
    return count <= (field(flow, 'verdict') === 'FORWARDED' ? FORWARDED_PER_HOUR : DENIED_PER_HOUR);
  });
}

/** Every write of what is kept, whatever came of it; of the rest a little, as real logs have it. */
function sampleAudit(lines: readonly Line[]): Line[] {
  const isNoiseKept = oneIn(AUDIT_NOISE_ONE_IN);
  return lines.filter(({ value }) => {
    const isRead = ['get', 'list', 'watch'].includes(text(field(value, 'verb')));
    const isPolicy = text(at(value, 'objectRef', 'resource')).endsWith('networkpolicies');
    if (isRead || !isPolicy) return isNoiseKept();
    const namespace = text(at(value, 'objectRef', 'namespace'));
    return namespace === '' || NAMESPACES.has(namespace);
  });
}

function writePolicies(): void {
  const list = parse(readFileSync(join(FROM, 'snapshot.json'), 'utf8'));
  const items = field(list, 'items');
  if (!isObject(list) || !Array.isArray(items)) throw new Error('snapshot.json is no List');
  const kept = items.filter((item: JsonValue) => {
    const namespace = text(at(item, 'metadata', 'namespace'));
    return namespace === '' || NAMESPACES.has(namespace);
  });
  writeFileSync(join(TO, 'policies.json'), `${JSON.stringify({ ...list, items: kept }, null, 2)}\n`);
}

function subjectKey(flow: JsonValue): 'source' | 'destination' {
  return field(flow, 'traffic_direction') === 'EGRESS' ? 'source' : 'destination';
}

/** Identities stand for label sets, so the replicas of a workload are one end of a conversation. */
function conversationOf(flow: JsonValue): string {
  const layer4 = field(flow, 'l4');
  return JSON.stringify([
    field(flow, 'traffic_direction'),
    at(flow, 'source', 'identity'),
    at(flow, 'destination', 'identity'),
    at(layer4, 'TCP', 'destination_port') ?? at(layer4, 'UDP', 'destination_port'),
    field(flow, 'verdict'),
  ]);
}

/** Answers true to the first of every `count` calls. */
function oneIn(count: number): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return calls % count === 1;
  };
}

function parse(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}

function readLines(name: string): Line[] {
  return readFileSync(join(FROM, name), 'utf8')
    .split('\n')
    .filter((raw) => raw !== '')
    .map((raw) => ({ raw, value: parse(raw) }));
}

function writeLines(name: string, lines: readonly Line[]): void {
  writeFileSync(join(TO, name), lines.map(({ raw }) => `${raw}\n`).join(''));
}
