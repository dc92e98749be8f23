// What a repairer commits with the policy log's next record: up to which record it is about to write. Documents
// of a moment can be undone by the next one (a gap that a later record fills), and only who knows that they were
// written takes them back. So the goal is committed before anything is written, and whoever takes over goes there
// first, not further:
//
//   commit 40, goal 52 ─▶ documents as of 52 ─▶ commit 53, goal 52 ─▶ commit 53, goal 57 ─▶ …
//                  └ dies: the next one begins at 40 and goes to 52, whatever the log holds by now
import type { Committed } from '../../kafka/log.ts';

export interface Progress {
  /** The last record whose documents are written; -1: none. */
  readonly repaired: number;
  /** Documents as of this record may have been written; `repaired` where none were begun. */
  readonly goal: number;
}

export function committedOf({ repaired, goal }: Progress): Committed {
  return { offset: repaired + 1, metadata: String(goal) };
}

/** A text that nobody here wrote names no goal. */
export function progressOf({ offset, metadata }: Committed): Progress {
  const repaired = offset - 1;
  const goal = /^\d{1,15}$/.test(metadata) ? Number(metadata) : repaired;
  return { repaired, goal: Math.max(repaired, goal) };
}
