// Which fields a policy verdict carries, by its wire shape. Here and not over normalised events, because
// there a field that a mask took away and one whose value is zero are the same. It never looks at a value
// further than to see whether there is one.

import { at, entries, field, isObject, type JsonObject, text, texts } from '../model/json.ts';
import type { VerdictField } from '../model/inspection.ts';

/** true: present; false: absent though due; undefined: not due in this flow. */
export type Presence = boolean | undefined;

const ALLOWED: readonly string[] = ['FORWARDED', 'REDIRECTED'];

/**
 * `line` as Hubble writes it, `{"flow":…,"node_name":…,"time":…}`. Without a direction the labels of both ends
 * are due all the same. A match type is due where a flow was allowed: protojson leaves `none` out.
 */
export function verdictFields(line: JsonObject): ReadonlyMap<VerdictField, Presence> {
  const flow = field(line, 'flow');
  const isEgress = text(field(flow, 'traffic_direction')) === 'EGRESS';
  const [subject, peer] = isEgress ? ['source', 'destination'] : ['destination', 'source'];
  const isAllowed = ALLOWED.includes(text(field(flow, 'verdict')));
  const isExplicit = !isAllowed && isPresent(field(flow, 'policy_match_type'));
  const isPod = text(at(flow, subject, 'pod_name')) !== '';
  const isOutbound = isEgress && texts(at(flow, peer, 'labels')).includes('reserved:world');
  return new Map<VerdictField, Presence>([
    ['time', text(field(flow, 'time')) !== '' || text(field(line, 'time')) !== ''],
    ['node_name', nodeNameOf(line) !== ''],
    ['verdict', isPresent(field(flow, 'verdict'))],
    ['traffic_direction', isPresent(field(flow, 'traffic_direction'))],
    ['labels of the subject', texts(at(flow, subject, 'labels')).length > 0],
    ['labels of the peer', texts(at(flow, peer, 'labels')).length > 0],
    ['IP', text(at(flow, 'IP', 'source')) !== '' && text(at(flow, 'IP', 'destination')) !== ''],
    ['l4', entries(field(flow, 'l4')).some(([, part]) => isObject(part))],
    ['uuid', text(field(flow, 'uuid')) !== ''],
    ['workloads', isPod ? isFilledList(at(flow, subject, 'workloads')) : undefined],
    ['policy_match_type', isAllowed ? isPresent(field(flow, 'policy_match_type')) : undefined],
    ['*_allowed_by', isAllowed ? isNamed(flow, 'allowed_by') : undefined],
    ['*_denied_by', isExplicit ? isNamed(flow, 'denied_by') : undefined],
    ['destination_names', isOutbound ? isFilledList(field(flow, 'destination_names')) : undefined],
  ]);
}

/** The outer name, else the flow's; ''. */
export function nodeNameOf(line: JsonObject): string {
  return text(field(line, 'node_name')) || text(at(line, 'flow', 'node_name'));
}

function isNamed(flow: unknown, suffix: 'allowed_by' | 'denied_by'): boolean {
  return ['ingress', 'egress'].some((direction) => isFilledList(field(flow, `${direction}_${suffix}`)));
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Zero is left out by protojson: a zero that stands there is somebody else's and says nothing. */
function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== 0;
}
