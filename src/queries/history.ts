// What a store holds of the policies' history: every change that decides, in order, from which the timeline
// can be put together again. Specs stand in full, of Namespaces the labels; labels of CIDR groups are not kept
// in a store, and cannot be told from one.
import { isTrackedKind, type TrackedKind } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import { CONFIDENCES, type Confidence } from '../model/verdict.ts';
import { numberCell, textCell, timeCell, wordCell } from './cells.ts';
import { type Change, CHANGE_COLUMNS, changeOf } from './changes.ts';
import type { Question } from './question.ts';
import { TIMED_FEEDS } from './timedFeeds.ts';

/** One change that began or ended a version. */
export interface HistoryRow {
  readonly change: Change;
  readonly kind: TrackedKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number | null;
  readonly resourceVersion: string;
  /** null while in force, and for what is no version. */
  readonly until: Micros | null;
  readonly origin: string;
  readonly confidence: Confidence;
}

/** Sorted by policy, then time. */
export const HISTORY: Question<readonly HistoryRow[]> = {
  sql: `SELECT ${CHANGE_COLUMNS}, "policy.kind" AS kind, "policy.namespace" AS namespace,
      "policy.name" AS name, "policy.uid" AS uid, "policy.generation" AS generation,
      "policy.resource_version" AS resource_version, "change.until" AS held_until, "change.origin" AS origin
    FROM changes WHERE "change.outcome" IN ('version', 'tombstone', 'gap')
    ORDER BY cluster, ref, made_at, id`,
  read: (rows) => rows.flatMap(historyRow),
};

/** Of the columns of {@link HISTORY}; [] for what is of no kind that decides. */
export function historyRow(row: unknown): readonly HistoryRow[] {
  const kind = textCell(row, 'kind');
  if (!isTrackedKind(kind)) return [];
  return [
    {
      change: changeOf(row),
      kind,
      namespace: textCell(row, 'namespace'),
      name: textCell(row, 'name'),
      uid: textCell(row, 'uid'),
      generation: numberCell(row, 'generation'),
      resourceVersion: textCell(row, 'resource_version'),
      until: timeCell(row, 'held_until'),
      origin: textCell(row, 'origin'),
      confidence: wordCell(row, 'confidence', CONFIDENCES, 'metadata'),
    },
  ];
}

export interface AuditRange {
  readonly cluster: string;
  readonly from: Micros;
  readonly until: Micros;
}

/** What the audit log of each cluster covered. */
export const AUDIT_RANGES: Question<readonly AuditRange[]> = {
  sql: `SELECT coalesce("orchestrator.cluster.name", '') AS cluster, min("feed.from") AS begun,
      max("feed.until") AS ended
    FROM feeds WHERE "feed.name" = 'audit' AND ${TIMED_FEEDS} GROUP BY cluster ORDER BY cluster`,
  read: (rows) =>
    rows.flatMap((row) => {
      const from = timeCell(row, 'begun');
      const until = timeCell(row, 'ended');
      return from === null || until === null ? [] : [{ cluster: textCell(row, 'cluster'), from, until }];
    }),
};
