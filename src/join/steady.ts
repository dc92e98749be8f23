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
 * @param boundaries of the epochs and contexts of its subject: lists that ascend
 * @returns null where namespace labels have a history: then other times mean other labels
 */
export function steadyAround(
  event: FlowEvent,
  timeline: TimelineReader,
  settings: JoinSettings,
  boundaries: readonly (readonly Micros[])[],
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
  const lists = [...boundaries, times.sort((a, b) => a - b)];
  let steady = ALWAYS;
  for (const shift of shifts) for (const list of lists) steady = between(list, shift, t, steady);
  return steady;
}

const ALWAYS: Steady = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/**
 * What is left of a stretch around t that none of the times cuts, each moved by `shift`.
 * @param times ascending; there may be thousands
 */
function between(times: readonly Micros[], shift: Micros, t: Micros, { from, until }: Steady): Steady {
  const next = firstAfter(times, t - shift);
  const before = times[next - 1] ?? Number.NEGATIVE_INFINITY;
  const after = times[next] ?? Number.POSITIVE_INFINITY;
  return { from: Math.max(from, before + shift), until: Math.min(until, after + shift) };
}

/** Index of the first time after t. */
function firstAfter(times: readonly Micros[], t: Micros): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) > t) high = middle;
    else low = middle + 1;
  }
  return low;
}
