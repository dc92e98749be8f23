// Records of raw topics for tests: lines as the exporter writes them, at an offset, with a time at which Kafka got
// them; and a reader with the settings that a test is not about.
import type { LogRecord } from '../../../src/kafka/log.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { createRawReader, type RawReader } from '../../../src/workers/normalise/rawRecord.ts';
import type { RawTopic } from '../../../src/workers/normalise/settings.ts';
import { flowWith, lineOf } from '../../normalise/exporterLine.ts';

const encoder = new TextEncoder();

/** When Kafka got everything, unless a test says otherwise: a second after the flows of exporterLine.ts. */
export const APPENDED_AT_MS = Date.UTC(2026, 10, 2, 9, 0, 1);

export function recordOf(value: string | null, more: Partial<LogRecord> = {}): LogRecord {
  return {
    offset: 0,
    appendedAtMs: APPENDED_AT_MS,
    key: null,
    value: value === null ? null : encoder.encode(value),
    headers: new Map(),
    ...more,
  };
}

export function headersOf(headers: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, encoder.encode(value)]));
}

/** A verdict line: as in exporterLine.ts, with some fields replaced. */
export function verdictLine(changes: JsonObject = {}): string {
  return lineOf(flowWith(changes));
}

/** A packet that judges nothing, seen on a node. */
export function traceLine(node = 'prod/node-1'): string {
  return lineOf(flowWith({ event_type: { type: 4 }, node_name: node, uuid: 'trace' }));
}

/** A line of the audit log that says nothing but that it was being written. */
export function auditLine(stageTimestamp: string, changes: JsonObject = {}): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `id-${stageTimestamp}`,
    stage: 'ResponseComplete',
    requestURI: '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web',
    verb: 'get',
    user: { username: 'jane' },
    objectRef: {
      resource: 'networkpolicies',
      namespace: 'shop',
      name: 'web',
      apiGroup: 'networking.k8s.io',
      apiVersion: 'v1',
    },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: stageTimestamp,
    stageTimestamp,
    ...changes,
  });
}

export function flowReader(
  topic: Partial<RawTopic> = {},
  settings: { cluster?: string; retentionDays?: number } = {},
) {
  return readerOf({ topic: 'hubble.flows', feed: 'flows', cluster: '', ...topic }, settings);
}

export function auditReader(
  topic: Partial<RawTopic> = {},
  settings: { cluster?: string; retentionDays?: number } = {},
) {
  return readerOf({ topic: 'k8s.audit', feed: 'audit', cluster: '', ...topic }, settings);
}

function readerOf(topic: RawTopic, settings: { cluster?: string; retentionDays?: number }): RawReader {
  return createRawReader(topic, 3, { cluster: '', dropEvents: 'ignore', retentionDays: null, ...settings });
}
