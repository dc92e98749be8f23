// Every write of a policy, and of what decisions depend on, that the audit log tells of: what took effect, what
// was refused or only tried, what the log lost. Those that caused drift come first, then the newest, so that a
// report that cannot show all shows those.

import { POLICY_KINDS } from '../../model/refs.ts';
import { countCell, listCell, numberCell, textCell } from '../cells.ts';
import { type Change, CHANGE_COLUMNS, changeOf } from '../changes.ts';
import type { Question } from '../question.ts';

export interface Write {
  /** Without the specs: they may be large, and `change.diff` says what altered. */
  readonly change: Change;
  /** HTTP status; null when not told. */
  readonly code: number | null;
  /** Message of a refusal; ''. */
  readonly message: string;
  readonly userAgent: string;
  /** Addresses of the client; all but the last can be forged. */
  readonly addresses: readonly string[];
}

export interface Writes {
  /** The newest first among those that are shown. */
  readonly shown: readonly Write[];
  readonly total: number;
}

const KINDS = [...POLICY_KINDS, 'ConfigMap', 'CiliumCIDRGroup'].map((kind) => `'${kind}'`).join(', ');

export function writes(most: number): Question<Writes> {
  return {
    sql: `SELECT * EXCLUDE (spec_before, spec_after), count(*) OVER () AS total FROM (
        SELECT ${CHANGE_COLUMNS}, "change.message" AS message, "user_agent.original" AS user_agent,
          "source.ip" AS addresses,
          "change.id" IN (SELECT "cause.change_id" FROM rollups WHERE len("drift") > 0) AS caused
        FROM changes
        WHERE "change.origin" = 'audit' AND "policy.kind" IN (${KINDS})
          AND "change.outcome" IN ('version', 'tombstone', 'metadata', 'failure', 'dry-run', 'gap'))
      ORDER BY caused DESC, made_at DESC, id LIMIT ${most}`,
    read: (rows) => ({
      shown: rows.map(writeOf).sort((a, b) => b.change.at - a.change.at),
      total: countCell(rows[0], 'total'),
    }),
  };
}

function writeOf(row: unknown): Write {
  return {
    change: changeOf(row),
    code: numberCell(row, 'code'),
    message: textCell(row, 'message'),
    userAgent: textCell(row, 'user_agent'),
    addresses: listCell(row, 'addresses'),
  };
}
