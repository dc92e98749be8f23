// Counts what a flow export is made of: kinds of events, fields of its verdicts, clusters, nodes, losses.
// It takes lines that were unwrapped and parsed, and, for those that judge nothing, what the cheap look
// (scan.ts) has found. It holds counts and a bounded memory of uuids, never a record.

import { at, field, isObject, type JsonObject, number, text } from '../model/json.ts';
import type { FlowInspection, TimeRange } from '../model/inspection.ts';
import { type Micros, parseMicros } from '../model/time.ts';
import { kindOfEventType } from './eventKind.ts';
import { createFieldShares } from './inspectFields.ts';
import { nodeNameOf } from './inspectVerdict.ts';

export interface FlowInspector {
  /** A line in Hubble's shape. `cluster` is what an envelope or a setting says; '' = the node's name tells. */
  readonly line: (line: JsonObject, cluster: string, source: string) => void;
  /** A line of which only kind and node are known. */
  readonly look: (kind: string, nodeName: string, cluster: string) => void;
  readonly monitor: () => void;
  readonly read: () => FlowInspection;
}

/** Beyond it, copies of verdicts are not noticed any more. */
const MAX_UUIDS = 200_000;
/** Beyond it, names of nodes are not noted any more. */
const MAX_NAMES = 20_000;

const LOST_KIND = 'lost';
const OTHER_MEMBERS = { agent_event: 'agent', debug_event: 'debug', node_status: 'node-status' } as const;

export function createFlowInspector(): FlowInspector {
  const kinds = new Map<string, number>();
  const observed = new Map<string, number>();
  const fields = createFieldShares();
  const clusters = new Set<string>();
  const nodes = new Set<string>();
  const copies = createCopies();
  const lost = new Map<string, number>();
  const counts = { records: 0, aggregated: 0, monitor: 0 };
  let range: TimeRange | null = null;

  function place(nodeName: string, cluster: string): void {
    const slash = nodeName.indexOf('/');
    if (clusters.size < MAX_NAMES) clusters.add(cluster || nodeName.slice(0, Math.max(0, slash)));
    if (nodeName !== '' && nodes.size < MAX_NAMES) nodes.add(nodeName.slice(slash + 1));
  }

  function noteVerdict(line: JsonObject, source: string): void {
    const flow = field(line, 'flow');
    fields.add(line);
    increase(observed, wordOf(field(flow, 'verdict')));
    if (isAggregated(flow)) counts.aggregated += 1;
    copies.add(text(field(flow, 'uuid')), source);
    const micros = timeOfLine(line);
    if (micros !== undefined) range = widened(range, micros);
  }

  return {
    line(line, cluster, source) {
      counts.records += 1;
      const kind = kindOfLine(line);
      increase(kinds, kind);
      if (kind === LOST_KIND) noteLoss(lost, line);
      // Only flows carry the cluster with the node: a lost event names the bare node.
      else if (isObject(field(line, 'flow'))) place(nodeNameOf(line), cluster);
      if (kind === 'verdict') noteVerdict(line, source);
    },
    look(kind, nodeName, cluster) {
      counts.records += 1;
      increase(kinds, kind);
      place(nodeName, cluster);
    },
    monitor() {
      counts.monitor += 1;
    },
    read: () => ({
      ...counts,
      copies: copies.read(),
      kinds,
      observed,
      lost,
      fields: fields.read(),
      clusters: [...clusters].sort(),
      nodes: [...nodes].sort(),
      range,
    }),
  };
}

interface Copies {
  readonly add: (uuid: string, source: string) => void;
  readonly read: () => number;
}

/** Counts verdicts that another file held before. */
function createCopies(): Copies {
  const sources = new Map<string, string>();
  let copies = 0;
  return {
    add(uuid, source) {
      const before = sources.get(uuid);
      if (before !== undefined && before !== source) copies += 1;
      if (uuid !== '' && before === undefined && sources.size < MAX_UUIDS) sources.set(uuid, source);
    },
    read: () => copies,
  };
}

/** The flow's own time, else the line's; undefined when there is none that can be read. */
export function timeOfLine(line: JsonObject): Micros | undefined {
  return parseMicros(text(at(line, 'flow', 'time')) || text(field(line, 'time')));
}

/** `lost`, `agent` and the like; of flows the kind by event type, `untyped` where nothing tells it. */
export function kindOfLine(line: JsonObject): string {
  const flow = field(line, 'flow');
  if (!isObject(flow)) {
    const other = Object.entries(OTHER_MEMBERS).find(([member]) => isObject(field(line, member)));
    return other === undefined ? LOST_KIND : other[1];
  }
  const type = number(at(flow, 'event_type', 'type')) ?? 0;
  if (type === 0) return kindWithoutType(flow);
  const reason = number(at(flow, 'event_type', 'sub_type')) ?? number(field(flow, 'drop_reason')) ?? 0;
  return kindOfEventType(type, reason);
}

/** Some kinds of events have fields that no other has. */
function kindWithoutType(flow: JsonObject): string {
  if (isObject(field(flow, 'l7')) || field(flow, 'Type') === 'L7') return 'l7';
  if ((field(flow, 'trace_observation_point') ?? null) !== null) return 'trace';
  return field(flow, 'Type') === 'SOCK' ? 'sock' : 'untyped';
}

/** A word of Hubble's, or the number of one that the producer's build did not know; ''. */
function wordOf(code: unknown): string {
  return typeof code === 'number' ? String(code) : text(code);
}

/** In `aggregate` since Cilium 1.19; Azure's log plugin writes the counters under `extensions`. */
function isAggregated(flow: unknown): boolean {
  const sums = field(flow, 'aggregate') ?? field(flow, 'extensions');
  return ['ingress_flow_count', 'egress_flow_count', 'unknown_direction_flow_count'].some(
    (key) => (number(field(sums, key)) ?? 0) > 1,
  );
}

function noteLoss(lost: Map<string, number>, line: JsonObject): void {
  const events = number(at(line, 'lost_events', 'num_events_lost')) ?? 0;
  const where = lostSource(at(line, 'lost_events', 'source'));
  lost.set(where, (lost.get(where) ?? 0) + Math.min(Math.max(0, Math.floor(events)), 2 ** 40));
}

/** cilium/cilium api/v1/flow, LostEventSource; any other is `UNKNOWN`. */
function lostSource(value: unknown): string {
  const sources = ['UNKNOWN', 'PERF_EVENT_RING_BUFFER', 'OBSERVER_EVENTS_QUEUE', 'HUBBLE_RING_BUFFER'];
  const name = typeof value === 'number' ? sources[value] : text(value);
  return name !== undefined && sources.includes(name) ? name : 'UNKNOWN';
}

function widened(range: TimeRange | null, micros: Micros): TimeRange {
  if (range === null) return { from: micros, until: micros };
  return { from: Math.min(range.from, micros), until: Math.max(range.until, micros) };
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
