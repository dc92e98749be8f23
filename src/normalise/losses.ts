// Puts neighbouring reports of lost events together: a ring buffer that overflows reports every few
// milliseconds, and a person wants to read "312 events lost on node-2, 09:14–09:16".

import type { Event, FeedStatus } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { MICROS_PER_MINUTE } from '../model/time.ts';

/** Reports of the same loss lie no further apart. */
const SAME_LOSS_MICROS = MICROS_PER_MINUTE;

/** Losses that are kept apart for one source, node and cause; beyond, the last one grows. */
const MAX_LOSSES = 1_000;

/** Sources, nodes and causes; beyond, they share one series that names no node. */
const MAX_SERIES = 20_000;

/** Reports that are remembered; copies of later ones count. */
const MAX_REPORTS = 100_000;

export interface Losses {
  /**
   * A FeedStatus that says how many events were lost; in any order, best by time.
   * @returns false for a report that was added before (a line read twice): it is not counted again
   */
  readonly add: (event: Event<FeedStatus>) => boolean;
  /** One event for each loss, with the sum of its reports; in the order in which they were first seen. */
  readonly events: () => readonly Event<FeedStatus>[];
}

export function createLosses(): Losses {
  const bySeries = new Map<string, Event<FeedStatus>[]>();
  const reports = new Set<string>();
  return {
    add: (reported) => {
      const { cluster, origin, body } = reported;
      if (reports.has(reported.id)) return false;
      if (reports.size < MAX_REPORTS) reports.add(reported.id);
      const own = JSON.stringify([origin.source, cluster, body.reporter, body.lostSource]);
      const isKnown = bySeries.has(own) || bySeries.size < MAX_SERIES;
      const key = isKnown ? own : '';
      const event = isKnown ? reported : { ...reported, body: { ...body, reporter: '' } };
      const series = bySeries.get(key) ?? [];
      bySeries.set(key, series);
      const last = series.at(-1);
      if (last !== undefined && (series.length >= MAX_LOSSES || isSameLoss(last.body, body)))
        series[series.length - 1] = merged(last, event);
      else series.push(event);
      return true;
    },
    events: () => [...bySeries.values()].flat(),
  };
}

function isSameLoss(one: FeedStatus, other: FeedStatus): boolean {
  return other.from <= one.until + SAME_LOSS_MICROS && other.until >= one.from - SAME_LOSS_MICROS;
}

function merged(one: Event<FeedStatus>, other: Event<FeedStatus>): Event<FeedStatus> {
  const body: FeedStatus = {
    ...one.body,
    lost: one.body.lost + other.body.lost,
    from: Math.min(one.body.from, other.body.from),
    until: Math.max(one.body.until, other.body.until),
  };
  return { ...one, id: hashHex(128, [one.id, other.id]), body };
}
