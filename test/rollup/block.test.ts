import { describe, expect, it } from 'vitest';
import { BLOCK_KEYS, BLOCK_OFFSETS, blockNumber, openBlock } from '../../src/rollup/block.ts';
import { MAX_PODS, MAX_SAMPLES, windowStart } from '../../src/rollup/rollup.ts';
import type { Enriched } from '../../src/join/enriched.ts';
import { auditLog, flowEvents, joinFlows, timelineOf } from '../support/cluster.ts';

interface Packet {
  readonly at: string;
  readonly uuid: string;
  readonly sourcePort?: number;
  readonly sourceIp?: string;
  readonly pod?: string;
}

function verdicts(packets: readonly Packet[]): readonly Enriched[] {
  const lines = packets.map(({ at, uuid, sourcePort = 40_000, sourceIp = '203.0.113.1', pod }) =>
    JSON.stringify({
      flow: {
        time: `2026-11-02T${at}Z`,
        uuid,
        verdict: 'DROPPED',
        IP: { source: sourceIp, destination: '10.0.0.2', ipVersion: 'IPv4' },
        l4: { TCP: { source_port: sourcePort, destination_port: 8080 } },
        source:
          pod === undefined
            ? { identity: 2, labels: ['reserved:world'] }
            : {
                identity: 20_001,
                namespace: 'shop',
                pod_name: pod,
                labels: ['k8s:app=web'],
                workloads: [{ name: 'web', kind: 'Deployment' }],
              },
        destination: { identity: 20_000, namespace: 'shop', pod_name: 'cart-0', labels: ['k8s:app=cart'] },
        node_name: 'prod/node-1',
        event_type: { type: 5 },
        traffic_direction: 'INGRESS',
      },
    }),
  );
  const timeline = timelineOf('prod', [], auditLog([], 'test'));
  return joinFlows(timeline, flowEvents(lines, 'test')).verdicts;
}

function rolled(packets: readonly Packet[]) {
  const block = openBlock('test', 0);
  for (const verdict of verdicts(packets)) block.add(verdict);
  return block.close();
}

describe('a block', () => {
  it('ends after BLOCK_OFFSETS records', () => {
    expect([0, BLOCK_OFFSETS - 1, BLOCK_OFFSETS].map(blockNumber)).toEqual([0, 0, 1]);
  });

  it('keeps minutes of event time apart, their start inclusive', () => {
    const { rollups } = rolled([
      { at: '09:00:00.000000', uuid: 'a' },
      { at: '09:00:59.999999', uuid: 'b' },
      { at: '09:01:00.000000', uuid: 'c' },
    ]);
    expect(rollups.map(({ rollup }) => rollup.count)).toEqual([2, 1]);
    expect(rollups.map(({ rollup }) => windowStart(rollup.window))).toEqual(
      rollups.map(({ rollup }) => rollup.window),
    );
  });

  it('counts retransmissions as packets but as one attempt, also over a minute border', () => {
    const { rollups } = rolled([
      { at: '09:00:58', uuid: 'a' },
      { at: '09:00:59', uuid: 'b' },
      { at: '09:01:01', uuid: 'c' },
      { at: '09:03:00', uuid: 'd' },
    ]);
    expect(rollups.map(({ rollup }) => [rollup.count, rollup.attempts])).toEqual([
      [2, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('takes packets of one source port from different addresses for different attempts', () => {
    const { rollups } = rolled([
      { at: '09:00:01', uuid: 'a', sourceIp: '203.0.113.1' },
      { at: '09:00:02', uuid: 'b', sourceIp: '203.0.113.2' },
      { at: '09:00:03', uuid: 'c', sourceIp: '203.0.113.2' },
    ]);
    const counted = new Map(rollups.map(({ rollup }) => [rollup.count, rollup.attempts]));
    expect(counted).toEqual(
      new Map([
        [1, 1],
        [2, 1],
      ]),
    );
  });

  it('counts a copy of the same event once, and says that it was one', () => {
    const { rollups, copies } = rolled([
      { at: '09:00:00', uuid: 'a' },
      { at: '09:00:00', uuid: 'a' },
    ]);
    expect(rollups.map(({ rollup }) => rollup.count)).toEqual([1]);
    expect(copies).toBe(1);
  });

  it('keeps the least ids and pods, whatever came first', () => {
    const names = ['f', 'c', 'a', 'e', 'b', 'd', 'g'];
    const { rollups } = rolled(
      names.map((name, index) => ({
        at: '09:00:00',
        uuid: name,
        pod: `web-${name}`,
        sourcePort: 4_000 + index,
      })),
    );
    expect(rollups[0]?.rollup.samples).toEqual(['a', 'b', 'c'].slice(0, MAX_SAMPLES));
    expect(rollups[0]?.rollup.pods).toEqual(['web-a', 'web-b', 'web-c', 'web-d', 'web-e'].slice(0, MAX_PODS));
  });

  it('folds peers into `other` beyond its keys, and still counts every verdict', () => {
    const packets = Array.from({ length: BLOCK_KEYS + 50 }, (_, index) => ({
      at: '09:00:00',
      uuid: `flow-${index}`,
      sourceIp: `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
    }));
    const { rollups, folded } = rolled(packets);
    expect(folded).toBe(50);
    expect(rollups).toHaveLength(BLOCK_KEYS + 1);
    expect(rollups.filter(({ rollup }) => rollup.folded).map(({ rollup }) => rollup.count)).toEqual([50]);
  });
});
