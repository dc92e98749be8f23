// Everything that a reader's answers follow from, as of one revision of a timeline.

import type { ChangeEvent } from '../model/event.ts';
import type { PolicyRef } from '../model/refs.ts';
import type { ClusterFacts } from './facts.ts';
import type { History } from './history.ts';

export interface TimelineState {
  readonly revision: number;
  readonly facts: ClusterFacts;
  /** Sorted by ref. */
  readonly histories: ReadonlyMap<PolicyRef, History>;
  /** Requests without outcome and collections that name no object, sorted by time. */
  readonly nameless: readonly ChangeEvent[];
}
