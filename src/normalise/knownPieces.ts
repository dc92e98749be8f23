// The pieces of verdicts' lines that were read before, found by comparing their text (knownFlows.ts).

import type { Endpoint, FlowVerdict } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import type { Transport } from '../model/verdict.ts';
import * as pieces from '../sources/flowPieces.ts';
import { type WireFlow, wireFlow } from '../sources/hubble.ts';
import { endpointOf } from './endpoint.ts';
import { flowVerdictOf } from './flowVerdict.ts';
import type { LabelReader } from './labelSets.ts';
import { layer4Of } from './layer4.ts';
import { ownCopy } from './ownCopy.ts';

/** Heads, forms of ports, and forms of one end: seen from its own node and from others. */
const MAX_FORMS = 32;
/** Tails of one destination, by policies, flags and reporting node. */
const MAX_TAILS = 64;
/** Pieces are a few hundred characters; what is longer does not come again. */
const MAX_PIECE_LENGTH = 4_096;

/** A piece as it was read. null: lines with it are to be parsed. */
export interface Form<T> {
  readonly text: string;
  value: T | null;
}

interface Tail {
  readonly text: string;
  readonly head: Form<JsonObject>;
  /** A verdict with this head and tail, its ends and ports aside. */
  readonly like: FlowVerdict | null;
}

/** What stands after the ports, for what stands before them. */
export type Afters = Form<Transport>[];

/** The end as last seen: ports and names may be others. */
export interface End extends Form<Endpoint> {
  /** Of a destination. */
  readonly tails: Tail[];
}

export interface Memory {
  readonly heads: Form<JsonObject>[];
  readonly befores: Form<Afters>[];
  readonly sources: Map<string, End[]>;
  readonly destinations: Map<string, End[]>;
  readonly reported: Map<string, FlowVerdict['reported']>;
}

/** Takes texts to be remembered; when they are too many, everything is forgotten first. */
type Keeper = (text: string) => string;

export interface KnownPieces {
  readonly headAt: (text: string, start: number) => Form<JsonObject> | undefined;
  readonly beforeAt: (text: string, start: number) => Form<Afters> | undefined;
  readonly afterAt: (text: string, start: number, before: Form<Afters>) => Form<Transport> | undefined;
  readonly sourceAt: (text: string, start: number, ip: string) => End | undefined;
  readonly destinationAt: (text: string, start: number, ip: string) => End | undefined;
  /** `text` is all of the tail. */
  readonly tailAt: (text: string, destination: End, head: Form<JsonObject>) => Tail;
}

/** Each look-up gives the piece that begins at `start`, or undefined where the line has another form. */
export function createKnownPieces(readLabels: LabelReader, maxCharacters: number): KnownPieces {
  const memory = emptyMemory();
  const keep = createKeeper(memory, maxCharacters);
  return {
    headAt: headReader(memory, keep),
    ...portsReader(memory, keep),
    sourceAt: endReader(memory.sources, keep, readLabels, pieces.sourceEnd),
    destinationAt: endReader(memory.destinations, keep, readLabels, pieces.destinationEnd),
    tailAt: tailReader(memory, keep, readLabels),
  };
}

function createKeeper(memory: Memory, maxCharacters: number): Keeper {
  let characters = 0;
  return (text) => {
    if (characters > maxCharacters) {
      forget(memory);
      characters = 0;
    }
    characters += text.length;
    return ownCopy(text);
  };
}

function headReader({ heads }: Memory, keep: Keeper): KnownPieces['headAt'] {
  return (text, start) => {
    for (const head of heads)
      if (isAt(text, start, head.text) && isMark(text, start + head.text.length)) return head;
    const piece = pieceBetween(text, start, pieces.headEnd(text, start));
    return piece === undefined
      ? undefined
      : added(heads, { text: keep(piece), value: pieces.readHead(piece) ?? null });
  };
}

