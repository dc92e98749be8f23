// Verdicts whose declared decision is unknown, and why: what the data cannot tell is said, never guessed.

import { UNDECIDABLE, type Undecidable } from '../model/verdict.ts';
import { countCell, textCell } from './cells.ts';
import { FLOWS } from './flows.ts';
import type { Question } from './question.ts';

export interface Undecided {
  readonly reason: Undecidable;
  /** Verdicts; one can have several reasons. */
  readonly count: number;
}

export const UNDECIDED: Question<readonly Undecided[]> = {
  sql: `SELECT reason, CAST(sum(n) AS BIGINT) AS n
    FROM (SELECT unnest(undecidable) AS reason, n FROM ${FLOWS} WHERE declared = 'unknown')
    GROUP BY reason ORDER BY n DESC, reason`,
  read: (rows) =>
    rows.flatMap((row) => {
      const reason = textCell(row, 'reason');
      return isUndecidable(reason) ? [{ reason, count: countCell(row, 'n') }] : [];
    }),
};

function isUndecidable(reason: string): reason is Undecidable {
  return Object.hasOwn(UNDECIDABLE, reason);
}
