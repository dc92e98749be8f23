// Verdicts out of pieces that were read before. The ends of a cluster's connections, its policies and ports
// come again on every line; only time, id and source port are new. So a piece (sources/flowPieces.ts) is parsed
// when it is first seen, and afterwards found by comparing its text, which costs a small part of parsing it.
//
//   line ─ cut ─▶ head ───────── by text                     ─┐
//                 ports ──────── by text                      ├─▶ FlowVerdict
//                 ends ───────── by address, then by text     │
//                 tail ───────── by destination, then by text ─┘
//
// The answer is that of parsing the whole line, or none, and then the line is to be parsed. What is remembered
// is bounded, and forgotten as a whole; nothing but speed depends on it.

import type { Endpoint, FlowVerdict } from '../model/event.ts';
import { withPort } from '../model/sameFlow.ts';
import type { JsonObject } from '../model/json.ts';
import type { Transport } from '../model/verdict.ts';
import * as pieces from '../sources/flowPieces.ts';
import { createKnownPieces, type Form, type KnownPieces } from './knownPieces.ts';
import type { LabelReader } from './labelSets.ts';
import { shortCopy } from './ownCopy.ts';

/** Where a line's flow stands in its text, which holds no backslash. */
export interface FlowSpan {
  /** Where the text of `flow.time` ends. */
  readonly timeEnd: number;
  /** Where the brace stands that closes `flow`. */
  readonly end: number;
}

/** The verdict that the line gives; undefined: parse the line. `node` as in {@link FlowVerdict}. */
export type KnownFlows = (text: string, span: FlowSpan, node: string) => FlowVerdict | undefined;

/** Of remembered text, in all; what was made of it takes about as much again. */
const MAX_CHARACTERS = 8_000_000;
/** Hubble's ids are 36 characters; longer ones than this are no ids. */
const MAX_ID_LENGTH = 64;

export function createKnownFlows(readLabels: LabelReader, maxCharacters = MAX_CHARACTERS): KnownFlows {
  const known = createKnownPieces(readLabels, maxCharacters);
  return (text, { timeEnd, end }, node) => {
    const uuidStart = timeEnd + pieces.UUID_MARK.length;
    const uuidEnd = pieces.plainEnd(text, uuidStart);
    const length = uuidEnd - uuidStart;
    if (!text.startsWith(pieces.UUID_MARK, timeEnd) || length <= 0 || length > MAX_ID_LENGTH)
      return undefined;
    const head = known.headAt(text, uuidEnd);
    if (head === undefined || head.value === null) return undefined;
    const addresses = behindEthernet(text, uuidEnd + head.text.length);
    if (!text.startsWith(pieces.ADDRESSES_MARK, addresses)) return undefined;
    const start = addresses + pieces.ADDRESSES_MARK.length;
    const rest = restAt(known, { text, start, end }, head);
    return rest && verdictOf(rest, shortCopy(text.slice(uuidStart, uuidEnd)), node);
  };
}

function portsAt(known: KnownPieces, text: string, start: number): Ports | undefined {
  const before = known.beforeAt(text, start);
  if (before === undefined) return undefined;
  const first = start + before.text.length;
  const sourcePort = pieces.portAt(text, first);
  const mark = first + pieces.portWidth(sourcePort);
  if (sourcePort === 0 || !text.startsWith(pieces.PORT_MARK, mark)) return undefined;
  const second = mark + pieces.PORT_MARK.length;
  const destinationPort = pieces.portAt(text, second);
  const after =
    destinationPort === 0
      ? undefined
      : known.afterAt(text, second + pieces.portWidth(destinationPort), before);
  if (after === undefined || after.value === null) return undefined;
  const end = second + pieces.portWidth(destinationPort) + after.text.length;
  return { transport: after.value, sourcePort, destinationPort, end };
}

/** From the addresses on. */
function restAt(known: KnownPieces, { text, start, end }: Stretch, head: Form<JsonObject>): Rest | undefined {
  const between = text.indexOf('"', start);
  const second = between + pieces.BETWEEN_MARK.length;
  const addressesEnd = text.indexOf('"', second);
  if (!text.startsWith(pieces.BETWEEN_MARK, between) || addressesEnd < 0) return undefined;
  const ports = portsAt(known, text, addressesEnd);
  const source = ports && known.sourceAt(text, ports.end, text.slice(start, between));
  if (ports === undefined || source === undefined) return undefined;
  const sourceEnd = ports.end + source.text.length;
  if (!text.startsWith(pieces.DESTINATION_MARK, sourceEnd)) return undefined;
  const destinationStart = sourceEnd + pieces.DESTINATION_MARK.length;
  const ip = text.slice(second, addressesEnd);
  const destination = known.destinationAt(text, destinationStart, ip);
  if (destination === undefined) return undefined;
  const tail = text.slice(destinationStart + destination.text.length, end);
  const { like } = known.tailAt(tail, destination, head);
  if (like === null || source.value === null || destination.value === null) return undefined;
  source.value = withPort(source.value, ports.sourcePort, like.source.dns);
  destination.value = withPort(destination.value, ports.destinationPort, like.destination.dns);
  return { like, source: source.value, destination: destination.value, transport: ports.transport };
}

/** Of a line's text. */
interface Stretch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Ports {
  readonly transport: Transport;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Where the source begins. */
  readonly end: number;
}

interface Rest {
  readonly like: FlowVerdict;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly transport: Transport;
}

function verdictOf({ like, source, destination, transport }: Rest, uuid: string, node: string): FlowVerdict {
  return {
    kind: 'FlowVerdict',
    judgement: 'verdict',
    uuid,
    observed: like.observed,
    direction: like.direction,
    source,
    destination,
    transport,
    icmpType: null,
    icmpCode: null,
    dropReason: like.dropReason,
    matchType: like.matchType,
    authType: like.authType,
    reported: like.reported,
    policyLog: like.policyLog,
    isReply: like.isReply,
    node,
    l7: like.l7,
    weight: like.weight,
  };
}

/** Hardware addresses tell nothing here. They stand before the addresses, or not at all. -1: in another form. */
function behindEthernet(text: string, start: number): number {
  if (!text.startsWith(pieces.ETHERNET_MARK, start)) return start;
  const first = pieces.plainEnd(text, start + pieces.ETHERNET_MARK.length);
  if (first < 0 || !text.startsWith(pieces.BETWEEN_MARK, first)) return -1;
  const second = pieces.plainEnd(text, first + pieces.BETWEEN_MARK.length);
  const isEnd = second >= 0 && text.startsWith(pieces.AFTER_ETHERNET_MARK, second);
  return isEnd ? second + pieces.AFTER_ETHERNET_MARK.length : -1;
}
