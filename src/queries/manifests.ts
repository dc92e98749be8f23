// Policies that are not as the manifests say: in the cluster, in the repository, or in both but different;
// since which change, and which commit touched the manifest last.

import type { Commit } from '../model/commit.ts';
import type { PolicyRef } from '../model/refs.ts';
import { commitCells, listCell, textCell } from './cells.ts';
import type { Change } from './changes.ts';
import type { Question } from './question.ts';

export const MANIFEST_DRIFT = ['differs-from-manifests', 'not-in-manifests', 'not-in-cluster'] as const;
export type ManifestDrift = (typeof MANIFEST_DRIFT)[number];

export interface NotAsDeclared {
  readonly cluster: string;
  readonly ref: PolicyRef;
  readonly drift: ManifestDrift;
  /** `file#document`; '' of `not-in-manifests`. */
  readonly manifest: string;
  /** `path: manifest → cluster`. */
  readonly diff: readonly string[];
  readonly managedBy: string;
  /** The change since which it is so; null when no change that the logs hold made it so. */
  readonly cause: Change | null;
  /** The newest commit that altered the manifest, or removed it; null without a Git history. */
  readonly newestCommit: Commit | null;
}

interface Row extends Omit<NotAsDeclared, 'cause'> {
  readonly causeId: string;
}

export const NOT_AS_DECLARED: Question<readonly Row[]> = {
  sql: `SELECT "orchestrator.cluster.name" AS cluster, "policy.ref" AS ref, "drift" AS drift,
      "policy.manifest" AS manifest, "policy.manifest_diff" AS diff, "policy.managed_by" AS managed_by,
      "cause.change_id" AS cause_id, "manifest.commit.id" AS commit_id,
      "manifest.commit.author" AS commit_author, "manifest.commit.at" AS commit_at,
      "manifest.commit.file" AS commit_file
    FROM policies WHERE list_has_any("drift", [${MANIFEST_DRIFT.map((name) => `'${name}'`).join(', ')}])
    ORDER BY cluster, ref`,
  read: (rows) =>
    rows.flatMap((row) => {
      const drift = MANIFEST_DRIFT.find((name) => listCell(row, 'drift').includes(name));
      if (drift === undefined) return [];
      return [
        {
          cluster: textCell(row, 'cluster'),
          ref: textCell(row, 'ref'),
          drift,
          manifest: textCell(row, 'manifest'),
          diff: listCell(row, 'diff'),
          managedBy: textCell(row, 'managed_by'),
          causeId: textCell(row, 'cause_id'),
          newestCommit: commitCells(row),
        },
      ];
    }),
};

export function withCauses(rows: readonly Row[], changes: readonly Change[]): readonly NotAsDeclared[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  return rows.map(({ causeId, ...row }) => ({ ...row, cause: byId.get(causeId) ?? null }));
}
