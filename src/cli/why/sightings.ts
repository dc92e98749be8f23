// The verdicts of the conversation that was asked about, taken together: those that were judged alike for the
// same reason are one sighting with a count and its times. One example of each is kept, its newest, so that
// the memory does not grow with the log; beyond a bound nothing new is told apart.
import type { FlowEvent } from '../../model/event.ts';
import { policyOfRule } from '../../model/refs.ts';
import type { Micros } from '../../model/time.ts';
import type { Declared, FlowDrift, Reason, Undecidable } from '../../model/verdict.ts';
import { reportedRef } from '../../join/drift.ts';
import type { Enriched } from '../../join/enriched.ts';

/** How a verdict was judged, as both the join and a store tell it. */
export interface Judgement {
  readonly declared: Declared;
  readonly reason: Reason;
  readonly undecidable: readonly Undecidable[];
  readonly isolating: readonly string[];
  /** Policies of the rules that decided, sorted. */
  readonly deciding: readonly string[];
  readonly reported: readonly string[];
  readonly drift: readonly FlowDrift[];
  /** '' = none. */
  readonly causeId: string;
}

export interface Sighting {
  /** The newest verdict of them; its two ends stand for all. */
  readonly event: FlowEvent;
  readonly judgement: Judgement;
  readonly count: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
}

export interface Sightings {
  add(sighting: Sighting): void;
  /** Sorted by first, then last time. */
  list(): readonly Sighting[];
}

const MOST = 5_000;

export function createSightings(): Sightings {
  const found = new Map<string, Sighting>();
  return {
    add(sighting) {
      const key = keyOf(sighting);
      const known = found.get(key);
      if (known === undefined && found.size >= MOST) return;
      found.set(key, known === undefined ? sighting : together(known, sighting));
    },
    list: () =>
      [...found.values()].toSorted(
        (a, b) => a.firstSeen - b.firstSeen || a.lastSeen - b.lastSeen || (keyOf(a) < keyOf(b) ? -1 : 1),
      ),
  };
}

export function together(one: Sighting, other: Sighting): Sighting {
  const newest = other.lastSeen >= one.lastSeen ? other : one;
  return {
    ...newest,
    count: one.count + other.count,
    firstSeen: Math.min(one.firstSeen, other.firstSeen),
    lastSeen: Math.max(one.lastSeen, other.lastSeen),
  };
}

function keyOf({ event, judgement }: Sighting): string {
  const { source, destination, direction, transport, icmpType, observed } = event.body;
  const ends = [source, destination].map((end) => [
    end.namespace,
    end.workload,
    end.entity,
    end.namespace === '' ? end.ip : '',
    end.labels,
  ]);
  return JSON.stringify([event.cluster, direction, transport, icmpType, observed, ends, judgement]);
}

export function sightingOf({ event, decision, cause, drift }: Enriched): Sighting {
  const reported = event.body.reported.map(reportedRef).filter((ref) => ref !== '');
  return {
    event,
    judgement: {
      declared: decision.declared,
      reason: decision.reason,
      undecidable: decision.undecidable,
      isolating: decision.isolating,
      deciding: [...new Set(decision.deciding.map(policyOfRule))],
      reported: [...new Set(reported)].sort(),
      drift,
      causeId: cause?.change.id ?? '',
    },
    count: event.body.weight,
    firstSeen: event.observedAt,
    lastSeen: event.observedAt,
  };
}
