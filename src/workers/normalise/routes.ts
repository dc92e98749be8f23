// Which partition of `netpol.events` an event goes to: by cluster, node and subject workload, so that the attempts
// of one conversation, as one node saw them, meet in one block, in the order in which they were exported. Figures
// of a feed go by cluster and reporter.
import { type FeedStatus, type FlowVerdict, subjectOf } from '../../model/event.ts';

/** What the way of an event depends on. */
export interface Routed {
  readonly cluster: string;
  readonly body: FlowVerdict | FeedStatus;
}

export interface Route {
  readonly partition: number;
  /** The message key, `cluster\nnode\nnamespace/workload`. */
  readonly key: Uint8Array;
}

/** Workloads come and go; beyond so many the cache starts anew. */
const MAX_ROUTES = 50_000;

/**
 * Stable over processes and versions, for one number of partitions: with another number events go elsewhere, and
 * copies of what was sent just before are no longer recognised.
 */
export function createRoutes(partitions: number): (event: Routed) => Route {
  const known = new Map<string, Route>();
  return (event) => {
    const text = keyText(event);
    const cached = known.get(text);
    if (cached !== undefined) return cached;
    const route = { partition: partitionOf(text, partitions), key: new TextEncoder().encode(text) };
    if (known.size >= MAX_ROUTES) known.clear();
    known.set(text, route);
    return route;
  };
}

/** FNV-1a, 32 bits, over the UTF-16 code units (low byte, then high), modulo the number of partitions. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}

function keyText({ cluster, body }: Routed): string {
  if (body.kind === 'FeedStatus') return `${cluster}\n${body.reporter}\n/`;
  const { namespace, workload } = subjectOf(body);
  return `${cluster}\n${body.node}\n${namespace}/${workload}`;
}
