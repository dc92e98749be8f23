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

/** Chained, because most packets are the only ones of their port, and there are as many as verdicts. */
interface Packet<K> {
  readonly at: Micros;
  readonly counter: K;
  readonly before: Packet<K> | undefined;
}

/** The packets that share all but the source port; by source port, the last first. */
export type Streams<K> = Map<number, Packet<K>>;

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
  const single = new Map<K, number>();
  return {
    streamsOf(event) {
      const { node, direction, observed, transport, source, destination } = event.body;
      const ends = `${source.ip}|${destination.ip}|${destination.port}`;
      const text = `${event.cluster}|${node}|${direction}|${observed}|${transport}|${ends}`;
      const known = all.get(text);
      if (known !== undefined) return known;
      const streams: Streams<K> = new Map();
      all.set(text, streams);
      return streams;
    },
    add(event, streams, counter) {
      const { port } = event.body.source;
      // Without a port (ICMP, or a masked field) packets of different attempts cannot be told apart.
      if (port === 0) increase(single, counter);
      else streams.set(port, { at: event.observedAt, counter, before: streams.get(port) });
    },
    count() {
      const counts = new Map(single);
      for (const streams of all.values()) for (const last of streams.values()) countPackets(counts, last);
      return counts;
    },
  };
}

function countPackets<K extends Keyed>(counts: Map<K, number>, last: Packet<K>): void {
  if (last.before === undefined) {
    increase(counts, last.counter);
    return;
  }
  const sorted = packetsOf(last).sort((a, b) => a.at - b.at || (a.counter.key < b.counter.key ? -1 : 1));
  sorted.forEach((packet, index) => {
    const before = sorted[index - 1];
    if (before === undefined || packet.at - before.at >= MICROS_PER_MINUTE) increase(counts, packet.counter);
  });
}

function increase<K>(counts: Map<K, number>, counter: K): void {
  counts.set(counter, (counts.get(counter) ?? 0) + 1);
}

function packetsOf<K>(last: Packet<K>): Packet<K>[] {
  const packets: Packet<K>[] = [];
  for (let packet: Packet<K> | undefined = last; packet !== undefined; packet = packet.before)
    packets.push(packet);
  return packets;
}
