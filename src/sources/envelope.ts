// JSON envelopes that log shippers put around a record: Fluent Bit (`log`), Filebeat and Vector (`message`),
// OpenTelemetry (`resourceLogs`, `body`), OpenSearch documents and answers (`_source`, `hits`), Splunk
// (`event`), journald (`MESSAGE`), the log services of the clouds. An envelope is opened by one level; what lies within is not looked at here.

import { at, entries, field, isObject, type JsonObject, type JsonValue, text } from '../model/json.ts';

export interface Envelope {
  /** What the envelope says of the cluster; ''. */
  readonly cluster: string;
  /** Either the records, each of which counts, or (`isGuess`) places where the one record may lie. */
  readonly items: readonly JsonValue[];
  readonly isGuess: boolean;
}

/** Where shippers put the original text, or, when they parse it, an object. Strings go first. */
const CONTENT_KEYS = [
  'message',
  'log',
  'body',
  'MESSAGE',
  'msg',
  '@message',
  '_source',
  'log_processed',
  'jsonPayload',
  'textPayload',
  'hubble',
  'event',
  'result',
  'payload',
  'record',
  'json',
  'data',
  'value',
] as const;

/** Batches: an answer of OpenSearch, OTLP, CloudWatch, Azure Event Hubs. */
const LIST_PATHS = [['hits', 'hits'], ['resourceLogs'], ['logEvents'], ['events'], ['records']] as const;

/** @returns undefined when the object is no known envelope. */
export function openEnvelope(value: JsonObject): Envelope | undefined {
  const cluster = clusterNamed(value);
  const records = LIST_PATHS.map((path) => at(value, ...path)).find(isList);
  if (records !== undefined) return { cluster, items: records, isGuess: false };
  if (isList(field(value, 'scopeLogs'))) return openResourceLogs(value, cluster);
  const contents = CONTENT_KEYS.map((key) => openAnyValue(field(value, key)));
  contents.push(at(value, 'event', 'original'));
  const strings = contents.filter((item) => typeof item === 'string' && item !== '');
  const objects = contents.filter((item) => typeof item === 'object' && item !== null);
  const items = [...strings, ...objects].filter((item) => item !== undefined);
  return items.length === 0 ? undefined : { cluster, items, isGuess: true };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

/** One element of OTLP `resourceLogs`; its resource may name the cluster by `k8s.cluster.name`. */
function openResourceLogs(value: JsonObject, cluster: string): Envelope {
  const records = items(field(value, 'scopeLogs')).flatMap((scope) => items(field(scope, 'logRecords')));
  const named = items(at(value, 'resource', 'attributes')).find(
    (attribute) => field(attribute, 'key') === 'k8s.cluster.name',
  );
  const name = text(at(named, 'value', 'stringValue'));
  return { cluster: name === '' ? cluster : name, items: records, isGuess: false };
}

/** OTLP writes values as `{"stringValue": …}`, `{"kvlistValue": {"values": […]}}`; others pass unchanged. */
function openAnyValue(value: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(value)) return value;
  const string = field(value, 'stringValue');
  if (string !== undefined) return string;
  for (const key of ['boolValue', 'intValue', 'doubleValue']) {
    const scalar = field(value, key);
    if (scalar !== undefined) return scalar;
  }
  const list = at(value, 'arrayValue', 'values');
  if (isList(list)) return list.map((item) => openAnyValue(item) ?? null);
  const pairs = at(value, 'kvlistValue', 'values');
  if (!isList(pairs)) return value;
  return Object.fromEntries(
    pairs.map((pair) => [text(field(pair, 'key')), openAnyValue(field(pair, 'value')) ?? null]),
  );
}

/** AccuKnox `cluster_name`, ECS `orchestrator.cluster.name`, OpenTelemetry, and what people add by hand. */
export function clusterNamed(value: JsonObject): string {
  for (const key of [
    'cluster_name',
    'cluster',
    'clusterName',
    'orchestrator.cluster.name',
    'k8s.cluster.name',
  ]) {
    const name = text(field(value, key));
    if (name !== '') return name;
  }
  const paths = [
    ['orchestrator', 'cluster', 'name'],
    ['kubernetes', 'cluster_name'],
    ['resource', 'k8s.cluster.name'],
    ['resource', 'attributes', 'k8s.cluster.name'],
    ['fields', 'cluster'],
    ['labels', 'cluster'],
    ['tags', 'cluster'],
  ] as const;
  for (const path of paths) {
    const name = text(at(value, ...path));
    if (name !== '') return name;
  }
  return '';
}

/** Whether an object is one that `cilium monitor --json` prints; it has no JSON form of policy verdicts. */
export function isMonitorObject(value: JsonObject): boolean {
  return text(field(value, 'cpu')).startsWith('CPU') && entries(value).some(([key]) => key === 'type');
}
