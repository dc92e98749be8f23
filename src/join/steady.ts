// For how long an answer stays what it is: until the next of the times at which anything that it rests on may
// change. Rather too short than too long.
import { FOREVER, MICROS_PER_HOUR, MICROS_PER_MS, type Micros } from '../model/time.ts';
import type { TimelineReader } from '../timeline/reader.ts';
import { auditModeSwitchedOff } from './cause.ts';
import type { JoinSettings } from './enriched.ts';
import type { FlowEvent } from '../model/event.ts';
import { peerOf, subjectOf } from '../model/event.ts';

/** [from, until) */
export interface Steady {
  readonly from: Micros;
  readonly until: Micros;
}

/**
 * Around the time of a verdict, for all verdicts alike (recentFlows.ts).
 * @param boundaries of the epochs and contexts of its subject
 * @returns null where namespace labels have a history: then other times mean other labels
 */
export function steadyAround(
  event: FlowEvent,
  timeline: TimelineReader,
  settings: JoinSettings,
  boundaries: readonly Micros[],
): Steady | null {
  const t = event.observedAt;
  const spans = [subjectOf(event.body), peerOf(event.body)].map(({ namespace }) =>
    namespace === '' ? [] : timeline.namespaceLabels(namespace),
  );
  if (spans.some(({ length }) => length > 1)) return null;
  const reported = event.body.reported.flatMap(({ uid }) => (uid === '' ? [] : timeline.versionsOfUid(uid)));
  const times: Micros[] = [];
  for (const { from, until } of [...spans.flat(), ...reported]) times.push(from, until);
  for (const stretch of [timeline.completeAround(FOREVER), timeline.auditRange()])
    if (stretch !== null) times.push(stretch.from);
  const off = auditModeSwitchedOff(timeline, t);
  if (off !== null) times.push(off.at, off.at + settings.changeDriftHours * MICROS_PER_HOUR + 1);
  const { propagationMs, clockSkewMs } = settings;
  // The state of other times matters, too: what the datapath may still, or already, act on.
  const shifts = [0, propagationMs * MICROS_PER_MS, -clockSkewMs * MICROS_PER_MS];
  return shifts.reduce(
    (steady, shift) => between(boundaries, shift, t, between(times, shift, t, steady)),
    ALWAYS,
  );
}

const ALWAYS: Steady = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** What is left of a stretch around t that none of the times cuts, each moved by `shift`. */
function between(times: readonly Micros[], shift: number, t: Micros, { from, until }: Steady): Steady {
  let last = from;
  let next = until;
  for (const time of times) {
    const at = time + shift;
    if (at > t) {
      if (at < next) next = at;
    } else if (at > last) last = at;
  }
  return { from: last, until: next };
}
