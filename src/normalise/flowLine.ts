// One Hubble record, parsed and unwrapped (`{"flow":…,"node_name":…,"time":…}`) → its result: an event, or
// why there is none. Judgement is event type 5 alone; a drop with the same 5-tuple repeats it.

import type { Event, FeedStatus, FlowVerdict, Origin } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { field, isObject, type JsonObject, number, text } from '../model/json.ts';
import { type Rejected, rejected } from '../model/outcome.ts';
import { type Micros, parseInstant } from '../model/time.ts';
import {
  type EventKind,
  ignoreReasonOf,
  kindOfEventType,
  POLICY_DROP_REASONS,
} from '../sources/eventKind.ts';
import { flowFault, lostFault, type WireFlow, wireFlow, wireLost } from '../sources/hubble.ts';
import {
  acceptedRecord,
  type FlowKind,
  type FlowResult,
  ignoredRecord,
  onlyRecord,
  rejectedRecord,
  type Where,
} from './flowResult.ts';
import { flowVerdictOf } from './flowVerdict.ts';
import type { KnownConversations } from './knownConversations.ts';
import type { KnownFlows } from './knownFlows.ts';
import type { LabelReader } from './labelSets.ts';
import type { NodeName } from './nodeName.ts';
import { nanosOf, type TimeReader } from './recentTime.ts';

export interface FlowOptions {
  /** The cluster of every record; '' = as the data say (an envelope, else Hubble's node name). */
  readonly cluster: string;
  /** `count` where the export lacks event type 5: then policy drops (event type 1) are judgements. */
  readonly dropEvents: 'ignore' | 'count';
}

/** What lasts from line to line: the settings, and readers that remember what repeats. */
export interface FlowTools {
  readonly options: FlowOptions;
  readonly splitNode: (name: string) => NodeName;
  readonly readTime: TimeReader;
  readonly readLabels: LabelReader;
  readonly knownFlows: KnownFlows;
  readonly knownConversations: KnownConversations;
}

/** Where a record comes from, beside its own text. */
export interface FlowContext {
  readonly tools: FlowTools;
  readonly origin: Origin;
  /** What the setting or an envelope says; '' = the node's name tells. */
  readonly cluster: string;
}

/** Whether flows of this kind become events. */
export function isCounted(kind: EventKind, options: FlowOptions): boolean {
  return kind === 'verdict' || (kind === 'policy-drop' && options.dropEvents === 'count');
}

export function normaliseFlowLine(line: JsonObject, context: FlowContext): FlowResult {
  const flow = field(line, 'flow');
  if (isObject(flow)) return normaliseFlow(flow, line, context);
  const lost = field(line, 'lost_events');
  if (isObject(lost)) return normaliseLost(lost, line, context);
  const where = whereOf({}, line, context);
  if (isObject(field(line, 'agent_event'))) return onlyRecord(ignoredRecord('agent', where));
  if (isObject(field(line, 'debug_event'))) return onlyRecord(ignoredRecord('debug', where));
  return onlyRecord(ignoredRecord('node-status', where));
}

function normaliseFlow(value: JsonObject, line: JsonObject, context: FlowContext): FlowResult {
  const flow = wireFlow(value);
  if (flow === undefined) {
    const fault = rejected('bad-field', `a wrong type at flow.${flowFault(value)}`);
    return onlyRecord(rejectedRecord(fault, whereOf({}, line, context)));
  }
  const where = whereOf(flow, line, context);
  const kind = kindOf(flow);
  if (kind === undefined)
    return onlyRecord(rejectedRecord(rejected('insufficient-fields', 'event_type'), where));
  if (kind !== 'verdict' && !isCounted(kind, context.tools.options))
    return onlyRecord(ignoredRecord(ignoreReasonOf(kind), where));
  const judgement = kind === 'verdict' ? 'verdict' : 'drop';
  const body = flowVerdictOf(flow, judgement, where.node, context.tools.readLabels);
  if ('outcome' in body) return onlyRecord(rejectedRecord(body, where));
  return finished(body, flow.time || text(field(line, 'time')), where, context);
}

