// Changes that a person made to what a GitOps controller or Helm manages, and whether the manager has put
// back what stood before.

import { type Change, takenBackBy } from './changes.ts';

export interface HandMade {
  readonly change: Change;
  /** The manager's change that restored the spec; null while the change by hand stands or was replaced. */
  readonly revertedBy: Change | null;
}

/** In order of time, as `changes` are. */
export function handMade(changes: readonly Change[]): readonly HandMade[] {
  const byMachines = changes.filter(({ author }) => author.kind !== 'human');
  return changes
    .filter(({ byHand }) => byHand)
    .map((change) => ({ change, revertedBy: takenBackBy(change, byMachines) ?? null }));
}
