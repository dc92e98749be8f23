// Frames of flow verdicts like those that were encoded before: the counterpart of knownFrames.ts. What the ends of a
// connection and its judgement take in a frame is kept as it was encoded, and only id, time, origin and source port are
// written anew. The frame is that of the library's encoder, byte by byte; nothing but speed depends on what is kept,
// which is bounded, and forgotten as a whole.
import { giveBack } from '../model/bytes.ts';
import type { Endpoint, FlowEvent, FlowVerdict, L7Summary, ReportedPolicy } from '../model/event.ts';
import { createFlowScan } from './flowSpans.ts';
import { HEADER_BYTES } from './frame.ts';

type Encode = (event: FlowEvent) => Uint8Array;

/** A verdict, and what it takes in frames beside what is new in each. */
interface Form {
  readonly like: FlowVerdict;
  /** The symbol's number. */
  readonly judgement: number;
  /** Behind the uuid, up to the source port. */
  readonly first: Uint8Array;
  /** Behind the source port. */
  readonly last: Uint8Array;
}

/** Frames are cut out of pieces of memory of this size. */
const SLAB_BYTES = 64 * 1024;
/** For two addresses: directions, ports and answers. What was kept longest ago goes. */
const MAX_FORMS = 16;
const MAX_BYTES = 16 * 1024 * 1024;
/** All numbers of a frame, and the lengths of its texts. */
const NUMBERS_BYTES = 80;

export interface Lent<T> {
  readonly made: T;
  /** Gives the memory of the frames back: they are empty from then on. */
  readonly release: () => void;
}

export interface FlowFrames {
  /** A frame, which may share its memory with others. */
  readonly encode: Encode;
  /** The frames that `make` encodes share no memory with others. */
  readonly lend: <T>(make: () => T) => Lent<T>;
}

/**
 * @param header of the frames
 * @param encode by the library
 */
export function createFlowFrames(header: Uint8Array, encode: Encode): FlowFrames {
  const forms = createForms(header);
  const names = createNames();
  const slabs = createSlabs();

  function write(event: FlowEvent, { judgement, first, last }: Form): Uint8Array {
    const { id, origin, body } = event;
    const cluster = names(event.cluster);
    const source = names(origin.source);
    const texts = id.length + cluster.length + source.length + body.uuid.length;
    const most = HEADER_BYTES + NUMBERS_BYTES + texts + first.length + last.length;
    const { slab, start } = slabs.room(most);
    slab.set(header, start);
    let at = writeAscii(slab, start + HEADER_BYTES, id);
    at = writeBytes(slab, at, cluster);
    at = writeWhole(slab, at, event.observedAt);
    at = writeWhole(slab, at, event.observedAtNanos);
    at = writeBytes(slab, at, source);
    at = writeWhole(slab, at, origin.partition);
    at = writeWhole(slab, at, origin.offset);
    at = writeWhole(slab, at, origin.index);
    // The first branch of the union.
    at = writeWhole(slab, at, 0);
    at = writeWhole(slab, at, judgement);
    at = writeAscii(slab, at, body.uuid);
    at = writeBytes(slab, at, first);
    at = writeWhole(slab, at, body.source.port);
    return slab.subarray(start, slabs.use(writeBytes(slab, at, last)));
  }

  return {
    encode(event) {
      if (!isPlain(event)) return encode(event);
      const form = forms.find(event.body);
      if (form !== undefined) return write(event, form);
      const frame = encode(event);
      forms.keep(event.body, frame);
      return frame;
    },
    lend: (make) => slabs.lend(make),
  };
}

/** Memory that is given out from its start to its end. */
function createSlabs() {
  let slabs: Uint8Array[] = [];
  /** Where there is room in the last of them. */
  const room = { slab: new Uint8Array(0), start: 0 };

  function begin(): void {
    room.slab = new Uint8Array(0);
    room.start = 0;
    slabs = [];
  }

  return {
    /** The same object at each call, to be read at once. @param most so many bytes are free from `start` on */
    room(most: number): typeof room {
      if (room.slab.length - room.start >= most) return room;
      room.slab = new Uint8Array(Math.max(SLAB_BYTES, most));
      room.start = 0;
      slabs.push(room.slab);
      return room;
    },
    /** Takes the room up to there. */
    use(end: number): number {
      room.start = end;
      return end;
    },
    lend<T>(make: () => T): Lent<T> {
      begin();
      const made = make();
      const own = slabs;
      begin();
      return { made, release: () => own.forEach(giveBack) };
    },
  };
}

