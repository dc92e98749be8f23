// Tells connection attempts from retransmissions: packets of one node, 5-tuple, direction and observed
// verdict, each less than a minute after the one before, are one attempt (a denied SYN is sent again after
// 1, 3, 7 … s, and each packet is judged again). Counted when the block closes, so that the order of
// arrival cannot show.
import type { FlowEvent } from '../model/event.ts';
import { MICROS_PER_MINUTE, type Micros } from '../model/time.ts';

/** What counts verdicts: an attempt counts where its first packet does. */
interface Keyed {
  readonly key: string;
}

/** The packets that share all but the source port: three lists side by side, since packets are as many as verdicts. */
export interface Streams<K> {
  /** Source ports. */
  readonly ports: number[];
  readonly times: Micros[];
  readonly counters: K[];
}

/** Source ports that there are. */
const PORTS = 65_536;

/**
 * By source port the index of its last packet in the stream that is being counted, + 1; 0: none. All 0 before and
 * after each stream, so one for all: it is a quarter of a megabyte, and blocks are counted at every flush.
 */
const lastOfPort = new Int32Array(PORTS);

export interface Attempts<K extends Keyed> {
  /** Where the packets of an event belong. Events of equal streams have the same. */
  streamsOf(event: FlowEvent): Streams<K>;
  /** @param streams those of the event */
  add(event: FlowEvent, streams: Streams<K>, counter: K): void;
  /** Attempts of each counter. */
  count(): ReadonlyMap<K, number>;
}

export function createAttempts<K extends Keyed>(): Attempts<K> {
  const all = new Map<string, Streams<K>>();
  return {
    streamsOf(event) {
      const { node, direction, observed, transport, source, destination } = event.body;
      const ends = `${source.ip}|${destination.ip}|${destination.port}`;
      const text = `${event.cluster}|${node}|${direction}|${observed}|${transport}|${ends}`;
      const known = all.get(text);
      if (known !== undefined) return known;
      const streams: Streams<K> = { ports: [], times: [], counters: [] };
      all.set(text, streams);
      return streams;
    },
    add(event, { ports, times, counters }, counter) {
      ports.push(event.body.source.port);
      times.push(event.observedAt);
      counters.push(counter);
    },
    count() {
      const counts = new Map<K, number>();
      const before: number[] = [];
      for (const streams of all.values()) countPackets(counts, streams, before);
      return counts;
    },
  };
}

/** @param before to be written over: index of the packet before with the same port, + 1; 0: none */
function countPackets<K extends Keyed>(counts: Map<K, number>, streams: Streams<K>, before: number[]): void {
  const { ports, counters } = streams;
  for (const [index, port] of ports.entries()) {
    before[index] = lastOfPort[port] ?? 0;
    lastOfPort[port] = index + 1;
  }
  for (const [index, port] of ports.entries()) {
    const counter = counters[index];
    const isLast = lastOfPort[port] === index + 1;
    // Without a port (ICMP, or a masked field) packets of different attempts cannot be told apart.
    const isAlone = !isPort(port) || (isLast && before[index] === 0);
    if (isAlone && counter !== undefined) increase(counts, counter);
    else if (isLast) countStream(counts, packetsOf(streams, before, index));
  }
  for (const port of ports) lastOfPort[port] = 0;
}

function isPort(port: number): boolean {
  return port > 0 && port < PORTS;
}

interface Packet<K> {
  readonly at: Micros;
  readonly counter: K;
}

/** Of one port: the last packet and all before it. */
function packetsOf<K>({ times, counters }: Streams<K>, before: readonly number[], last: number): Packet<K>[] {
  const packets: Packet<K>[] = [];
  for (let index = last; index >= 0; index = (before[index] ?? 0) - 1) {
    const [at, counter] = [times[index], counters[index]];
    if (at !== undefined && counter !== undefined) packets.push({ at, counter });
  }
  return packets;
}

function countStream<K extends Keyed>(counts: Map<K, number>, packets: Packet<K>[]): void {
  const sorted = packets.sort((a, b) => a.at - b.at || (a.counter.key < b.counter.key ? -1 : 1));
  sorted.forEach((packet, index) => {
    const earlier = sorted[index - 1];
    if (earlier === undefined || packet.at - earlier.at >= MICROS_PER_MINUTE)
      increase(counts, packet.counter);
  });
}

function increase<K>(counts: Map<K, number>, counter: K): void {
  counts.set(counter, (counts.get(counter) ?? 0) + 1);
}
