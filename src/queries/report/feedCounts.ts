// What became of the records of each feed, as a store tells it: how many of each kind, and out of how many files.

import { countCell, textCell } from '../cells.ts';
import type { Question } from '../question.ts';

export interface FeedCount {
  /** `flows`, `audit`. */
  readonly feed: string;
  /** `verdict`, `ignored:trace`, `rejected:not-json`, `lost`. */
  readonly name: string;
  readonly count: number;
}

export const FEED_COUNTS: Question<readonly FeedCount[]> = {
  sql: `SELECT "feed.name" AS feed, "feed.count_kind" AS name, CAST(sum("count") AS BIGINT) AS n
    FROM feeds GROUP BY ALL ORDER BY feed, name`,
  read: (rows) =>
    rows.map((row) => ({
      feed: textCell(row, 'feed'),
      name: textCell(row, 'name'),
      count: countCell(row, 'n'),
    })),
};

/** Files by feed; those without a single record are not known to a store. */
export const FEED_FILES: Question<ReadonlyMap<string, number>> = {
  sql: `SELECT "feed.name" AS feed, count(DISTINCT "feed.source") AS n FROM feeds GROUP BY feed ORDER BY feed`,
  read: (rows) => new Map(rows.map((row) => [textCell(row, 'feed'), countCell(row, 'n')])),
};
