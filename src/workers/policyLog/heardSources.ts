// Which clusters each audit source was heard for. A source whose partition is read to its end says so once, and
// not for each cluster: that watermark, which names no cluster, speaks for all of them.
import type { Event, Watermark } from '../../model/event.ts';

export interface HeardSources {
  /**
   * The watermark, once for each cluster that it speaks for. One without a cluster speaks for those that its
   * source was heard for before it; what is heard of later has a watermark of its own, which is newer.
   */
  spread(event: Event<Watermark>): readonly Event<Watermark>[];
}

export function createHeardSources(): HeardSources {
  const clusters = new Map<string, Set<string>>();
  return {
    spread(event) {
      const { auditSource } = event.body;
      const heard = clusters.get(auditSource) ?? new Set();
      clusters.set(auditSource, heard);
      if (event.cluster === '') return [...heard].map((cluster) => ({ ...event, cluster }));
      heard.add(event.cluster);
      return [event];
    },
  };
}
