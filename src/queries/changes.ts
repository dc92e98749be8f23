// The changes that answers speak of: those that caused drift, or were made by hand, and all other versions of
// the same policies, since what came after says whether a change was taken back.

import { canonicalJson, field, type JsonValue } from '../model/json.ts';
import type { Commit } from '../model/commit.ts';
import type { PolicyRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import { commitCells, listCell, numberCell, textCell, timeCell } from './cells.ts';
import type { Question } from './question.ts';

export interface Author {
  /** '' when the log does not tell. */
  readonly user: string;
  readonly kind: string;
  /** Argo CD, Flux, Helm, kubectl, …; ''. */
  readonly manager: string;
  readonly impersonator: string;
}

export interface Change {
  readonly id: string;
  readonly cluster: string;
  readonly ref: PolicyRef;
  readonly at: Micros;
  readonly verb: string;
  /** The object came to be by it: an apply creates, too. */
  readonly creates: boolean;
  readonly outcome: string;
  readonly confidence: string;
  readonly author: Author;
  /** Who owns the object by its labels; ''. */
  readonly managedBy: string;
  readonly auditId: string;
  /** `path: before → after`. */
  readonly diff: readonly string[];
  /** Declared reason; ''. */
  readonly reason: string;
  /** null: there was none, or it is not known. */
  readonly specBefore: JsonValue;
  readonly specAfter: JsonValue;
  readonly byHand: boolean;
  /** The commit of the manifests that holds what it says; null when no manifests were given, or none does. */
  readonly commit: Commit | null;
}

/** What the API server answers when it made the object. */
export const HTTP_CREATED = 201;
/** More versions than this are not read: then the oldest stand, and `taken back` may go unsaid. */
const MOST = 20_000;

/** Of `changes`, as {@link changeOf} reads them. */
export const CHANGE_COLUMNS = `"change.id" AS id, "orchestrator.cluster.name" AS cluster, "policy.ref" AS ref,
      "change.at" AS made_at, "change.verb" AS verb, "change.code" AS code, "change.outcome" AS outcome,
      "change.confidence" AS confidence, "actor.user" AS actor, "actor.kind" AS actor_kind,
      "actor.manager" AS manager, "actor.impersonator" AS impersonator, "policy.managed_by" AS managed_by,
      "change.audit_id" AS audit_id, "change.diff" AS diff, "change.cause" AS reason,
      "change.spec_before" AS spec_before, "change.spec_after" AS spec_after, "drift" AS drift,
      "change.commit.id" AS commit_id, "change.commit.author" AS commit_author,
      "change.commit.at" AS commit_at, "change.commit.file" AS commit_file`;

export const CHANGES: Question<readonly Change[]> = {
  sql: `SELECT ${CHANGE_COLUMNS}
    FROM changes
    WHERE "change.id" IN (SELECT DISTINCT "cause.change_id" FROM rollups)
      OR "change.id" IN (SELECT "cause.change_id" FROM policies)
      OR "change.outcome" IN ('version', 'tombstone') AND "change.origin" = 'audit' AND "policy.ref" IN (
        SELECT "cause.policy" FROM rollups
        WHERE list_has_any("drift", ['denied-by-change', 'newly-allowed', 'newly-enforced'])
        UNION SELECT "policy.ref" FROM changes WHERE list_contains("drift", 'manual-change'))
    ORDER BY made_at, id LIMIT ${MOST}`,
  read: (rows) => rows.map(changeOf),
};

export function changeOf(row: unknown): Change {
  return {
    id: textCell(row, 'id'),
    cluster: textCell(row, 'cluster'),
    ref: textCell(row, 'ref'),
    at: timeCell(row, 'made_at') ?? 0,
    verb: textCell(row, 'verb'),
    creates: textCell(row, 'verb') === 'create' || numberCell(row, 'code') === HTTP_CREATED,
    outcome: textCell(row, 'outcome'),
    confidence: textCell(row, 'confidence'),
    author: {
      user: textCell(row, 'actor'),
      kind: textCell(row, 'actor_kind'),
      manager: textCell(row, 'manager'),
      impersonator: textCell(row, 'impersonator'),
    },
    managedBy: textCell(row, 'managed_by'),
    auditId: textCell(row, 'audit_id'),
    diff: listCell(row, 'diff'),
    reason: textCell(row, 'reason'),
    specBefore: field(row, 'spec_before') ?? null,
    specAfter: field(row, 'spec_after') ?? null,
    byHand: listCell(row, 'drift').includes('manual-change'),
    commit: commitCells(row),
  };
}

/**
 * The first later change of the same policy that put back what stood before `change`; undefined when there
 * is none. A deletion puts back a creation.
 * @param changes in order of time
 */
export function takenBackBy(change: Change, changes: readonly Change[]): Change | undefined {
  const unknown = change.specBefore === null && change.outcome === 'version' && !change.creates;
  if (unknown) return undefined;
  const before = canonicalJson(change.specBefore);
  return changes.find(
    (later) =>
      later.at > change.at &&
      later.ref === change.ref &&
      later.cluster === change.cluster &&
      later.confidence !== 'metadata' &&
      canonicalJson(later.specAfter) === before,
  );
}