function normaliseLost(value: JsonObject, line: JsonObject, context: FlowContext): FlowResult {
  const where = whereOf({}, line, context);
  const lost = wireLost(value);
  if (lost === undefined) {
    const fault = rejected('bad-field', `a wrong type at lost_events.${lostFault(value)}`);
    return onlyRecord(rejectedRecord(fault, where));
  }
  const at = where.micros ?? 0;
  const body: FeedStatus = {
    kind: 'FeedStatus',
    feed: 'flows',
    reporter: where.node,
    lost: countOf(lost.num_events_lost),
    lostSource: String(lost.source ?? ''),
    from: timeOf(lost.first, context) ?? at,
    until: timeOf(lost.last, context) ?? at,
    counts: [],
  };
  return finished(body, text(field(line, 'time')), where, context);
}

/** Puts time, id and origin to a body; refuses a record without a usable time. */
function finished(
  body: FlowVerdict | FeedStatus,
  time: string,
  where: Where,
  context: FlowContext,
): FlowResult {
  if (where.micros === null) return onlyRecord(rejectedRecord(timeFault(time), where));
  const nanos = nanosOf(time);
  const event: Event<FlowVerdict | FeedStatus> = {
    id: uuidOf(body) ?? hashHex(128, [where.cluster, `${where.micros}.${nanos}`, JSON.stringify(body)]),
    cluster: where.cluster,
    observedAt: where.micros,
    observedAtNanos: nanos,
    origin: context.origin,
    body,
  };
  return acceptedRecord(event, {
    outcome: 'accepted',
    name: nameOf(body),
    cluster: where.cluster,
    node: where.node,
    micros: where.micros,
  });
}

function timeFault(time: string): Rejected {
  if (time === '') return rejected('insufficient-fields', 'time');
  return parseInstant(time) === undefined
    ? rejected('bad-time', 'time is no RFC 3339 time')
    : rejected('time-out-of-range', 'before 1970 or after 2200');
}

function nameOf(body: FlowVerdict | FeedStatus): FlowKind {
  return body.kind === 'FeedStatus' ? 'loss' : body.judgement;
}

/** Hubble's uuid, which is the id; without one it is a hash of all that the event says, its origin excepted. */
function uuidOf(body: FlowVerdict | FeedStatus): string | undefined {
  return body.kind === 'FlowVerdict' && body.uuid !== '' && body.uuid.length <= 64 ? body.uuid : undefined;
}

/** The outer name and time are copies of the flow's; where both stand, name the outer, time the flow's. */
function whereOf(flow: WireFlow, line: JsonObject, context: FlowContext): Where {
  const name = context.tools.splitNode(text(field(line, 'node_name')) || (flow.node_name ?? ''));
  return {
    cluster: context.cluster === '' ? name.cluster : context.cluster,
    node: name.node,
    micros: timeOf(flow.time || text(field(line, 'time')), context),
  };
}

function timeOf(time: string | null | undefined, context: FlowContext): Micros | null {
  return time ? context.tools.readTime(time, 0, time.length) : null;
}

/** A uint64, cut to what a number holds exactly. */
function countOf(value: unknown): number {
  const count = number(value) ?? 0;
  return Math.min(Math.max(0, Math.floor(count)), Number.MAX_SAFE_INTEGER);
}

/**
 * The kind by `event_type`; where a field mask took that away, by fields that only one kind has.
 * @returns undefined when nothing tells whether the flow is a verdict.
 */
function kindOf(flow: WireFlow): EventKind | undefined {
  const type = number(flow.event_type?.type);
  if (type === 1) return kindOfDrop(flow);
  if (type !== undefined && type !== 0) return kindOfEventType(type, 0);
  if ((flow.l7 ?? null) !== null || flow.Type === 'L7') return 'l7';
  if ((flow.trace_observation_point ?? null) !== null) return 'trace';
  return flow.Type === 'SOCK' ? 'sock' : undefined;
}

/** The reason of a drop is its sub-type; masks that keep only `type` leave the reason's own fields. */
function kindOfDrop(flow: WireFlow): EventKind {
  const subType = number(flow.event_type?.sub_type);
  if (subType !== undefined && subType !== 0) return kindOfEventType(1, subType);
  const reason = flow.drop_reason_desc ?? flow.drop_reason ?? 0;
  const names = [...POLICY_DROP_REASONS.values()];
  return kindOfEventType(1, number(reason) ?? 0) === 'policy-drop' || names.includes(String(reason))
    ? 'policy-drop'
    : 'other-drop';
}
