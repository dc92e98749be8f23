// A verdict's line as Hubble writes it, cut into the pieces of which a cluster's lines are made over and over:
//
//   {"flow":{"time":"…","uuid":"…                                         time and id: of this line alone
//   ","verdict":"DROPPED",                                                head
//   "ethernet":{…},"IP":{"source":"…","destination":"…                    addresses
//   ","ipVersion":"IPv4"},"l4":{"TCP":{"source_port":                     before   ─┐ with the two ports
//   …,"destination_port":…                                                          │ between them
//   ,"flags":{"SYN":true}}},"source":                                     after    ─┘
//   {…}                                                                   source
//   ,"destination":{…}                                                    destination
//   ,"Type":"L3_L4",…,"event_type":{"type":5},…                           tail
//   },"node_name":"…","time":"…"}                                         read by scan.ts
//
// Each piece is parsed by itself, in the place where it belongs, with stand-ins for what stands between them.
// JSON has one reading only: pieces that are whole where they stand, with whole strings and numbers between
// them, make a line whose parsed value is theirs put together. A piece for which that is not certain (a key
// that belongs to another piece, a key that the cheap look of scan.ts counts) is refused, and the line is parsed.

import { field, isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { parseJson } from './decode.ts';
import { holdsJudgementKey, saysAllButVerdict, saysVerdictAlone } from './scan.ts';

/** What stands between the pieces. A head, a `before` and an `after` hold the marks they end with. */
export const UUID_MARK = '","uuid":"';
export const ETHERNET_MARK = '"ethernet":{"source":"';
export const ADDRESSES_MARK = '"IP":{"source":"';
/** Between two hardware addresses, and between two addresses. */
export const BETWEEN_MARK = '","destination":"';
export const AFTER_ETHERNET_MARK = '"},';
/** What stands before the source port ends with it, and holds it nowhere else. */
export const SOURCE_PORT = 'source_port":';
export const PORT_MARK = ',"destination_port":';
export const DESTINATION_MARK = ',"destination":';

const ANY_PORT = '_port":';
const SOURCE_KEY = '"source":';

/** Where the string ends that begins at `start`; -1 when it holds a control character, or does not end. */
export function plainEnd(text: string, start: number): number {
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) return index;
    if (code < 0x20) return -1;
  }
  return -1;
}

/** The number of one to five digits that begins at `start`; 0 when it is no port that a packet has. */
export function portAt(text: string, start: number): number {
  let value = 0;
  for (let index = start; index < start + 6; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
    if (value === 0) return 0;
  }
  return value <= 65_535 ? value : 0;
}

/** Digits of a port. */
export function portWidth(port: number): number {
  if (port < 100) return port < 10 ? 1 : 2;
  if (port < 10_000) return port < 1_000 ? 3 : 4;
  return 5;
}

// Where a piece ends that begins at `start`, as Hubble writes it; -1: a line of another form. Only for pieces
// not seen before: these searches take longer than to compare a piece.

export function headEnd(text: string, start: number): number {
  const addresses = text.indexOf(ADDRESSES_MARK, start);
  const ethernet = text.slice(start, Math.max(start, addresses)).indexOf(ETHERNET_MARK);
  return ethernet < 0 ? addresses : start + ethernet;
}

/** Of what stands before the source port. */
export function beforeEnd(text: string, start: number): number {
  return behind(text.indexOf(SOURCE_PORT, start), SOURCE_PORT.length);
}

/** Of what stands between the destination port and the source. */
export function afterEnd(text: string, start: number): number {
  return behind(text.indexOf(`${SOURCE_KEY}{`, start), SOURCE_KEY.length);
}

export function sourceEnd(text: string, start: number): number {
  return behind(text.indexOf(`}${DESTINATION_MARK}{`, start), 1);
}

export function destinationEnd(text: string, start: number): number {
  return behind(text.indexOf('},"Type":"', start), 1);
}

function behind(mark: number, length: number): number {
  return mark < 0 ? -1 : mark + length;
}

/** What each piece may hold of the flow's members. */
const HEAD_KEYS: ReadonlySet<string> = new Set(['verdict', 'drop_reason', 'auth_type']);
const BEFORE_TAIL: ReadonlySet<string> = new Set(
  ['time', 'uuid', 'ethernet', 'IP', 'l4', 'source', 'destination'].concat([...HEAD_KEYS]),
);
const STAND_IN = '~';

/** The flow's members of a head. */
export function readHead(text: string): JsonObject | undefined {
  const value = objectOf(`{"${STAND_IN}":"${text}"":0}`);
  if (value === undefined || !saysVerdictAlone(text)) return undefined;
  const { [STAND_IN]: standIn, '': end, ...head } = value;
  const isWhole = standIn === '' && end === 0 && Object.keys(head).every((key) => HEAD_KEYS.has(key));
  return isWhole ? head : undefined;
}

/** The `l4` of what stands before and after the ports, which are 0 in it. */
export function readPorts(before: string, after: string): JsonObject | undefined {
  const value = objectOf(`{"IP":{"source":"","destination":"${before}0${PORT_MARK}0${after}0}`);
  const l4 = field(value, 'l4');
  if (value === undefined || !isObject(l4)) return undefined;
  const [protocol = '', ...others] = Object.keys(l4);
  const isOnce =
    !/"(source|destination)":/.test(before) &&
    isAtEndOnly(before, ANY_PORT) &&
    !after.includes(ANY_PORT) &&
    isAtEndOnly(after, SOURCE_KEY);
  const isWhole =
    Object.keys(value).length === 3 &&
    field(field(value, 'IP'), 'source') === '' &&
    field(value, 'source') === 0 &&
    field(field(l4, protocol), 'source_port') === 0 &&
    field(field(l4, protocol), 'destination_port') === 0;
  const isPlain = !holdsJudgementKey(before) && !holdsJudgementKey(after);
  return others.length === 0 && isOnce && isWhole && isPlain ? l4 : undefined;
}

function isAtEndOnly(text: string, mark: string): boolean {
  return text.indexOf(mark) === text.length - mark.length;
}

/** `source` or `destination`. */
export function readEndpoint(text: string): JsonObject | undefined {
  return holdsJudgementKey(text) ? undefined : objectOf(text);
}

/** The flow's members of a tail. */
export function readTail(text: string): JsonObject | undefined {
  if (!saysAllButVerdict(text)) return undefined;
  const tail = objectOf(`{"${STAND_IN}":0${text}}`);
  return tail === undefined || Object.keys(tail).some((key) => BEFORE_TAIL.has(key)) ? undefined : tail;
}

function objectOf(text: string): JsonObject | undefined {
  const parsed = parseJson(text, 'trusting');
  const value: JsonValue | undefined = parsed.outcome === 'accepted' ? parsed.value : undefined;
  return isObject(value) ? value : undefined;
}
