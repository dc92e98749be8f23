// Which of the verdicts an answer is about: the ones at the time asked; else the last that somebody would
// ask about, because it was denied, or went another way than the policies say, or cannot be told.
import type { Micros } from '../../model/time.ts';
import type { Sighting } from './sightings.ts';

/** @returns null without any. */
export function focusOf(sightings: readonly Sighting[], at: Micros | null): Sighting | null {
  if (at === null) {
    const [newest] = sightings.toSorted((a, b) => rankOf(b) - rankOf(a) || b.lastSeen - a.lastSeen);
    return newest ?? null;
  }
  const [closest] = sightings.toSorted(
    (a, b) => distanceTo(a, at) - distanceTo(b, at) || rankOf(b) - rankOf(a) || b.lastSeen - a.lastSeen,
  );
  return closest ?? null;
}

/** What fits the policies of moments before is only late, and asks no question. */
function rankOf({ event, judgement }: Sighting): number {
  if (judgement.drift.includes('propagating')) return 0;
  const { observed } = event.body;
  const isDenied = observed !== 'forwarded' && observed !== 'redirected';
  return isDenied || judgement.declared !== 'allowed' ? 2 : 1;
}

/** Microseconds between a time and the nearest verdict of the sighting that is known. */
export function distanceTo({ firstSeen, lastSeen }: Sighting, t: Micros): Micros {
  return Math.max(firstSeen - t, t - lastSeen, 0);
}
