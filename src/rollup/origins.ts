// Tells re-sent events from new ones. A producer that died sends again what was not committed, so one raw
// record can stand in an events partition twice. Within it the origins of one raw partition ascend (one send
// in flight per partition keeps it so); an event that does not ascend is a copy. Contents are never compared.
import type { Origin } from '../model/event.ts';

/** The last event seen of one raw partition. */
export interface RawPosition {
  readonly offset: number;
  readonly index: number;
}

/** By `topic/partition` (topic names hold no slash). */
export type Origins = ReadonlyMap<string, RawPosition>;

export const NO_ORIGINS: Origins = new Map();

export function rawPartition({ source, partition }: Pick<Origin, 'source' | 'partition'>): string {
  return `${source}/${partition}`;
}

/** Whether an event of this origin stands in the partition already, given the last origins before it. */
export function isResent(origins: Origins, origin: Origin): boolean {
  const last = origins.get(rawPartition(origin));
  if (last === undefined) return false;
  return origin.offset < last.offset || (origin.offset === last.offset && origin.index <= last.index);
}
