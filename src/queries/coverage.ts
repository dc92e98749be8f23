// What the feeds covered: which nodes and API servers spoke, and where events were lost, how many and when.

import type { Micros } from '../model/time.ts';
import { countCell, textCell, timeCell } from './cells.ts';
import type { Question } from './question.ts';
import { TIMED_FEEDS } from './timedFeeds.ts';

export interface Reporter {
  readonly cluster: string;
  readonly feed: string;
  /** Node of the flows, source of the audit events; '' when not told. */
  readonly name: string;
  /** Events that the source says it lost. */
  readonly lost: number;
  /** Spans in which it lost some. */
  readonly gaps: number;
  /** From the first to the last span with losses; null without any. */
  readonly lostFrom: Micros | null;
  readonly lostUntil: Micros | null;
}

export const REPORTERS: Question<readonly Reporter[]> = {
  sql: `SELECT "orchestrator.cluster.name" AS cluster, "feed.name" AS feed, "observer.name" AS name,
      CAST(coalesce(sum("count") FILTER (losing), 0) AS BIGINT) AS lost, count(*) FILTER (losing) AS gaps,
      min("feed.from") FILTER (losing AND timed) AS lost_from, max("feed.until") FILTER (losing AND timed) AS lost_until
    FROM (SELECT *, "feed.count_kind" = 'lost' AS losing, ${TIMED_FEEDS} AS timed FROM feeds)
    GROUP BY ALL ORDER BY cluster, feed, name`,
  read: (rows) =>
    rows.map((row) => ({
      cluster: textCell(row, 'cluster'),
      feed: textCell(row, 'feed'),
      name: textCell(row, 'name'),
      lost: countCell(row, 'lost'),
      gaps: countCell(row, 'gaps'),
      lostFrom: timeCell(row, 'lost_from'),
      lostUntil: timeCell(row, 'lost_until'),
    })),
};
