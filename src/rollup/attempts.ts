// Tells connection attempts from retransmissions: packets of one node, 5-tuple, direction and observed
// verdict, each less than a minute after the one before, are one attempt (a denied SYN is sent again after
// 1, 3, 7 … s, and each packet is judged again). Counted when the block closes, so that the order of
// arrival cannot show.
import type { FlowEvent } from '../model/event.ts';
import { MICROS_PER_MINUTE, type Micros } from '../model/time.ts';

/** Chained, because most streams hold only one, and there are as many as verdicts. */
interface Packet {
  readonly at: Micros;
  readonly key: string;
  readonly before: Packet | undefined;
}

export interface Attempts {
  /** @param key of the rollup that counts the verdict. */
  add(event: FlowEvent, key: string): void;
  /** Attempts by rollup key: an attempt counts where its first packet does. */
  count(): ReadonlyMap<string, number>;
}

export function createAttempts(): Attempts {
  const streams = new Map<string, Packet>();
  const single = new Map<string, number>();
  const increase = (counts: Map<string, number>, key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  return {
    add(event, key) {
      const flow = event.body;
      const { source, destination } = flow;
      // Without a port (ICMP, or a masked field) packets of different attempts cannot be told apart.
      if (source.port === 0) {
        increase(single, key);
        return;
      }
      const stream = `${event.cluster}|${flow.node}|${flow.direction}|${flow.observed}|${flow.transport}|${source.ip}|${source.port}|${destination.ip}|${destination.port}`;
      streams.set(stream, { at: event.observedAt, key, before: streams.get(stream) });
    },
    count() {
      const counts = new Map(single);
      for (const last of streams.values()) {
        const sorted = packetsOf(last).sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
        sorted.forEach((packet, index) => {
          const before = sorted[index - 1];
          if (before === undefined || packet.at - before.at >= MICROS_PER_MINUTE)
            increase(counts, packet.key);
        });
      }
      return counts;
    },
  };
}

function packetsOf(last: Packet): Packet[] {
  const packets: Packet[] = [];
  for (let packet: Packet | undefined = last; packet !== undefined; packet = packet.before)
    packets.push(packet);
  return packets;
}
