import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';
import { scan } from '../../src/sources/scan.ts';

const encoder = new TextEncoder();

const flowsOfCluster = readFileSync(new URL('../samples/cluster/flows.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{"flow"'));

/** Text that looks for trouble: braces, quotes, keys. */
const nasty = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '"event_type":{"type":5}',
    '},"node_name":"x","time":"y"}',
    '}',
    '{',
    '\\',
    'verdict":',
    '',
  ),
);

/** Flows in Hubble's own order of fields, with any strings and any event type. */
const flows = fc.record(
  {
    time: fc.oneof(fc.constantFrom('2026-11-02T09:00:00.5Z', '2026-11-02T09:00:59Z', ''), nasty),
    uuid: nasty,
    verdict: fc.constantFrom('FORWARDED', 'DROPPED', 'AUDIT', 2),
    IP: fc.record({ source: fc.constant('10.0.0.1'), destination: nasty }),
    source: fc.record({ labels: fc.array(nasty), pod_name: nasty }, { requiredKeys: [] }),
    destination: fc.record({ namespace: nasty, pod_name: nasty }),
    node_name: nasty,
    l7: fc.record({ type: nasty, http: fc.record({ url: nasty }) }),
    event_type: fc.record(
      { type: fc.integer({ min: 0, max: 140 }), sub_type: fc.integer({ min: 0, max: 210 }) },
      { requiredKeys: ['type'] },
    ),
    traffic_direction: fc.constantFrom('INGRESS', 'EGRESS'),
    Summary: nasty,
  },
  { requiredKeys: ['time', 'event_type'] },
);

const lines = fc
  .record({ flow: flows, node: nasty })
  .map(({ flow, node }) => JSON.stringify({ flow, node_name: node, time: flow.time }));

describe('the look without parsing', () => {
  test('is enough for every flow of the simulated cluster', () => {
    expect(flowsOfCluster.filter((line) => scan(line).kind === 'unusual')).toEqual([]);
  });

  test('cuts out time and node', () => {
    const line = flowsOfCluster[0] ?? '';
    const look = scan(line);
    expect(line.slice(look.timeStart, look.timeEnd)).toBe('2026-11-02T08:00:00.000068872Z');
    expect(line.slice(look.nodeStart, look.nodeEnd)).toBe('prod-eu1/node-3');
  });

  test('says of any flow what parsing says', () => {
    const read = (line: string) =>
      createFlowNormaliser({ cluster: '', dropEvents: 'ignore' })(encoder.encode(line), 'f', 1);
    fc.assert(
      fc.property(lines, (line) => {
        // A space in front makes the line unusual, so that it is parsed.
        expect(read(line)).toEqual(read(` ${line}`));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['white space', (line: string) => line.replace('"event_type":', '"event_type": ')],
    ['an escape', (line: string) => line.replace('"Summary":"', String.raw`"Summary":"\u003c`)],
    ['an envelope', (line: string) => JSON.stringify({ log: line })],
    ['a line that was cut', (line: string) => line.slice(0, -2)],
    ['a line end of Windows', (line: string) => `${line}\r`],
    [
      'a second event type',
      (line: string) => line.replace('"is_reply"', '"event_type":{"type":4},"is_reply"'),
    ],
    ['a second verdict', (line: string) => line.replace('"is_reply"', '"verdict":"DROPPED","is_reply"')],
    [
      'a second direction',
      (line: string) => line.replace('"is_reply"', '"traffic_direction":"EGRESS","is_reply"'),
    ],
  ])('leaves %s to the parser', (_, change) => {
    const line = flowsOfCluster[0] ?? '';
    expect(scan(line).kind).toBe('verdict');
    expect(change(line)).not.toBe(line);
    expect(scan(change(line)).kind).toBe('unusual');
  });
});
