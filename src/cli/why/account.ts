// What the policies of one end say about the conversation: at the time asked about and at the end of the
// logs, the change that made it so and the one that ended it, and what would help.
import type { CauseFound } from '../../join/cause.ts';
import type { Standing } from '../../join/inquiry.ts';
import { type FlowEvent, peerOf, subjectOf } from '../../model/event.ts';
import { MICROS_PER_MS, type Micros } from '../../model/time.ts';
import type { Account, Declaration } from '../../report/why/answer.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import { tookBack } from './handmade.ts';
import { helpsOf } from './help.ts';
import type { Inquest } from './inquest.ts';
import { endOf, seenOf } from './seen.ts';
import type { Sighting } from './sightings.ts';

/** @param sighting the verdicts to explain, those of `event`; null: nobody tried it at t */
export function accountOf(inquest: Inquest, event: FlowEvent, t: Micros, sighting: Sighting | null): Account {
  const { inquiry, told, end } = inquest;
  const asOf = declarationOf(inquiry.standing(event, t), sighting);
  const now = inquiry.standing(event, end);
  const found = inquiry.causeAt(event, t);
  const cause = sighting === null ? found.cause : (judgedCause(inquest, sighting, found) ?? found.cause);
  const flip = inquiry.nextFlip(event, t, end);
  const latest = inquiry.causeAt(event, end).cause?.change ?? null;
  const wasLetThrough = ['forwarded', 'redirected'].includes(sighting?.event.body.observed ?? '');
  return {
    direction: event.body.direction,
    subject: endOf(subjectOf(event.body)),
    peer: endOf(peerOf(event.body)),
    sighting: sighting === null ? null : seenOf([sighting]),
    asOf,
    now: declarationOf(now, null),
    cause:
      cause === null
        ? null
        : {
            change: told(cause.change),
            before: cause.before,
            lagMs: lagOf(inquest, cause.change, event),
            tookBack: tookBack(inquest, cause.change),
          },
    isHistoryComplete: found.history === 'complete',
    ended: flip === null ? null : { ...flip, change: flip.change === null ? null : told(flip.change) },
    latest:
      latest === null || latest.id === cause?.change.id || latest.id === flip?.change?.id
        ? null
        : { change: told(latest), after: now.decision.declared },
    helps: wasLetThrough ? [] : helpsOf(inquest, now),
  };
}

/** What the join found for the verdicts themselves stands: it knows what was observed. */
function declarationOf(standing: Standing, sighting: Sighting | null): Declaration {
  const { decision, at, explained } = standing;
  const { declared, reason, undecidable } = sighting === null ? decision : sighting.judgement;
  const isUntold = undecidable.includes('no-snapshot') || undecidable.includes('before-history');
  return {
    at,
    declared,
    reason,
    undecidable,
    lines: isUntold ? [] : explained.map(({ policy, text }) => ({ policy, text })),
    selecting: decision.selecting,
  };
}

/** A denial that began to bite when audit mode was switched off is caused by that. */
function judgedCause({ timeline }: Inquest, { judgement }: Sighting, found: CauseFound): CauseFound['cause'] {
  if (judgement.causeId === '' || judgement.causeId === found.cause?.change.id) return found.cause;
  const change = timeline.changes().find(({ id }) => id === judgement.causeId);
  return change === undefined ? null : { change, before: 'denied' };
}

/** From the change to the first verdict that it explains. */
function lagOf({ sightings }: Inquest, change: ChangeRecord, { body }: FlowEvent): number | null {
  const firsts = sightings
    .filter(
      ({ event, judgement }) => judgement.causeId === change.id && event.body.direction === body.direction,
    )
    .filter(({ judgement }) => !judgement.drift.includes('propagating'))
    .map(({ firstSeen }) => firstSeen);
  return firsts.length === 0 ? null : (Math.min(...firsts) - change.at) / MICROS_PER_MS;
}