/** What {@link writeAscii} and {@link writeWhole} can write. */
function isPlain({ id, observedAt, observedAtNanos, origin, body }: FlowEvent): boolean {
  return (
    isAscii(id) &&
    (body.uuid === id || isAscii(body.uuid)) &&
    isWhole(observedAt) &&
    isWhole(observedAtNanos) &&
    isWhole(origin.partition) &&
    isWhole(origin.offset) &&
    isWhole(origin.index) &&
    isWhole(body.source.port)
  );
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

function isWhole(number: number): boolean {
  return number >= 0 && number < 2 ** 52 && Number.isInteger(number);
}

/** Zigzag, in base 128, the lowest first. @returns where the next begins */
function writeWhole(into: Uint8Array, at: number, value: number): number {
  let rest = 2 * value;
  let here = at;
  while (rest > 0x7f) {
    into[here] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
    here += 1;
  }
  into[here] = rest;
  return here + 1;
}

function writeAscii(into: Uint8Array, at: number, text: string): number {
  const start = writeWhole(into, at, text.length);
  for (let index = 0; index < text.length; index += 1) into[start + index] = text.charCodeAt(index);
  return start + text.length;
}

function writeBytes(into: Uint8Array, at: number, bytes: Uint8Array): number {
  into.set(bytes, at);
  return at + bytes.length;
}

/** Of clusters and sources, with their length before them. */
const MAX_NAMES = 10_000;

function createNames(): (name: string) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  const utf8 = new TextEncoder();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const bytes = utf8.encode(name);
    const written = new Uint8Array(bytes.length + NUMBERS_BYTES);
    const made = written.slice(0, writeBytes(written, writeWhole(written, 0, bytes.length), bytes));
    if (known.size >= MAX_NAMES) known.clear();
    known.set(name, made);
    return made;
  };
}

interface Forms {
  find(flow: FlowVerdict): Form | undefined;
  keep(flow: FlowVerdict, frame: Uint8Array): void;
}

function createForms(header: Uint8Array): Forms {
  const scan = createFlowScan(header);
  const bySource = new Map<string, Map<string, Form[]>>();
  let bytes = 0;
  return {
    find(flow) {
      const forms = bySource.get(flow.source.ip)?.get(flow.destination.ip);
      if (forms !== undefined) for (const form of forms) if (isAlike(form.like, flow)) return form;
      return undefined;
    },
    keep(flow, frame) {
      const spans = scan(frame);
      if (spans === null) return;
      if (bytes > MAX_BYTES) {
        bySource.clear();
        bytes = 0;
      }
      const { uuidEnd, firstEnd, lastStart, judgement } = spans;
      const form = {
        like: flow,
        judgement,
        first: frame.slice(uuidEnd, firstEnd),
        last: frame.slice(lastStart),
      };
      const { source, destination } = flow;
      const byDestination = bySource.get(source.ip) ?? new Map<string, Form[]>();
      const forms = byDestination.get(destination.ip) ?? [];
      forms.unshift(form);
      if (forms.length > MAX_FORMS) forms.pop();
      bySource.set(source.ip, byDestination.set(destination.ip, forms));
      bytes += frame.length;
    },
  };
}

/** But for uuid and source port. */
function isAlike(a: FlowVerdict, b: FlowVerdict): boolean {
  return (
    a.judgement === b.judgement &&
    a.observed === b.observed &&
    a.direction === b.direction &&
    a.transport === b.transport &&
    a.icmpType === b.icmpType &&
    a.icmpCode === b.icmpCode &&
    a.dropReason === b.dropReason &&
    a.matchType === b.matchType &&
    a.authType === b.authType &&
    a.isReply === b.isReply &&
    a.node === b.node &&
    a.weight === b.weight &&
    a.destination.port === b.destination.port &&
    isSameEnd(a.source, b.source) &&
    isSameEnd(a.destination, b.destination) &&
    isSameList(a.reported, b.reported, isSameReport) &&
    isSameList(a.policyLog, b.policyLog, isEqual) &&
    isSameSummary(a.l7, b.l7)
  );
}

/** But for its port. */
function isSameEnd(a: Endpoint, b: Endpoint): boolean {
  return (
    a === b ||
    (a.namespace === b.namespace &&
      a.pod === b.pod &&
      a.workload === b.workload &&
      a.workloadKind === b.workloadKind &&
      a.identity === b.identity &&
      a.ip === b.ip &&
      a.entity === b.entity &&
      a.cluster === b.cluster &&
      isSameList(a.labels, b.labels, isEqual) &&
      isSameList(a.dns, b.dns, isEqual))
  );
}

function isSameReport(a: ReportedPolicy, b: ReportedPolicy): boolean {
  return (
    a.effect === b.effect &&
    a.kind === b.kind &&
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.uid === b.uid &&
    a.revision === b.revision &&
    isSameList(a.labels, b.labels, isEqual)
  );
}

function isSameSummary(a: L7Summary | null, b: L7Summary | null): boolean {
  if (a === null || b === null) return a === b;
  return a.protocol === b.protocol && a.type === b.type && a.summary === b.summary;
}

/** Equal ones are one object nearly always. */
function isSameList<T>(a: readonly T[], b: readonly T[], isSame: (a: T, b: T) => boolean): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((item, index) => {
      const other = b[index];
      return other !== undefined && isSame(item, other);
    })
  );
}

function isEqual(a: string, b: string): boolean {
  return a === b;
}