function portsReader({ befores }: Memory, keep: Keeper): Pick<KnownPieces, 'beforeAt' | 'afterAt'> {
  return {
    beforeAt(text, start) {
      for (const before of befores) if (isAt(text, start, before.text)) return before;
      const piece = pieceBetween(text, start, pieces.beforeEnd(text, start));
      return piece === undefined ? undefined : added(befores, { text: keep(piece), value: [] });
    },
    afterAt(text, start, before) {
      const afters = before.value ?? [];
      for (const after of afters) if (isAt(text, start, after.text)) return after;
      const piece = pieceBetween(text, start, pieces.afterEnd(text, start));
      return piece === undefined
        ? undefined
        : added(afters, { text: keep(piece), value: transportOf(before.text, piece) });
    },
  };
}

function endReader(
  ends: Map<string, End[]>,
  keep: Keeper,
  readLabels: LabelReader,
  endOf: (text: string, start: number) => number,
): KnownPieces['sourceAt'] {
  return (text, start, ip) => {
    for (const end of ends.get(ip) ?? []) if (isAt(text, start, end.text)) return end;
    const piece = pieceBetween(text, start, endOf(text, start));
    if (piece === undefined) return undefined;
    const end = { text: keep(piece), value: readEnd(ip, piece, readLabels), tails: [] };
    const forms = ends.get(ip);
    if (forms === undefined) ends.set(keep(ip), [end]);
    return forms === undefined ? end : added(forms, end);
  };
}

function tailReader({ reported }: Memory, keep: Keeper, readLabels: LabelReader): KnownPieces['tailAt'] {
  /** Equal lists as one and the same, so that whatever follows from a list is found by the list itself. */
  const once = (list: FlowVerdict['reported']): FlowVerdict['reported'] => {
    const text = JSON.stringify(list);
    const known = reported.get(text) ?? list;
    reported.set(text, known);
    return known;
  };
  return (text, { tails }, head) => {
    for (const tail of tails) if (tail.head === head && tail.text === text) return tail;
    const own = keep(text);
    const like = readLike(head.value, text, readLabels);
    return added(
      tails,
      { text: own, head, like: like && { ...like, reported: once(like.reported) } },
      MAX_TAILS,
    );
  };
}

/** Nothing for what is too long to come again, or does not end. */
function pieceBetween(text: string, start: number, end: number): string | undefined {
  return start < end && end - start <= MAX_PIECE_LENGTH ? text.slice(start, end) : undefined;
}

function emptyMemory(): Memory {
  return { heads: [], befores: [], sources: new Map(), destinations: new Map(), reported: new Map() };
}

function forget(memory: Memory): void {
  memory.heads.length = 0;
  memory.befores.length = 0;
  memory.sources.clear();
  memory.destinations.clear();
  memory.reported.clear();
}

function isAt(text: string, start: number, piece: string): boolean {
  return text.slice(start, start + piece.length) === piece;
}

/** Heads end where hardware addresses or addresses begin; without this one could be the beginning of another. */
function isMark(text: string, start: number): boolean {
  return text.startsWith(pieces.ETHERNET_MARK, start) || text.startsWith(pieces.ADDRESSES_MARK, start);
}

/** In front, since what came last comes again soonest. */
function added<T>(items: T[], item: T, most = MAX_FORMS): T {
  items.unshift(item);
  if (items.length > most) items.pop();
  return item;
}

function transportOf(before: string, after: string): Transport | null {
  const l4 = pieces.readPorts(before, after);
  const { transport, icmpType } = layer4Of(l4);
  return transport === 'unknown' || icmpType !== null ? null : transport;
}

function readEnd(ip: string, text: string, readLabels: LabelReader): Endpoint | null {
  const source = pieces.readEndpoint(text);
  const own = ownCopy(ip);
  if (source === undefined || ip === '' || pieces.plainEnd(`${ip}"`, 0) !== ip.length) return null;
  const flow = wireFlow({ source, IP: { source: own } });
  return flow === undefined ? null : endpointOf(flow, 'source', 0, readLabels);
}

/** What is between head and tail stands in as little as a verdict may say. */
function readLike(head: JsonObject | null, text: string, readLabels: LabelReader): FlowVerdict | null {
  const tail = pieces.readTail(text);
  if (head === null || tail === undefined) return null;
  const IP = { source: '0.0.0.0', destination: '0.0.0.0' };
  const flow: WireFlow | undefined = wireFlow({ ...head, ...tail, IP });
  if (flow === undefined) return null;
  const verdict = flowVerdictOf(flow, 'verdict', '', readLabels);
  return 'outcome' in verdict ? null : verdict;
}
