import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';
import { DENIED, fates, flowWith, lineOf, normaliseText, verdictOf } from './exporterLine.ts';

const encoder = new TextEncoder();

describe('a policy verdict', () => {
  test('keeps both ends, the answer and the reason', () => {
    expect(verdictOf(lineOf(DENIED))).toMatchObject({
      judgement: 'verdict',
      observed: 'dropped',
      direction: 'ingress',
      source: { namespace: 'shop', workload: 'web', workloadKind: '', ip: '10.2.0.5', port: 51_234 },
      destination: { namespace: 'shop', workload: 'cart', workloadKind: 'StatefulSet', port: 8_080 },
      transport: 'tcp',
      dropReason: 'POLICY_DENIED',
      matchType: 'none',
      isReply: null,
      node: 'node-1',
      weight: 1,
    });
  });

  test('has its time to the nanosecond, its uuid as id, and its place as origin', () => {
    const [event] = normaliseText(lineOf(DENIED)).events;
    expect(event).toMatchObject({
      id: '0c3a1d1e-8f0f-4c2b-9d57-0a4d4d3f6a11',
      cluster: 'prod',
      observedAt: Date.UTC(2026, 10, 2, 9) * 1_000 + 10_231,
      observedAtNanos: 456,
      origin: { source: 'flows.ndjson', partition: 0, offset: 1, index: 0 },
    });
  });

  test('without a uuid has an id of its content, wherever it was read', () => {
    const line = encoder.encode(lineOf(flowWith({ uuid: undefined })));
    const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
    const [here, there] = [normalise(line, 'a', 1), normalise(line, 'b', 7)];
    expect(here.events[0]?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(there.events[0]?.id).toBe(here.events[0]?.id);
    expect(normaliseText(lineOf(flowWith({ uuid: undefined, is_reply: false }))).events[0]?.id).not.toBe(
      here.events[0]?.id,
    );
  });

  test('is the same with enumerations as numbers and 64-bit integers as strings', () => {
    const numbers = { verdict: 2, traffic_direction: 1, drop_reason_desc: 133, event_type: { type: '5' } };
    expect(verdictOf(lineOf(flowWith(numbers)))).toEqual(verdictOf(lineOf(DENIED)));
  });

  test('is the same with null where other producers leave a field away', () => {
    const nulls = { is_reply: null, l7: null, policy_log: null, ingress_denied_by: null, auth_type: null };
    expect(verdictOf(lineOf(flowWith(nulls)))).toEqual(verdictOf(lineOf(DENIED)));
  });

  test.each([
    ['AUDIT', 'audited'],
    ['REDIRECTED', 'redirected'],
    ['ERROR', 'error'],
    ['FORWARDED', 'forwarded'],
  ])('%s is %s', (verdict, observed) => {
    expect(verdictOf(lineOf(flowWith({ verdict }))).observed).toBe(observed);
  });

  test('of ICMP without a type has type 0, because zeroes are left out, and no ports', () => {
    expect(verdictOf(lineOf(flowWith({ l4: { ICMPv4: {} } })))).toMatchObject({
      transport: 'icmp',
      icmpType: 0,
      icmpCode: 0,
      destination: { port: 0 },
    });
  });

  test('of an aggregated line weighs as much as its counts add up to', () => {
    const aggregate = { ingress_flow_count: 3, egress_flow_count: '4' };
    expect(verdictOf(lineOf(flowWith({ aggregate }))).weight).toBe(7);
    expect(verdictOf(lineOf(flowWith({ extensions: { ingress_flow_count: 2 } }))).weight).toBe(2);
  });

  test('names the policies of its own direction only', () => {
    const allowed = [{ name: 'a', namespace: 'shop', kind: 'NetworkPolicy', revision: '7' }];
    const denied = [{ labels: ['k8s:io.cilium.k8s.policy.name=b', 'k8s:io.cilium.k8s.policy.uid=u'] }];
    const flow = flowWith({ egress_allowed_by: allowed, ingress_denied_by: denied });
    expect(verdictOf(lineOf(flow)).reported).toMatchObject([{ effect: 'denied', name: 'b', uid: 'u' }]);
  });

  test('keeps log values, but not the empty one that some releases write', () => {
    expect(verdictOf(lineOf(flowWith({ policy_log: ['', 'pci'] }))).policyLog).toEqual(['pci']);
  });

  test('keeps a label that is named like the prototype as one label of many', () => {
    const source = { labels: ['k8s:__proto__=x', 'k8s:__proto__=x', 'k8s:a=b'], namespace: 'shop' };
    expect(verdictOf(lineOf(flowWith({ source }))).source.labels).toEqual(['k8s:__proto__=x', 'k8s:a=b']);
  });
});

describe('what lacks a field', () => {
  const without = (field: string): readonly string[] =>
    fates(normaliseText(lineOf(flowWith({ [field]: undefined }))));

  test.each(['event_type', 'verdict', 'traffic_direction'])('%s is rejected by that name', (field) => {
    expect(without(field)).toEqual([`rejected insufficient-fields: ${field}`]);
  });

  test('one end, without address and labels, is rejected by the name of the end', () => {
    const flow = flowWith({ IP: { source: '10.2.0.5' }, destination: {} });
    expect(fates(normaliseText(lineOf(flow)))).toEqual(['rejected insufficient-fields: destination']);
  });

  test('an end with nothing but its address is enough', () => {
    const flow = flowWith({ source: {} });
    expect(verdictOf(lineOf(flow)).source).toMatchObject({ ip: '10.2.0.5', labels: [], entity: '' });
  });

  test('its time takes the outer one; without both it is rejected', () => {
    const flow = flowWith({ time: undefined });
    const outer = JSON.stringify({ flow, time: '2026-11-02T09:00:00Z' });
    expect(normaliseText(outer).events[0]?.observedAt).toBe(Date.UTC(2026, 10, 2, 9) * 1_000);
    expect(fates(normaliseText(JSON.stringify({ flow })))).toEqual(['rejected insufficient-fields: time']);
  });

  test.each([
    ['yesterday', 'rejected bad-time: time is no RFC 3339 time'],
    ['0001-01-01T00:00:00Z', 'rejected time-out-of-range: before 1970 or after 2200'],
  ])('a true time (%s) is rejected', (time, fate) => {
    expect(fates(normaliseText(lineOf(flowWith({ time }))))).toEqual([fate]);
  });
});

test.each([
  [{ verdict: ['DROPPED'] }, 'flow.verdict'],
  [{ source: { labels: 'k8s:app=web' } }, 'flow.source.labels'],
  [{ destination: { workloads: [{ name: 1 }] } }, 'flow.destination.workloads[].name'],
  [{ ingress_denied_by: [{ labels: [1] }] }, 'flow.ingress_denied_by[].labels'],
])('a field of the wrong type is named: %o', (change: JsonObject, path) => {
  expect(fates(normaliseText(lineOf(flowWith(change))))).toEqual([
    `rejected bad-field: a wrong type at ${path}`,
  ]);
});

test('a verdict value that no policy gives is no verdict', () => {
  expect(fates(normaliseText(lineOf(flowWith({ verdict: 'TRANSLATED' }))))).toEqual([
    'rejected bad-field: a value of verdict that no policy verdict has',
  ]);
});

describe('which cluster', () => {
  test('the setting goes before the data', () => {
    expect(normaliseText(lineOf(DENIED), { cluster: 'eu1' }).events[0]?.cluster).toBe('eu1');
  });

  test('an envelope goes before the node name', () => {
    const carried = JSON.stringify({ cluster_name: 'lab', component_name: 'cilium', flow: DENIED });
    expect(normaliseText(carried).events[0]?.cluster).toBe('lab');
  });

  test('a bare node name tells none', () => {
    expect(normaliseText(lineOf(flowWith({ node_name: 'node-1' }))).events[0]?.cluster).toBe('');
  });
});

describe('what judges nothing', () => {
  test('a drop is a judgement only where drop events are counted, and only for a policy reason', () => {
    const policyDrop = lineOf(flowWith({ event_type: { type: 1, sub_type: 133 } }));
    const otherDrop = lineOf(flowWith({ event_type: { type: 1, sub_type: 204 } }));
    expect(fates(normaliseText(policyDrop))).toEqual(['ignored drop-event']);
    expect(fates(normaliseText(policyDrop, { dropEvents: 'count' }))).toEqual(['accepted drop']);
    expect(verdictOf(policyDrop, { dropEvents: 'count' }).judgement).toBe('drop');
    expect(fates(normaliseText(otherDrop, { dropEvents: 'count' }))).toEqual(['ignored other-drop']);
  });

  test('a trace is ignored, with cluster, node and time for the coverage', () => {
    expect(normaliseText(lineOf(flowWith({ event_type: { type: 4 } }))).records).toEqual([
      {
        outcome: 'ignored',
        name: 'trace',
        cluster: 'prod',
        node: 'node-1',
        micros: Date.UTC(2026, 10, 2, 9) * 1_000 + 10_231,
      },
    ]);
  });

  test('lines of cilium monitor are counted per policy and never joined', () => {
    const line =
      'Policy verdict log: flow 0x0 local EP ID 1, remote ID world, proto 6, ingress, action deny, match none, 10.0.0.1:5 -> 10.0.0.2:80 tcp SYN';
    const result = normaliseText(line);
    expect(fates(result)).toEqual(['ignored no-time']);
    expect(result.monitor).toEqual([{ direction: 'ingress', action: 'deny', match: 'none', policyName: '' }]);
  });
});

describe('lost events', () => {
  const lossOf = (lost: JsonObject, rest: JsonObject = {}) =>
    normaliseText(
      JSON.stringify({ lost_events: lost, node_name: 'n1', time: '2026-11-02T09:00:00Z', ...rest }),
    );
  const nine = Date.UTC(2026, 10, 2, 9) * 1_000;

  test('say how many, where, and from when until when where that is told', () => {
    const lost = { source: 'HUBBLE_RING_BUFFER', num_events_lost: '312', first: '2026-11-02T08:59:00Z' };
    expect(lossOf(lost).events[0]?.body).toEqual({
      kind: 'FeedStatus',
      feed: 'flows',
      reporter: 'n1',
      lost: 312,
      lostSource: 'HUBBLE_RING_BUFFER',
      from: nine - 60_000_000,
      until: nine,
      counts: [],
    });
  });

  test('are an exact number whatever is written there', () => {
    const counts = ['99999999999999999999', -5, 1.5, 'many'].map((num_events_lost) => {
      const body = lossOf({ num_events_lost }).events[0]?.body;
      return body?.kind === 'FeedStatus' ? body.lost : undefined;
    });
    expect(counts).toEqual([Number.MAX_SAFE_INTEGER, 0, 1, 0]);
  });

  test('without a time are rejected', () => {
    expect(fates(lossOf({}, { time: undefined }))).toEqual(['rejected insufficient-fields: time']);
  });
});

describe('hostile lines', () => {
  test('two verdicts in one flow are refused, though JSON.parse would take the last', () => {
    const line = lineOf(DENIED).replace('"drop_reason":133', '"verdict":"FORWARDED"');
    expect(fates(normaliseText(line))).toEqual([expect.stringMatching(/^rejected duplicate-key/)]);
  });

  test('10,000 levels of nesting are too deep', () => {
    const line = `{"flow":{"extensions":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`;
    expect(fates(normaliseText(line))).toEqual(['rejected too-deep: more than 200 levels']);
  });

  test('neither are they trusted in a line that looks like any other verdict', () => {
    const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const line = lineOf(DENIED).replace('"drop_reason":133', `"drop_reason":133,"file":${nested}`);
    expect(fates(normaliseText(line))).toEqual(['rejected too-deep: more than 200 levels']);
  });

  test('16 MB of one logrus message are read to the end', () => {
    const line = `level=info msg="${'\\\\'.repeat(8_000_000)}`;
    expect(fates(normaliseText(line))).toEqual(['rejected not-json: text of no known form']);
  });

  test('30 MB are too long', () => {
    const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
    expect(fates(normalise(new Uint8Array(30_000_000), 'f', 1))[0]).toMatch(/^rejected too-long/);
  });

  test('bytes that are no UTF-8 are rejected, in a trace too', () => {
    const bytes = encoder.encode(lineOf(flowWith({ event_type: { type: 4 } })));
    bytes[40] = 0xff;
    const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
    expect(fates(normalise(bytes, 'f', 1))[0]).toMatch(/^rejected not-utf8/);
  });

  test('any bytes and any JSON give at least one record and no exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => encoder.encode(json)),
        ),
        (bytes) => {
          const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'count' });
          expect(normalise(bytes, 'f', 1).records.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test('a flow with any JSON in its fields ends in one record and no exception', () => {
    const flows = fc
      .dictionary(fc.constantFrom(...Object.keys(DENIED)), fc.jsonValue({ maxDepth: 2 }))
      .map((changes) => JSON.stringify({ flow: { ...DENIED, ...changes } }));
    fc.assert(
      fc.property(flows, (line) => {
        expect(normaliseText(line).records).toHaveLength(1);
      }),
    );
  });
});

describe('lines cut by the container runtime', () => {
  const line = lineOf(DENIED);
  const at = '2026-11-02T09:00:00.123456789Z';
  const parts = [`${at} stdout P ${line.slice(0, 300)}`, `${at} stdout F ${line.slice(300)}`];

  test('become one record when the rest comes', () => {
    const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
    const [first, second] = parts.map((part, index) => normalise(encoder.encode(part), 'pod.log', index + 1));
    expect(first?.records).toEqual([]);
    expect(second?.events[0]?.body).toEqual(verdictOf(line));
    expect(normalise.finish('pod.log').records).toEqual([]);
  });

  test('are rejected when the source ends before it', () => {
    const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
    normalise(encoder.encode(parts[0] ?? ''), 'pod.log', 1);
    expect(fates(normalise.finish('pod.log'))[0]).toMatch(/^rejected incomplete-line/);
    expect(normalise.finish('pod.log').records).toEqual([]);
  });
});
