// The few words that the script makes itself: figures, times, and how bad something is.

import type { Badness } from './sums.ts';

/** `1,247`. */
export function figure(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 verdict`, `3 verdicts`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${figure(count)} ${count === 1 ? noun : plural}`;
}

/** `09:24:59`, UTC; with the date on another day than the page's. */
export function timeText(ms: number, day: string): string {
  const text = new Date(ms).toISOString();
  const time = text.slice(11, 19);
  return text.startsWith(day) ? time : `${text.slice(0, 10)} ${time}`;
}

/** `09:25`, likewise. */
export function minuteText(ms: number, day: string): string {
  return timeText(ms, day).slice(0, -3);
}

export const BADNESS_WORDS: Readonly<Record<Badness, string>> = {
  hole: 'not enforced',
  broken: 'broken by a change',
  odd: 'not as declared',
  opened: 'opened by a change',
  audited: 'audited',
  denied: 'denied',
  unknown: 'cannot tell',
  fine: 'allowed',
};

/** For cells of the matrix. */
export const BADNESS_SHORT: Readonly<Record<Badness, string>> = {
  hole: 'not enforced',
  broken: 'broken',
  odd: 'odd',
  opened: 'opened',
  audited: 'audited',
  denied: 'denied',
  unknown: 'unknown',
  fine: '',
};
