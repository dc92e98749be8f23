// How far apart in time two nodes judge the same connection: its egress at one, its ingress at the other.
// Within a millisecond where clocks agree. It holds a bounded number of connections that wait for their other
// half, and of distances.

import { MICROS_PER_MINUTE, MICROS_PER_MS, type Micros } from '../model/time.ts';
import type { ClockInspection } from '../model/inspection.ts';

export interface Sighting {
  readonly node: string;
  readonly direction: string;
  readonly micros: Micros;
}

export interface Distances {
  /** `tuple` names the connection. */
  readonly add: (tuple: string, seen: Sighting) => void;
  readonly read: () => Pick<ClockInspection, 'judgedTwice' | 'offsets'>;
}

/** Connections that wait for their other half; the oldest goes when there are more. */
const MAX_OPEN = 50_000;
/** Distances kept of one pair of nodes: a median needs no more. */
const MAX_DISTANCES = 500;
const MAX_PAIRS = 50_000;
/** Longer apart, a repeated 5-tuple is another connection. */
const LONGEST_MICROS = 10 * MICROS_PER_MINUTE;

/** Distances of one node from each other node, in microseconds; + = ahead. */
type ByOther = Map<string, number[]>;

export function createDistances(): Distances {
  const open = new Map<string, Sighting>();
  const byNode = new Map<string, ByOther>();
  let judgedTwice = 0;
  let pairs = 0;

  function note(node: string, other: string, distance: number): void {
    const ofNode: ByOther = byNode.get(node) ?? new Map();
    const list = ofNode.get(other) ?? [];
    if (list.length === 0 && pairs >= MAX_PAIRS) return;
    if (list.length === 0) pairs += 1;
    if (list.length < MAX_DISTANCES) list.push(distance);
    ofNode.set(other, list);
    byNode.set(node, ofNode);
  }

  return {
    add(tuple, seen) {
      const other = open.get(tuple);
      if (other === undefined) {
        open.set(tuple, seen);
        const [oldest] = open.keys();
        if (open.size > MAX_OPEN && oldest !== undefined) open.delete(oldest);
        return;
      }
      // A packet sent again, or both ends on one node, whose clock is one.
      if (other.direction === seen.direction || other.node === seen.node) return;
      open.delete(tuple);
      const distance = seen.micros - other.micros;
      if (Math.abs(distance) > LONGEST_MICROS) return;
      judgedTwice += 1;
      note(seen.node, other.node, distance);
      note(other.node, seen.node, 0 - distance);
    },
    read: () => ({
      judgedTwice,
      offsets: [...byNode]
        .map(([node, byOther]) => ({ node, offsetMs: offsetOf(byOther) }))
        .sort((a, b) => (a.node < b.node ? -1 : 1)),
    }),
  };
}

/** The median over the other nodes, so that one wrong clock does not move those of the rest. */
function offsetOf(byOther: ByOther): number {
  return median([...byOther.values()].map(median)) / MICROS_PER_MS;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
