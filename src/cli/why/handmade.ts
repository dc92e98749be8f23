// Whether a change only undid what somebody had changed by hand: then the hand, not the robot, is what
// surprises, and to undo the robot would be in vain.
import { canonicalJson } from '../../model/json.ts';
import type { Change } from '../../queries/changes.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import type { Inquest } from './inquest.ts';

/** The change by hand just before that this one undid; null: it did something else. */
export function tookBack({ timeline, told }: Inquest, change: ChangeRecord): Change | null {
  const earlier = timeline
    .changes()
    .findLast(({ ref, at, outcome }) => ref === change.ref && at < change.at && DECISIVE.has(outcome));
  if (earlier === undefined) return null;
  const before = told(earlier);
  const isBack = canonicalJson(before.specBefore) === canonicalJson(told(change).specAfter);
  return before.byHand && isBack ? before : null;
}

const DECISIVE: ReadonlySet<string> = new Set(['version', 'tombstone']);
