// Changes as parts list them, read as the rest of `queries` knows them: so that what a change broke, who took it
// back and who switched audit mode are told in one way only.
import type { JsonValue } from '../../model/json.ts';
import { formatInstant, MICROS_PER_MS } from '../../model/time.ts';
import { type Change, changeOf } from '../changes.ts';
import { momentOf } from './cellsOf.ts';
import type { Condition, Listing, PartRow } from './part.ts';

/** The names that {@link changeOf} reads, and the fields behind them. */
export const CHANGE_FIELDS = {
  id: 'change.id',
  cluster: 'orchestrator.cluster.name',
  ref: 'policy.ref',
  made_at: 'change.at',
  verb: 'change.verb',
  code: 'change.code',
  outcome: 'change.outcome',
  confidence: 'change.confidence',
  actor: 'actor.user',
  actor_kind: 'actor.kind',
  manager: 'actor.manager',
  impersonator: 'actor.impersonator',
  managed_by: 'policy.managed_by',
  audit_id: 'change.audit_id',
  diff: 'change.diff',
  reason: 'change.cause',
  spec_before: 'change.spec_before',
  spec_after: 'change.spec_after',
  drift: 'drift',
  commit_id: 'change.commit.id',
  commit_author: 'change.commit.author',
  commit_at: 'change.commit.at',
  commit_file: 'change.commit.file',
} as const;

const TIMES: ReadonlySet<string> = new Set(['change.at', 'change.until', 'change.commit.at']);

/** In order of time. */
export function listChanges(where: readonly Condition[]): Listing {
  return {
    kind: 'listing',
    from: 'changes',
    where,
    fields: Object.values(CHANGE_FIELDS),
    sort: [{ field: 'change.at', order: 'asc' }],
  };
}

/** A row of {@link listChanges}; its times are whole milliseconds. */
export function storedChange(row: PartRow): Change {
  return changeOf(namedCells(row, CHANGE_FIELDS));
}

/** Fields of changes under other names, times as text. @param names the fields by these names */
export function namedCells(
  row: PartRow,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(names).map(([name, field]) => {
      const moment = TIMES.has(field) ? momentOf(row, field) : null;
      return [name, moment === null ? (row[field] ?? null) : formatInstant(moment * MICROS_PER_MS)];
    }),
  );
}
