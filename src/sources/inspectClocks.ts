// Whether the clocks of nodes and API servers agree, by two signs: a connection between pods of two nodes is
// judged on both, within a millisecond; and no node can know a policy before it was created. Both are rare
// enough to need many verdicts, so without them nothing is said.
//
//   node a  egress  verdict ─┐ same 5-tuple: their distance in time is the distance of the clocks
//   node b  ingress verdict ─┘

import type { ClockInspection, EarlyNaming } from '../model/inspection.ts';
import { entries, field, type JsonObject, texts } from '../model/json.ts';
import { labelValue } from '../model/labels.ts';
import { MICROS_PER_MS, type Micros } from '../model/time.ts';
import { kindOfLine, timeOfLine } from './inspectFlows.ts';
import { nodeNameOf } from './inspectVerdict.ts';

export interface ClockInspector {
  /** Takes any line; verdicts are looked at. */
  readonly line: (line: JsonObject) => void;
  /** @param created creation times of policies by uid, by the API server's clock, cut to seconds or exact. */
  readonly read: (created: ReadonlyMap<string, Micros>) => ClockInspection;
}

/** Connections that wait for their other half; the oldest goes when there are more. */
const MAX_OPEN = 50_000;
/** Distances kept of one pair of nodes: a median needs no more. */
const MAX_DISTANCES = 500;
/** Pairs of nodes, and pairs of node and policy. */
const MAX_PAIRS = 50_000;
/** Longer apart, a repeated 5-tuple is another connection. */
const LONGEST_MICROS = 10 * 60 * 1_000_000;

const NAMING_LISTS = ['ingress_allowed_by', 'egress_allowed_by', 'ingress_denied_by', 'egress_denied_by'];
const UID_KEY = 'io.cilium.k8s.policy.uid';

interface Sighting {
  readonly node: string;
  readonly direction: string;
  readonly micros: Micros;
}

export function createClockInspector(): ClockInspector {
  const open = new Map<string, Sighting>();
  const distances = new Map<string, Map<string, number[]>>();
  const namedFirst = new Map<string, { readonly node: string; readonly uid: string; at: Micros }>();
  let judgedTwice = 0;
  let pairs = 0;

  function meet(tuple: string, seen: Sighting): void {
    const other = open.get(tuple);
    if (other === undefined) {
      open.set(tuple, seen);
      const [oldest] = open.keys();
      if (open.size > MAX_OPEN && oldest !== undefined) open.delete(oldest);
      return;
    }
    const distance = seen.micros - other.micros;
    if (other.direction === seen.direction || other.node === seen.node) return;
    open.delete(tuple);
    if (Math.abs(distance) > LONGEST_MICROS) return;
    judgedTwice += 1;
    note(seen.node, other.node, distance);
    note(other.node, seen.node, -distance);
  }

  function note(node: string, other: string, distance: number): void {
    const ofNode = distances.get(node) ?? new Map<string, number[]>();
    const list = ofNode.get(other) ?? [];
    if (list.length === 0 && pairs >= MAX_PAIRS) return;
    if (list.length === 0) pairs += 1;
    if (list.length < MAX_DISTANCES) list.push(distance);
    ofNode.set(other, list);
    distances.set(node, ofNode);
  }

  function noteNamings(flow: unknown, node: string, at: Micros): void {
    for (const policy of NAMING_LISTS.flatMap((key) => policiesOf(field(flow, key)))) {
      const uid = labelValue(texts(field(policy, 'labels')), 'k8s', UID_KEY) ?? '';
      const key = JSON.stringify([node, uid]);
      const known = namedFirst.get(key);
      if (known !== undefined) known.at = Math.min(known.at, at);
      else if (uid !== '' && namedFirst.size < MAX_PAIRS) namedFirst.set(key, { node, uid, at });
    }
  }

  return {
    line(line) {
      if (kindOfLine(line) !== 'verdict') return;
      const flow = field(line, 'flow');
      const node = nodeNameOf(line);
      const micros = timeOfLine(line);
      if (node === '' || micros === undefined) return;
      noteNamings(flow, node, micros);
      const direction = field(flow, 'traffic_direction');
      const tuple = tupleOf(flow);
      if (typeof direction === 'string' && tuple !== '') meet(tuple, { node, direction, micros });
    },
    read(created) {
      const known = [...namedFirst.values()].flatMap(({ node, uid, at }) => {
        const born = created.get(uid);
        return born === undefined ? [] : [{ node: bareName(node), byMs: (born - at) / MICROS_PER_MS }];
      });
      return {
        judgedTwice,
        offsets: [...distances]
          .map(([node, byOther]) => ({ node: bareName(node), offsetMs: offsetOf(byOther) }))
          .sort((a, b) => (a.node < b.node ? -1 : 1)),
        namings: known.length,
        early: earliestOfEach(known),
      };
    },
  };
}

/** The median over the other nodes, so that one wrong clock does not move those of the rest. */
function offsetOf(byOther: ReadonlyMap<string, readonly number[]>): number {
  return median([...byOther.values()].map(median)) / MICROS_PER_MS;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function earliestOfEach(namings: readonly EarlyNaming[]): readonly EarlyNaming[] {
  const byNode = new Map<string, EarlyNaming>();
  for (const naming of namings) {
    if (naming.byMs > (byNode.get(naming.node)?.byMs ?? 0)) byNode.set(naming.node, naming);
  }
  return [...byNode.values()].sort((a, b) => (a.node < b.node ? -1 : 1));
}

/** '' for protocols without ports, whose packets cannot be told apart. */
function tupleOf(flow: unknown): string {
  for (const [protocol, part] of entries(field(flow, 'l4'))) {
    const ports = [field(part, 'source_port'), field(part, 'destination_port')];
    const addresses = [field(field(flow, 'IP'), 'source'), field(field(flow, 'IP'), 'destination')];
    const isWhole = [...ports, ...addresses].every((value) => value !== undefined && value !== null);
    if (isWhole) return JSON.stringify([protocol, ...addresses, ...ports]);
  }
  return '';
}

function policiesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function bareName(nodeName: string): string {
  return nodeName.slice(nodeName.indexOf('/') + 1);
}
