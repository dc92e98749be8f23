// What was worked out for a flow, found again for one like it without making a key: the two are compared field
// by field, label lists as objects, since equal ones are one object nearly always. Where they are not, nothing
// is found, and the caller works it out. Flows are alike when only time, id, node, source port and what the
// datapath adds in passing can tell them apart.
import type { Endpoint, FlowEvent } from '../model/event.ts';

export interface RecentFlows<T> {
  /** What was added last for a flow alike, if it `fits`. */
  find(event: FlowEvent, fits: (value: T) => boolean): T | undefined;
  add(event: FlowEvent, value: T): void;
  clear(): void;
}

interface Recent<T> {
  readonly event: FlowEvent;
  readonly value: T;
}

/** For two addresses: directions, ports and answers. What was added longest ago goes. */
const MAX_RECENT = 16;

/** @param entries beyond so many everything is forgotten */
export function createRecentFlows<T>(entries: number): RecentFlows<T> {
  const bySource = new Map<string, Map<string, Recent<T>[]>>();
  let size = 0;

  function clear(): void {
    bySource.clear();
    size = 0;
  }

  return {
    find(event, fits) {
      const { source, destination } = event.body;
      const recent = bySource.get(source.ip)?.get(destination.ip);
      if (recent === undefined) return undefined;
      for (const one of recent) if (isAlike(one.event, event) && fits(one.value)) return one.value;
      return undefined;
    },
    add(event, value) {
      if (size >= entries) clear();
      const { source, destination } = event.body;
      const byDestination = bySource.get(source.ip) ?? new Map<string, Recent<T>[]>();
      const recent = byDestination.get(destination.ip) ?? [];
      recent.unshift({ event, value });
      if (recent.length > MAX_RECENT) recent.pop();
      else size += 1;
      bySource.set(source.ip, byDestination.set(destination.ip, recent));
    },
    clear,
  };
}

function isAlike(a: FlowEvent, b: FlowEvent): boolean {
  const one = a.body;
  const other = b.body;
  return (
    one.destination.port === other.destination.port &&
    one.direction === other.direction &&
    one.observed === other.observed &&
    one.transport === other.transport &&
    one.icmpType === other.icmpType &&
    one.reported === other.reported &&
    a.cluster === b.cluster &&
    isSameEnd(one.source, other.source) &&
    isSameEnd(one.destination, other.destination)
  );
}

/** But for its port. */
function isSameEnd(a: Endpoint, b: Endpoint): boolean {
  return (
    a === b ||
    (a.labels === b.labels &&
      a.pod === b.pod &&
      a.workload === b.workload &&
      a.namespace === b.namespace &&
      a.entity === b.entity &&
      a.identity === b.identity &&
      a.dns === b.dns &&
      a.ip === b.ip)
  );
}
