// Audit records for tests: the lines of a sample file through recognition and normalisation, and small
// hand-made events.
import { readFileSync } from 'node:fs';
import type { ChangeEvent, PolicyChange } from '../../src/model/event.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { normaliseAudit } from '../../src/normalise/audit.ts';
import { recogniseAudit } from '../../src/sources/audit/recognise.ts';

const SAMPLES = new URL('../samples/', import.meta.url);

export function sampleText(name: string): string {
  return readFileSync(new URL(name, SAMPLES), 'utf8');
}

export function parsed(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('expected a JSON object');
  return value;
}

export function sampleObjects(name: string): readonly JsonObject[] {
  return sampleText(name)
    .split('\n')
    .filter((line) => line !== '')
    .map(parsed);
}

/** @param record one line, envelope and all. @throws Error when it is no audit record */
export function outcomesOf(record: JsonObject, cluster = ''): readonly Outcome<ChangeEvent>[] {
  const hits = recogniseAudit(record);
  if (hits === undefined) throw new Error('not recognised as an audit record');
  const place = { source: 'audit.log', partition: 0, offset: 1, index: 0, cluster: '' };
  return hits.flatMap((hit) => normaliseAudit(hit, place, { cluster }));
}

export function eventsIn(records: readonly JsonObject[]): readonly ChangeEvent[] {
  return records
    .flatMap((record) => outcomesOf(record))
    .flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
}

/** The one change of a record. @throws Error when there are more, or none */
export function changeOf(record: JsonObject): PolicyChange {
  const [first, ...rest] = eventsIn([record]);
  if (first === undefined || rest.length > 0) throw new Error('expected one change');
  return first.body;
}

/** How often each outcome comes; an accepted one is named by action, result and form of the object. */
export function tally(outcomes: readonly Outcome<ChangeEvent>[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    const name =
      outcome.outcome === 'accepted'
        ? `${outcome.value.body.action} ${outcome.value.body.result} ${outcome.value.body.objectForm}`
        : `${outcome.outcome} ${outcome.reason}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

const WEB = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web';

/** A finished update of NetworkPolicy shop/web at level RequestResponse, without bodies. */
export function auditEvent(changes: JsonObject): JsonObject {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: 'a-1',
    stage: 'ResponseComplete',
    requestURI: WEB,
    verb: 'update',
    user: { username: 'alice', groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.1'],
    userAgent: 'kubectl/v1.36.0',
    objectRef: {
      resource: 'networkpolicies',
      namespace: 'shop',
      name: 'web',
      apiGroup: 'networking.k8s.io',
      apiVersion: 'v1',
    },
    responseStatus: { metadata: {}, code: 200 },
    ...changes,
    // The API server writes the times after the bodies.
    requestReceivedTimestamp: changes['requestReceivedTimestamp'] ?? '2026-11-02T09:00:00.000001Z',
    stageTimestamp: changes['stageTimestamp'] ?? '2026-11-02T09:00:00.010231Z',
  };
}

/** NetworkPolicy shop/web as stored, generation 2. */
export function networkPolicy(metadata: JsonObject = {}): JsonObject {
  return {
    kind: 'NetworkPolicy',
    apiVersion: 'networking.k8s.io/v1',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'u-1',
      resourceVersion: '20',
      generation: 2,
      ...metadata,
    },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  };
}
