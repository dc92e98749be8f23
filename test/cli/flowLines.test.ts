import { expect, test } from 'vitest';
import { createFlowLineReader } from '../../src/cli/evaluate/flowLines.ts';

const flow = {
  traffic_direction: 'EGRESS',
  verdict: 'DROPPED',
  source: { labels: ['k8s:app=web'], namespace: 'shop', pod_name: 'web-1' },
  destination: { labels: ['reserved:world'], identity: 2 },
  IP: { source: '10.0.0.1', destination: '203.0.113.7' },
  l4: { ICMPv4: {} },
};
const line = JSON.stringify({ flow, node_name: 'c1/node-1' });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a flow becomes the question whether its subject may talk to its peer', () => {
  const [read] = createFlowLineReader('').read(bytes(line), 'a').flows;
  expect(read?.flow).toMatchObject({
    cluster: 'c1',
    question: {
      direction: 'egress',
      subject: { labels: ['k8s:app=web'], namespace: 'shop', pod: 'web-1', ip: '10.0.0.1' },
      peer: { labels: ['reserved:world'], identity: 2, ip: '203.0.113.7' },
      transport: 'icmp',
      icmpType: 0,
    },
  });
});

test('the cluster is the one given, else that of the envelope, else that of the node', () => {
  const wrapped = bytes(JSON.stringify({ cluster: 'c2', log: line }));
  expect(createFlowLineReader('c3').read(wrapped, 'a').flows[0]?.flow.cluster).toBe('c3');
  expect(createFlowLineReader('').read(wrapped, 'a').flows[0]?.flow.cluster).toBe('c2');
});

test('the parts of a line that a container runtime cut are put together', () => {
  const reader = createFlowLineReader('');
  const [head, tail] = [line.slice(0, 40), line.slice(40)];
  expect(reader.read(bytes(`2026-01-01T00:00:00.1Z stdout P ${head}`), 'a').flows).toEqual([]);
  expect(reader.read(bytes(`2026-01-01T00:00:00.2Z stdout F ${tail}`), 'a').flows).toHaveLength(1);
  expect(reader.finish('a')).toEqual([]);
});

test('a part whose rest never comes is rejected when its file ends', () => {
  const reader = createFlowLineReader('');
  reader.read(bytes('2026-01-01T00:00:00.1Z stdout P {"flow":'), 'a');
  expect(reader.finish('a')).toMatchObject([{ outcome: 'rejected', reason: 'incomplete-line' }]);
});

test('records of other kinds are passed by in silence, what is no record is rejected', () => {
  const reader = createFlowLineReader('');
  const nothing = { flows: [], withoutDirection: 0, rejected: [] };
  expect(reader.read(bytes(''), 'a')).toEqual(nothing);
  expect(reader.read(bytes('{"agent_event":{"type":"POLICY_UPDATED"}}'), 'a')).toEqual(nothing);
  expect(reader.read(bytes('{"a":1}'), 'a').rejected).toMatchObject([{ reason: 'unknown-shape' }]);
  expect(reader.read(Uint8Array.of(0xff), 'a').rejected).toMatchObject([{ reason: 'not-utf8' }]);
});
