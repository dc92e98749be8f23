// Whatever one line holds → its records, each with the feed that it belongs to: a line of Hubble, an audit
// event, or text of `cilium monitor`. Both logs may be mixed, and either may be carried in envelopes within
// envelopes, in arrays, or as text with a prefix. Every record found comes out, those that nobody can read as
// rejected. Depth and number are limited, because envelopes multiply.

import { field, isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Ignored, ignored, type Rejected, rejected } from '../model/outcome.ts';
import type { AuditHit } from './audit/hit.ts';
import { recogniseAudit } from './audit/recognise.ts';
import { parseCriLine } from './cri.ts';
import { parseJson } from './decode.ts';
import { clusterNamed, isMonitorObject, openEnvelope } from './envelope.ts';
import { logrusMessage } from './logrus.ts';
import { isMonitorVerdict, isOtherMonitorLine } from './monitor.ts';

/** `cluster` is what the innermost envelope that names one says; ''. */
export type Unwrapped =
  /** `line` has one of the members `flow`, `lost_events`, `agent_event`, `debug_event`, `node_status`. */
  | { readonly feed: 'flows'; readonly line: JsonObject; readonly cluster: string }
  | { readonly feed: 'audit'; readonly hit: AuditHit; readonly cluster: string }
  | { readonly feed: 'monitor'; readonly text: string; readonly cluster: string }
  | { readonly feed: 'none'; readonly outcome: Ignored | Rejected; readonly cluster: string };

/** Envelopes around one record; an array or a text prefix counts as one. */
const MAX_ENVELOPES = 3;
/** Records of one line. */
export const MAX_ITEMS = 10_000;

const LINE_KEYS = ['flow', 'lost_events', 'agent_event', 'debug_event', 'node_status'] as const;

/** `input` is the text of a line, or a value already parsed. An empty list is a blank: never no item. */
export function unwrap(input: JsonValue): readonly Unwrapped[] {
  const items = limited(unwrapValue(input, '', 0));
  return items.length === 0 ? [none(ignored('blank'), '')] : items;
}

/** Whether the object is a line as Hubble's exporter and `hubble observe -o jsonpb` write it. */
export function isHubbleLine(value: JsonObject): boolean {
  return LINE_KEYS.some((key) => isObject(field(value, key)));
}

/** A flow without its line: `hubble observe -o json` before Hubble CLI 0.11, and with its compatibility flag. */
function isBareFlow(value: JsonObject): boolean {
  const judges = field(value, 'verdict') !== undefined || field(value, 'event_type') !== undefined;
  return (
    judges && ['IP', 'source', 'destination', 'Type', 'l4'].some((key) => field(value, key) !== undefined)
  );
}

function unwrapValue(value: JsonValue, cluster: string, depth: number): readonly Unwrapped[] {
  if (typeof value === 'string') return unwrapText(value, cluster, depth);
  if (depth > MAX_ENVELOPES)
    return [none(rejected('envelope-too-deep', `more than ${MAX_ENVELOPES}`), cluster)];
  if (Array.isArray(value)) return unwrapAll(value as readonly JsonValue[], cluster, depth + 1);
  if (!isObject(value)) return [none(rejected('not-an-object', 'a JSON value that is no object'), cluster)];
  return unwrapObject(value, cluster, depth);
}

function unwrapObject(value: JsonObject, outer: string, depth: number): readonly Unwrapped[] {
  const cluster = clusterNamed(value) || outer;
  if (isHubbleLine(value)) return [{ feed: 'flows', line: value, cluster }];
  if (isBareFlow(value)) return [{ feed: 'flows', line: { flow: value }, cluster }];
  const hits = recogniseAudit(value);
  if (hits !== undefined) return hits.map((hit) => ({ feed: 'audit', hit, cluster }));
  if (isMonitorObject(value)) return [none(ignored('monitor-other'), cluster)];
  const envelope = openEnvelope(value);
  if (envelope === undefined) return [none(rejected('unknown-shape', 'no flow, no audit event'), cluster)];
  const inner = envelope.cluster || outer;
  if (!envelope.isGuess) return unwrapAll(envelope.items, inner, depth + 1);
  return firstKnown(envelope.items, inner, depth + 1);
}

/** The first place that holds a record; else why not, in the words of the first place that looked like one. */
function firstKnown(items: readonly JsonValue[], cluster: string, depth: number): readonly Unwrapped[] {
  let failure: readonly Unwrapped[] | undefined;
  for (const item of items) {
    const found = unwrapValue(item, cluster, depth);
    if (found.some((one) => one.feed !== 'none' || one.outcome.outcome === 'ignored')) return found;
    if (typeof item !== 'string' || looksLikeJson(item)) failure ??= found;
  }
  return failure ?? [none(rejected('unknown-shape', 'an envelope without a record'), cluster)];
}

function unwrapAll(items: readonly JsonValue[], cluster: string, depth: number): readonly Unwrapped[] {
  if (items.length > MAX_ITEMS) return [tooMany(items.length)];
  return limited(items.flatMap((item) => unwrapValue(item, cluster, depth)));
}

function unwrapText(raw: string, cluster: string, depth: number): readonly Unwrapped[] {
  const text = raw.trim();
  if (text === '') return [none(ignored('blank'), cluster)];
  if (depth > MAX_ENVELOPES)
    return [none(rejected('envelope-too-deep', `more than ${MAX_ENVELOPES}`), cluster)];
  if (looksLikeJson(text)) {
    const parsed = parseJson(text);
    return parsed.outcome === 'accepted'
      ? unwrapValue(parsed.value, cluster, depth)
      : [none(parsed, cluster)];
  }
  const cri = parseCriLine(raw.trimStart());
  if (cri?.partial === true) return [none(rejected('incomplete-line', 'one part of a CRI line'), cluster)];
  const message = cri === undefined ? logrusMessage(text) : undefined;
  // An export to the agent's own log stands between what the agent says of itself.
  if (message !== undefined && !looksLikeJson(message)) return [none(ignored('other-log'), cluster)];
  const content = cri?.content ?? message ?? afterTimestamp(text);
  if (content !== undefined) return unwrapText(content, cluster, depth + 1);
  if (isMonitorVerdict(text)) return [{ feed: 'monitor', text, cluster }];
  if (isOtherMonitorLine(text)) return [none(ignored('monitor-other'), cluster)];
  return [none(rejected('not-json', 'text of no known form'), cluster)];
}

function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** `kubectl logs --timestamps` */
function afterTimestamp(text: string): string | undefined {
  const match = /^\d{4}-\d\d-\d\dT\S{9,30} (?=[[{])/.exec(text);
  return match === null ? undefined : text.slice(match[0].length);
}

function limited(items: readonly Unwrapped[]): readonly Unwrapped[] {
  return items.length > MAX_ITEMS ? [tooMany(items.length)] : items;
}

function tooMany(count: number): Unwrapped {
  return none(rejected('too-many-items', `${count} records, the limit is ${MAX_ITEMS}`), '');
}

function none(outcome: Ignored | Rejected, cluster: string): Unwrapped {
  return { feed: 'none', outcome, cluster };
}
