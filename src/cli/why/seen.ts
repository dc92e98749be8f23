// The sightings as rows of the answer: pairs of ends that were judged alike are one row.
import { type Endpoint, peerOf, subjectOf } from '../../model/event.ts';
import type { FlowDrift } from '../../model/verdict.ts';
import type { End } from '../../queries/flows.ts';
import type { Seen } from '../../report/why/answer.ts';
import { type Judgement, type Sighting, together } from './sightings.ts';

/** In order of time. */
export function seenRows(sightings: readonly Sighting[]): readonly Seen[] {
  const groups = Map.groupBy(sightings, ({ event, judgement }) =>
    JSON.stringify([event.body.direction, event.body.observed, shownOf(judgement)]),
  );
  return [...groups.values()]
    .map(seenOf)
    .toSorted((a, b) => a.firstSeen - b.firstSeen || a.lastSeen - b.lastSeen);
}

/** Sightings that were judged alike; there is at least one. */
export function seenOf(alike: readonly Sighting[]): Seen {
  const all = alike.reduce(together);
  const { judgement, count, firstSeen, lastSeen } = all;
  const flow = all.event.body;
  const pairs = new Set(
    alike.map(({ event: { body } }) => JSON.stringify([endOf(body.source), endOf(body.destination)])),
  );
  const { declared, reason, undecidable, isolating, deciding, reported, drift } = judgement;
  return {
    direction: flow.direction,
    subject: endOf(subjectOf(flow)),
    peer: endOf(peerOf(flow)),
    pairs: pairs.size,
    observed: flow.observed,
    declared,
    reason,
    undecidable,
    isolating,
    deciding,
    reported,
    drift,
    count,
    firstSeen,
    lastSeen,
  };
}

export function endOf({ namespace, workload, pod, entity, ip }: Endpoint): End {
  return { namespace, workload: workload || pod, entity, ip: namespace === '' ? ip : '' };
}

const MISFITS: readonly FlowDrift[] = ['not-enforced', 'propagating', 'stale-version', 'unexpected-deny'];

/** What a row says of a judgement: two that differ in nothing else are one. */
function shownOf({ declared, reason, undecidable, isolating, deciding, ...judgement }: Judgement): unknown {
  const drift = judgement.drift.filter((name) => MISFITS.includes(name));
  const isLate = drift.includes('propagating');
  return [
    declared,
    reason,
    undecidable,
    reason === 'default-deny' ? isolating : deciding,
    reason === 'undecidable' ? judgement.reported : [],
    isLate ? '' : judgement.causeId,
    drift,
  ];
}
