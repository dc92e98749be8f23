// Lines of conversations that were read before. Two verdicts of one conversation differ in time, id and source
// port only, so a line is found by comparing what stands around them, and nothing of it is looked at again:
//
//   {"flow":{"time":"…","uuid":"…                  of this line alone
//   ","verdict":"DROPPED",…,"source_port":         before ─┐ compared, with the port between them
//   …,"destination_port":…},"node_name":"…         after  ─┘
//   ","time":"…"}                                  the time again
//
// The answer is that of knownFlows.ts for the whole line, or none. What is remembered is bounded, and forgotten
// as a whole; nothing but speed depends on it.

import type { FlowVerdict } from '../model/event.ts';
import { seenAgain } from '../model/sameFlow.ts';
import type { Micros } from '../model/time.ts';
import {
  ADDRESSES_MARK,
  BETWEEN_MARK,
  portAt,
  portWidth,
  SOURCE_PORT,
  UUID_MARK,
} from '../sources/flowPieces.ts';
import { HEAD, outerTimeStart, type Scan } from '../sources/scan.ts';
import type { NodeName } from './nodeName.ts';
import { ownCopy, shortCopy } from './ownCopy.ts';
import type { TimeReader } from './recentTime.ts';

/** Where the flow's time ends, and its id. */
interface Ends {
  readonly timeEnd: number;
  readonly uuidEnd: number;
}

export interface KnownLine {
  readonly body: FlowVerdict;
  readonly name: NodeName;
  readonly micros: Micros;
  readonly timeEnd: number;
}

export interface KnownConversations {
  /** undefined: like none that is remembered. The text may be anything. */
  readonly find: (text: string) => KnownLine | undefined;
  /** `body` is what the line gave, put together from pieces. */
  readonly keep: (text: string, look: Scan, line: Pick<KnownLine, 'body' | 'name'>) => void;
}

interface Conversation {
  readonly before: string;
  readonly after: string;
  readonly name: NodeName;
  /** Of one of its lines. */
  readonly body: FlowVerdict;
}

/** Of remembered text, in all. */
const MAX_CHARACTERS = 16_000_000;
/** Of two addresses: directions, ports, flags, policies, reporting nodes. */
const MAX_FORMS = 32;
/** Hubble's ids are 36 characters; longer ones than this are no ids. */
const MAX_ID_LENGTH = 64;

/** Of a source port, at most. */
const PORT_DIGITS = 5;
const LINE_END = '"}';
/** Without the quotation mark: V8 looks for the first character first, and this one is rare. */
const ADDRESSES = ADDRESSES_MARK.slice(1);

export function createKnownConversations(
  readTime: TimeReader,
  maxCharacters = MAX_CHARACTERS,
): KnownConversations {
  const byAddresses = new Map<string, Conversation[]>();
  let characters = 0;
  return {
    find(text) {
      const ends = endsOf(text);
      if (ends === undefined) return undefined;
      const forms = byAddresses.get(addressesAt(text, ends.uuidEnd));
      if (forms === undefined) return undefined;
      for (const form of forms) {
        const port = sourcePortOf(text, ends, form);
        if (port === 0) continue;
        const micros = readTime(text, HEAD.length, ends.timeEnd);
        if (micros === null) return undefined;
        const uuid = shortCopy(text.slice(ends.timeEnd + UUID_MARK.length, ends.uuidEnd));
        return { body: seenAgain(form.body, uuid, port), name: form.name, micros, timeEnd: ends.timeEnd };
      }
      return undefined;
    },
    keep(text, look, { body, name }) {
      const ends = endsOf(text);
      const addresses = ends === undefined ? '' : addressesAt(text, ends.uuidEnd);
      if (ends === undefined || addresses === '') return;
      const portStart = text.indexOf(SOURCE_PORT, ends.uuidEnd) + SOURCE_PORT.length;
      const afterStart = portStart + String(body.source.port).length;
      // Slices, which keep the line alive: they are nearly all of it.
      const before = text.slice(ends.uuidEnd, portStart);
      const after = text.slice(afterStart, outerTimeStart(look));
      if (characters > maxCharacters) {
        byAddresses.clear();
        characters = 0;
      }
      characters += before.length + after.length;
      const forms = byAddresses.get(addresses);
      const form = { before, after, name, body };
      if (forms === undefined) byAddresses.set(ownCopy(addresses), [form]);
      else forms.unshift(form);
      if (forms !== undefined && forms.length > MAX_FORMS) forms.pop();
    },
  };
}

/** undefined: not as Hubble begins a line, or with an id that is none. */
function endsOf(text: string): Ends | undefined {
  const timeEnd = text.indexOf('"', HEAD.length);
  const uuidStart = timeEnd + UUID_MARK.length;
  if (text.slice(0, HEAD.length) !== HEAD || text.slice(timeEnd, uuidStart) !== UUID_MARK) return undefined;
  const most = uuidStart + MAX_ID_LENGTH;
  for (let index = uuidStart; index <= most; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) return index === uuidStart ? undefined : { timeEnd, uuidEnd: index };
    if (!(code >= 0x20) || code === 0x5c) return undefined;
  }
  return undefined;
}

/** Both addresses and what stands between them; '' when they stand not as Hubble writes them. */
function addressesAt(text: string, uuidEnd: number): string {
  const start = text.indexOf(ADDRESSES, uuidEnd) + ADDRESSES.length;
  const between = text.indexOf('"', start);
  const end = text.indexOf('"', between + BETWEEN_MARK.length);
  return start < ADDRESSES.length || between < 0 || end < 0 ? '' : text.slice(start, end);
}

/** Of a line of this form; 0: the line is of another. The length tells most, before anything is compared. */
function sourcePortOf(text: string, { timeEnd, uuidEnd }: Ends, { before, after }: Conversation): number {
  const portStart = uuidEnd + before.length;
  const outerEnd = text.length - LINE_END.length;
  const outerStart = outerEnd - (timeEnd - HEAD.length);
  const portEnd = outerStart - after.length;
  if (portEnd <= portStart || portEnd > portStart + PORT_DIGITS) return 0;
  const port = portAt(text, portStart);
  const isAlike =
    portStart + portWidth(port) === portEnd &&
    text.slice(uuidEnd, portStart) === before &&
    text.slice(portEnd, outerStart) === after &&
    text.slice(outerStart, outerEnd) === text.slice(HEAD.length, timeEnd) &&
    text.endsWith(LINE_END);
  return isAlike ? port : 0;
}
