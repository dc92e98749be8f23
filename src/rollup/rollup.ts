// One rollup: all verdicts of a block that share a minute, a conversation and a judgement. Sums, minima and
// maxima only, so that the order of arrival cannot show.
import type { Enriched } from '../join/enriched.ts';
import { MICROS_PER_MINUTE, MICROS_PER_MS, type Micros } from '../model/time.ts';

export const WINDOW_MICROS = MICROS_PER_MINUTE;
export const MAX_SAMPLES = 3;
export const MAX_PODS = 5;

/** Start of the window that holds t: windows are aligned minutes of event time, [start, start + 1 min). */
export function windowStart(t: Micros): Micros {
  return Math.floor(t / WINDOW_MICROS) * WINDOW_MICROS;
}

/** A time to the nanosecond, comparable. */
export interface Seen {
  readonly micros: Micros;
  readonly nanos: number;
}

export interface Rollup {
  readonly window: Micros;
  /** Any verdict of the rollup: all agree on what the key says. */
  readonly example: Enriched;
  /** The peer was folded into `other`, since the block has too many keys. */
  readonly folded: boolean;
  readonly count: number;
  /** Known when the block closes; 0 before. */
  readonly attempts: number;
  readonly firstSeen: Seen;
  readonly lastSeen: Seen;
  /** Least time from the cause to a verdict; null without a cause. */
  readonly lagMs: number | null;
  /** The least ids, sorted, at most MAX_SAMPLES. */
  readonly samples: readonly string[];
  /** Source pods, sorted, at most MAX_PODS. */
  readonly pods: readonly string[];
}

/** The time from the cause to the verdict; null without a cause. Negative where clocks disagree. */
export function lagMs(verdict: Enriched): number | null {
  return verdict.cause === null
    ? null
    : Math.round((verdict.event.observedAt - verdict.cause.change.at) / MICROS_PER_MS);
}

/** A rollup of a block that is still open: verdicts are added to it in place. */
export interface OpenRollup {
  readonly key: string;
  readonly window: Micros;
  readonly example: Enriched;
  readonly folded: boolean;
  count: number;
  firstSeen: Seen;
  lastSeen: Seen;
  lagMs: number | null;
  samples: readonly string[];
  pods: readonly string[];
}

export function openRollup(key: string, verdict: Enriched, folded: boolean): OpenRollup {
  const { event } = verdict;
  const seen = { micros: event.observedAt, nanos: event.observedAtNanos };
  const { pod } = event.body.source;
  return {
    key,
    window: windowStart(event.observedAt),
    example: verdict,
    folded,
    count: event.body.weight,
    firstSeen: seen,
    lastSeen: seen,
    lagMs: lagMs(verdict),
    samples: [event.id],
    pods: pod === '' ? [] : [pod],
  };
}

export function addToRollup(rollup: OpenRollup, verdict: Enriched): void {
  const { event } = verdict;
  const seen = { micros: event.observedAt, nanos: event.observedAtNanos };
  const lag = lagMs(verdict);
  rollup.count += event.body.weight;
  if (isBefore(seen, rollup.firstSeen)) rollup.firstSeen = seen;
  if (isBefore(rollup.lastSeen, seen)) rollup.lastSeen = seen;
  if (lag !== null && rollup.lagMs !== null && lag < rollup.lagMs) rollup.lagMs = lag;
  rollup.samples = least(rollup.samples, event.id, MAX_SAMPLES);
  rollup.pods = least(rollup.pods, event.body.source.pod, MAX_PODS);
}

export function closedRollup({ key: _, ...rollup }: OpenRollup, attempts: number): Rollup {
  return { ...rollup, attempts };
}

function isBefore(a: Seen, b: Seen): boolean {
  return a.micros < b.micros || (a.micros === b.micros && a.nanos < b.nanos);
}

function least(items: readonly string[], item: string, most: number): readonly string[] {
  if (item === '' || items.includes(item)) return items;
  const last = items.at(-1);
  if (items.length === most && last !== undefined && item > last) return items;
  return [...items, item].sort().slice(0, most);
}
