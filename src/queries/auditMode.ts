// Which workloads policy audit mode leaves unprotected: those whose last denial was audited, not dropped.
// A workload that nothing was ever denied to may be in audit mode, too: flows cannot show it.

import { countCell, textCell, timeCell } from './cells.ts';
import { FLOWS } from './flows.ts';
import type { Micros } from '../model/time.ts';
import type { Question } from './question.ts';

export interface AuditModeNamespace {
  readonly cluster: string;
  /** '' for nodes. */
  readonly namespace: string;
  /** Workloads of it whose last denial was audited. */
  readonly workloads: number;
  /** All workloads of it that anything was denied to or by. */
  readonly denied: number;
  /** Audited verdicts of these workloads. */
  readonly audited: number;
  readonly lastAudited: Micros | null;
}

export const AUDIT_MODE: Question<readonly AuditModeNamespace[]> = {
  sql: `WITH workloads AS (
      SELECT cluster, subject_namespace AS namespace, subject_workload, subject_entity,
        max(last_seen) FILTER (observed = 'audited') AS last_audited,
        max(last_seen) FILTER (observed = 'dropped') AS last_dropped,
        sum(n) FILTER (observed = 'audited') AS audited
      FROM ${FLOWS} WHERE observed IN ('audited', 'dropped') GROUP BY ALL)
    SELECT cluster, namespace, count(*) FILTER (unprotected) AS workloads, count(*) AS denied,
      CAST(coalesce(sum(audited) FILTER (unprotected), 0) AS BIGINT) AS audited,
      max(last_audited) FILTER (unprotected) AS last_audited
    FROM (SELECT *, last_audited IS NOT NULL AND (last_dropped IS NULL OR last_dropped < last_audited)
      AS unprotected FROM workloads)
    GROUP BY cluster, namespace HAVING count(*) FILTER (unprotected) > 0 ORDER BY audited DESC, cluster, namespace`,
  read: (rows) =>
    rows.map((row) => ({
      cluster: textCell(row, 'cluster'),
      namespace: textCell(row, 'namespace'),
      workloads: countCell(row, 'workloads'),
      denied: countCell(row, 'denied'),
      audited: countCell(row, 'audited'),
      lastAudited: timeCell(row, 'last_audited'),
    })),
};
