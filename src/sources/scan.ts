// The cheap look: which kind of event an exporter line holds, its time and its node, cut out of the text
// without parsing it. Three lines of four judge no policy, and this is all that is wanted of them. It knows
// only the line that Hubble itself writes, `{"flow":{"time":"…",…,"event_type":{"type":N…},
// "traffic_direction":…},"node_name":"…","time":"…"}`; whatever looks otherwise (an escape, white space, an
// envelope, other keys or order) is `unusual` and must be parsed. A quotation mark inside a JSON string is
// escaped, so no value can forge a key; what stands between the keys is not checked.

import { type EventKind, kindOfEventType } from './eventKind.ts';

export interface Scan {
  readonly kind: EventKind | 'unusual';
  /** `flow.time` is `text.slice(timeStart, timeEnd)`; likewise the outer `node_name`. 0 when unusual. */
  readonly timeStart: number;
  readonly timeEnd: number;
  readonly nodeStart: number;
  readonly nodeEnd: number;
}

const UNUSUAL: Scan = { kind: 'unusual', timeStart: 0, timeEnd: 0, nodeStart: 0, nodeEnd: 0 };

/** Its sub-type is its reason; without one the reason stands in a field of its own. */
const DROP = 1;

/** With it a line begins; then the flow's time. */
export const HEAD = '{"flow":{"time":"';
const SUB_TYPE = ',"sub_type":';
const NODE = '},"node_name":"';
const TIME = ',"time":"';

/** Flows are about 2,000 characters; what is far longer holds something strange and is parsed with care. */
const MAX_JUDGEMENT_LENGTH = 16_384;

// V8 looks for a pattern's first character first. These begin with a rare one, which is five times as fast;
// what stands before it is checked where they are found.
const EVENT_TYPE = 'vent_type":{"type":';
const VERDICT_DIGIT = 0x35;
const BEFORE_EVENT_TYPE = ',"e';
const VERDICT = 'verdict":';
const DIRECTION = 'ffic_direction":';
const BEFORE_DIRECTION = '},"tra';

/**
 * For a line whose `flow` holds all that is named `event_type`, the answer equals that of the parsed line, or
 * is `unusual`. A judgement that is very long, or in which event type, verdict or direction stand twice, is
 * `unusual`; other repeated keys are not looked for.
 */
export function scan(text: string): Scan {
  const look = glance(text);
  return isJudgement(look.kind) && !saysAllOnce(text) ? UNUSUAL : look;
}

/** {@link scan}, but verdict and direction of a judgement are not looked for: they may stand there twice. */
export function glance(text: string, mark = eventTypeMark(text)): Scan {
  if (!text.startsWith(HEAD) || text.includes('\\')) return UNUSUAL;
  const timeEnd = text.indexOf('"', HEAD.length);
  if (timeEnd === HEAD.length) return UNUSUAL;
  if (mark < 0 || mark < timeEnd || text.includes(EVENT_TYPE, mark + EVENT_TYPE.length)) return UNUSUAL;
  if (!text.startsWith(BEFORE_EVENT_TYPE, mark - BEFORE_EVENT_TYPE.length)) return UNUSUAL;
  const nodeStart = tailAfter(text, mark);
  if (nodeStart < 0) return UNUSUAL;
  const kind = kindAt(text, mark + EVENT_TYPE.length);
  if (kind === undefined || (isJudgement(kind) && text.length > MAX_JUDGEMENT_LENGTH)) return UNUSUAL;
  return { kind, timeStart: HEAD.length, timeEnd, nodeStart, nodeEnd: text.indexOf('"', nodeStart) };
}

/** Where the text first has what begins an event type; -1 when it has none. To be given to {@link glance}. */
export function eventTypeMark(text: string): number {
  return text.indexOf(EVENT_TYPE, HEAD.length);
}

/** Whether the event type there is that of a verdict. */
export function isVerdictAt(text: string, mark: number): boolean {
  const type = mark + EVENT_TYPE.length;
  return mark >= 0 && text.charCodeAt(type) === VERDICT_DIGIT && text.charCodeAt(type + 1) === 0x7d;
}

