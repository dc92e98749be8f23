// Everybody whom the flows name: so that a question nobody tried can be asked with the labels that its ends
// had elsewhere, and a mistyped name is answered with the nearest ones. Bounded; keeps the newest labels.
import type { Endpoint, FlowEvent } from '../../model/event.ts';
import type { Micros } from '../../model/time.ts';
import { type EndPattern, matchesEnd } from './ends.ts';

/** An endpoint as it was last seen. */
export interface Known {
  readonly cluster: string;
  readonly end: Endpoint;
  readonly at: Micros;
}

export interface Directory {
  add(event: FlowEvent): void;
  /** The newest first. */
  find(pattern: EndPattern): readonly Known[];
  /** `namespace/workload` or entity of everybody, sorted. */
  names(): readonly string[];
}

const MOST = 20_000;

export function createDirectory(): Directory {
  const known = new Map<string, Known>();

  function note(cluster: string, end: Endpoint, at: Micros): void {
    const key = `${cluster}|${end.namespace}|${end.workload || end.pod}|${end.namespace === '' ? end.ip : ''}`;
    const before = known.get(key);
    if (before === undefined && known.size >= MOST) return;
    // Labels can be hidden in one record and shown in another.
    const isBetter = before === undefined || (at >= before.at && end.labels.length > 0);
    if (isBetter) known.set(key, { cluster, end, at });
  }

  return {
    add({ cluster, observedAt, body }) {
      note(cluster, body.source, observedAt);
      note(cluster, body.destination, observedAt);
    },
    find: (pattern) =>
      [...known.values()]
        .filter(({ end }) => matchesEnd(pattern, end))
        .toSorted((a, b) => b.at - a.at || (endName(a.end) < endName(b.end) ? -1 : 1)),
    names: () => [...new Set([...known.values()].map(({ end }) => endName(end)))].toSorted(),
  };
}

/** As an argument of the command. */
export function endName({ namespace, workload, pod, entity, ip }: Endpoint): string {
  return namespace === '' ? entity || ip : `${namespace}/${workload || pod}`;
}
