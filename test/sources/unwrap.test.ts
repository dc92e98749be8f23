import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/model/json.ts';
import { MAX_ITEMS, unwrap } from '../../src/sources/unwrap.ts';

const LINE = {
  flow: { verdict: 'AUDIT', event_type: { type: 5 }, Summary: 'a "quoted" <thing>' },
  node_name: 'prod/n1',
  time: '2026-11-02T09:00:00Z',
};
const TEXT = JSON.stringify(LINE);
const AT = '2026-11-02T09:00:00.123456789Z';

function flowsIn(input: JsonValue): readonly JsonValue[] {
  return unwrap(input).map((item) => (item.feed === 'flows' ? item.line : `not a flow: ${item.feed}`));
}

describe('one Hubble line within', () => {
  test.each<[string, JsonValue]>([
    ['nothing', TEXT],
    ['white space', `  ${TEXT}\r`],
    ['the container runtime', `${AT} stdout F ${TEXT}`],
    ['kubectl logs --timestamps', `${AT} ${TEXT}`],
    ['logrus', `time="${AT}" level=info msg=${JSON.stringify(TEXT)} subsys=hubble`],
    ['Fluent Bit', { date: 1.5, log: `${TEXT}\n`, kubernetes: { pod_name: 'cilium-x' } }],
    ['Fluent Bit over the container runtime', { log: `${AT} stdout F ${TEXT}`, stream: 'stdout' }],
    ['Fluent Bit with merged fields', { log: 'not JSON', log_processed: LINE }],
    ['Filebeat', { '@timestamp': AT, log: { file: { path: '/x' }, offset: 5 }, message: TEXT }],
    ['Filebeat with parsed fields at the root', { '@timestamp': AT, agent: { type: 'filebeat' }, ...LINE }],
    ['Filebeat with parsed fields under a target', { '@timestamp': AT, hubble: LINE }],
    ['Logstash', { event: { original: TEXT }, '@version': '1' }],
    ['Vector', { file: '/x', host: 'n1', message: TEXT, source_type: 'file', timestamp: AT }],
    ['journald', { MESSAGE: TEXT, _SYSTEMD_UNIT: 'x' }],
    ['Splunk', { time: 1, event: LINE }],
    ['the gateway of gRPC', { result: LINE }],
    ['Google Cloud Logging', { insertId: 'x', jsonPayload: LINE, resource: { type: 'k8s_container' } }],
    ['an OpenSearch document', { _index: 'hubble', _id: 'x', _source: { '@timestamp': AT, message: TEXT } }],
    ['an OpenSearch answer', { took: 1, hits: { total: { value: 1 }, hits: [{ _source: LINE }] } }],
    ['an array', [LINE]],
    ['three envelopes', { log: JSON.stringify({ message: JSON.stringify({ body: TEXT }) }) }],
  ])('%s', (_, input) => {
    expect(flowsIn(input).map((line) => JSON.parse(JSON.stringify(line)))).toMatchObject([LINE]);
  });

  test.each<[string, JsonValue]>([
    ['a string', { stringValue: TEXT }],
    [
      'a map',
      {
        kvlistValue: {
          values: [
            { key: 'node_name', value: { stringValue: 'prod/n1' } },
            {
              key: 'flow',
              value: { kvlistValue: { values: [{ key: 'verdict', value: { stringValue: 'AUDIT' } }] } },
            },
          ],
        },
      },
    ],
  ])('OpenTelemetry, its body %s, its resource naming the cluster', (_, body) => {
    const attributes = [{ key: 'k8s.cluster.name', value: { stringValue: 'eu1' } }];
    const batch = { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: [{ body }] }] }] };
    expect(unwrap(batch)).toMatchObject([
      { feed: 'flows', cluster: 'eu1', line: { flow: { verdict: 'AUDIT' }, node_name: 'prod/n1' } },
    ]);
  });
});

describe('which cluster an envelope names', () => {
  test.each<[string, JsonValue, string]>([
    ['AccuKnox', { cluster_name: 'a', component_name: 'cilium', flow: LINE.flow }, 'a'],
    ['ECS', { orchestrator: { cluster: { name: 'b' } }, message: TEXT }, 'b'],
    ['ECS with dots', { 'orchestrator.cluster.name': 'c', message: TEXT }, 'c'],
    [
      'the inner of two',
      { cluster: 'outer', message: JSON.stringify({ cluster: 'inner', log: TEXT }) },
      'inner',
    ],
    ['none', { message: TEXT }, ''],
  ])('%s', (_, input, cluster) => {
    expect(unwrap(input)).toMatchObject([{ feed: 'flows', cluster }]);
  });
});

test('a bare flow of an old command line gets its line around it', () => {
  expect(flowsIn({ verdict: 'DROPPED', IP: { source: '10.0.0.1' }, Type: 'L3_L4' })).toEqual([
    { flow: { verdict: 'DROPPED', IP: { source: '10.0.0.1' }, Type: 'L3_L4' } },
  ]);
});

test('both logs mixed in one list come out each as its own', () => {
  const audit = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'x', stage: 'ResponseComplete' };
  const lists = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [audit, audit] };
  expect(unwrap([LINE, audit, lists]).map(({ feed }) => feed)).toEqual(['flows', 'audit', 'audit', 'audit']);
});

describe('what is none', () => {
  test.each<[string, JsonValue, string]>([
    ['nothing', '  ', 'blank'],
    ['an empty list', [], 'blank'],
    ['another program', 'I0102 main.go:1] started', 'not-json'],
    ['another program in an envelope', { log: 'started', stream: 'stderr' }, 'unknown-shape'],
    ['another object', { level: 'info', count: 1 }, 'unknown-shape'],
    ['a number', '17', 'not-json'],
    ['a list of numbers', [17], 'not-an-object'],
    ['broken JSON in an envelope', { log: '{"flow":{' }, 'not-json'],
    ['one part of a cut line', `${AT} stdout P {"flow":{`, 'incomplete-line'],
    [
      'four envelopes',
      { log: JSON.stringify({ message: JSON.stringify({ body: JSON.stringify({ msg: TEXT }) }) }) },
      'envelope-too-deep',
    ],
    ['more records than the limit', Array.from({ length: MAX_ITEMS + 1 }, () => LINE), 'too-many-items'],
    [
      'more records than the limit in lists of lists',
      [0, 1, 2].map(() => Array.from({ length: MAX_ITEMS / 2 }, () => LINE)),
      'too-many-items',
    ],
  ])('%s', (_, input, reason) => {
    expect(unwrap(input)).toMatchObject([{ feed: 'none', outcome: { reason } }]);
  });
});

test('what the agent says of itself between the lines of an export is another log', () => {
  const outcomes = unwrap(`time="${AT}" level=info msg="Regenerating endpoint" subsys=endpoint`);
  expect(outcomes).toEqual([
    { feed: 'none', outcome: { outcome: 'ignored', reason: 'other-log' }, cluster: '' },
  ]);
});