/** Where the brace stands that closes the `flow` of a line that is not `unusual`. */
export function flowEnd({ nodeStart }: Scan): number {
  return nodeStart - NODE.length;
}

/** Where the outer time begins in such a line. */
export function outerTimeStart({ nodeEnd }: Scan): number {
  return nodeEnd + 1 + TIME.length;
}

function isJudgement(kind: Scan['kind']): boolean {
  return kind === 'verdict' || kind === 'policy-drop';
}

/** JSON.parse would keep the last of two in silence, and the other might be the one that is true. */
function saysAllOnce(text: string): boolean {
  const direction = onlyIndexOf(text, DIRECTION, HEAD.length);
  return (
    onlyIndexOf(text, VERDICT, HEAD.length) >= 0 &&
    direction > text.indexOf(EVENT_TYPE, HEAD.length) &&
    text.startsWith(BEFORE_DIRECTION, direction - BEFORE_DIRECTION.length)
  );
}

/** Whether a piece of a line holds anything that a judgement must say once. */
export function holdsJudgementKey(piece: string): boolean {
  return piece.includes(VERDICT) || piece.includes(EVENT_TYPE) || piece.includes(DIRECTION);
}

/** Whether a piece says the verdict once, and nothing else that a judgement must say once. */
export function saysVerdictAlone(piece: string): boolean {
  const isElsewhere = piece.includes(EVENT_TYPE) || piece.includes(DIRECTION);
  return onlyIndexOf(piece, VERDICT, 0) >= 0 && !isElsewhere;
}

/** Whether a piece says event type and direction once, one right behind the other's place, and no verdict. */
export function saysAllButVerdict(piece: string): boolean {
  const eventType = onlyIndexOf(piece, EVENT_TYPE, 0);
  const direction = onlyIndexOf(piece, DIRECTION, 0);
  return (
    !piece.includes(VERDICT) &&
    eventType >= 0 &&
    direction > eventType &&
    piece.startsWith(BEFORE_DIRECTION, direction - BEFORE_DIRECTION.length)
  );
}

/** -1 when the text holds the needle not at all, or twice. */
function onlyIndexOf(text: string, needle: string, from: number): number {
  const first = text.indexOf(needle, from);
  return first >= 0 && text.includes(needle, first + needle.length) ? -1 : first;
}

/** Where the outer node name, not empty, begins, if the line ends `},"node_name":"…","time":"…"}`; else -1. */
function tailAfter(text: string, mark: number): number {
  const tail = text.lastIndexOf(NODE);
  if (tail < mark) return -1;
  const nodeStart = tail + NODE.length;
  const nodeEnd = text.indexOf('"', nodeStart);
  if (nodeEnd === nodeStart || !text.startsWith(TIME, nodeEnd + 1)) return -1;
  const timeEnd = text.indexOf('"', nodeEnd + 1 + TIME.length);
  return timeEnd === text.length - 2 && text.endsWith('}') ? nodeStart : -1;
}

/** Protojson leaves zeroes away, so a zero here is somebody else's: other fields may tell more. */
function kindAt(text: string, start: number): EventKind | undefined {
  const type = digitsAt(text, start);
  if (type <= 0) return undefined;
  const afterType = start + widthOf(type);
  if (text.startsWith('}', afterType)) return type === DROP ? undefined : kindOfEventType(type, 0);
  if (!text.startsWith(SUB_TYPE, afterType)) return undefined;
  const subStart = afterType + SUB_TYPE.length;
  const subType = digitsAt(text, subStart);
  if (subType <= 0 || !text.startsWith('}', subStart + widthOf(subType))) return undefined;
  return kindOfEventType(type, subType);
}

/** The number of at most three digits, without a leading zero, that stands here; -1 when there is none. */
function digitsAt(text: string, start: number): number {
  let value = 0;
  for (let index = start; index < start + 4; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return index === start ? -1 : value;
    if (value === 0 && index > start) return -1;
    value = value * 10 + digit;
  }
  return -1;
}

function widthOf(value: number): number {
  if (value < 10) return 1;
  return value < 100 ? 2 : 3;
}
