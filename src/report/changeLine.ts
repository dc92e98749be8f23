// A policy change as machine-readable fields, under the names that documents use: the same in the answers of
// `analyze` and of `why`.
import type { Commit } from '../model/commit.ts';
import type { JsonObject } from '../model/json.ts';
import { formatInstant } from '../model/time.ts';
import type { Change } from '../queries/changes.ts';

export function changeLine(change: Change): JsonObject {
  return {
    'orchestrator.cluster.name': change.cluster,
    'change.id': change.id,
    'change.at': change.at === null ? undefined : formatInstant(change.at),
    'change.verb': change.verb,
    'change.audit_id': change.auditId,
    'change.diff': change.diff,
    'change.cause': change.reason,
    'policy.ref': change.ref,
    'policy.managed_by': change.managedBy,
    'actor.user': change.author.user,
    'actor.kind': change.author.kind,
    'actor.manager': change.author.manager,
    'actor.impersonator': change.author.impersonator,
    ...commitLine('change.commit', change.commit),
  };
}

/** @param name field that the commit's own fields stand under. Nothing where no commit is known. */
export function commitLine(name: string, commit: Commit | null): JsonObject {
  if (commit === null) return {};
  const { id, author, at, file } = commit;
  return {
    [`${name}.id`]: id,
    [`${name}.author`]: author,
    [`${name}.at`]: formatInstant(at),
    [`${name}.file`]: file,
  };
}
