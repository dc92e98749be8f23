// Clocks are compared by connections that two nodes judged, and by policies that are named.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { createClockInspector } from '../../src/sources/inspectClocks.ts';

const NOON = Date.UTC(2026, 10, 2, 12);

interface Seen {
  readonly node: string;
  readonly direction: 'INGRESS' | 'EGRESS';
  readonly atMs: number;
  readonly port: number;
  readonly uid?: string;
}

function verdict({ node, direction, atMs, port, uid }: Seen): JsonObject {
  const time = new Date(NOON + atMs).toISOString();
  const named = { name: 'web', labels: [`k8s:io.cilium.k8s.policy.uid=${uid ?? ''}`] };
  return {
    flow: {
      time,
      event_type: { type: 5 },
      traffic_direction: direction,
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { source_port: port, destination_port: 80 } },
      ...(uid === undefined ? {} : { ingress_allowed_by: [named] }),
    },
    node_name: `prod/${node}`,
    time,
  };
}

function connection(from: string, to: string, port: number, distanceMs: number): readonly JsonObject[] {
  return [
    verdict({ node: from, direction: 'EGRESS', atMs: port, port }),
    verdict({ node: to, direction: 'INGRESS', atMs: port + distanceMs, port }),
  ];
}

function offsetsOf(lines: readonly JsonObject[]): ReadonlyMap<string, number> {
  const clocks = createClockInspector();
  for (const line of lines) clocks.line(line);
  return new Map(clocks.read(new Map()).offsets.map(({ node, offsetMs }) => [node, offsetMs]));
}

describe('nodes', () => {
  test('are told apart by the one that differs from all others', () => {
    const offsets = offsetsOf([
      ...connection('a', 'b', 1, 0),
      ...connection('b', 'c', 2, 0),
      ...connection('c', 'a', 3, 0),
      ...connection('a', 'late', 4, -7_000),
      ...connection('late', 'b', 5, 7_000),
      ...connection('c', 'late', 6, -7_000),
    ]);
    expect(Object.fromEntries(offsets)).toEqual({ a: 0, b: 0, c: 0, late: -7_000 });
  });

  test('are compared whichever half of a connection is read first', () => {
    const lines = connection('a', 'b', 1, 3_000);
    expect(offsetsOf(lines.toReversed())).toEqual(offsetsOf(lines));
  });

  test('are not compared by a connection that one node judged twice', () => {
    expect(offsetsOf(connection('a', 'a', 1, 3_000)).size).toBe(0);
  });

  test('are not compared by a 5-tuple used again much later', () => {
    expect(offsetsOf(connection('a', 'b', 1, 3_600_000)).size).toBe(0);
  });
});

describe('against the API server', () => {
  const born = NOON * 1_000;

  test('a node that names a policy before it was created is early by that much', () => {
    const clocks = createClockInspector();
    clocks.line(verdict({ node: 'a', direction: 'INGRESS', atMs: -4_000, port: 1, uid: 'u' }));
    clocks.line(verdict({ node: 'a', direction: 'INGRESS', atMs: 9_000, port: 2, uid: 'u' }));
    expect(clocks.read(new Map([['u', born]])).early).toEqual([{ node: 'a', byMs: 4_000 }]);
  });

  test('a policy whose creation nobody saw tells nothing', () => {
    const clocks = createClockInspector();
    clocks.line(verdict({ node: 'a', direction: 'INGRESS', atMs: -4_000, port: 1, uid: 'u' }));
    expect(clocks.read(new Map())).toMatchObject({ namings: 0, early: [] });
  });
});
