// Whether the set of policies is known completely: a complete list of every policy kind, and the audit log
// around it. Without both, policies older than the log are invisible.

import { isPolicyKind, type TrackedKind } from '../model/refs.ts';
import { FOREVER } from '../model/time.ts';
import { BEFORE_FIRST_LINE_MICROS } from './facts.ts';
import type { Stretch } from './reader.ts';
import type { TimelineState } from './state.ts';

/** Whether any complete list of all namespaces of a policy kind was seen. */
export function hasSnapshot(state: TimelineState): boolean {
  return listedKinds(state).size > 0;
}

/**
 * From {@link BEFORE_FIRST_LINE_MICROS} before the first audit record on for ever, when there is an audit
 * log and every policy kind that occurs was listed; else null.
 */
export function completeStretch(state: TimelineState): Stretch | null {
  const { range } = state.facts;
  const listed = listedKinds(state);
  const kinds = [...state.histories.values()].map(({ name }) => name.kind).filter(isPolicyKind);
  if (range === null || listed.size === 0 || kinds.some((kind) => !listed.has(kind))) return null;
  return { from: range.from - BEFORE_FIRST_LINE_MICROS, until: FOREVER };
}

function listedKinds(state: TimelineState): ReadonlySet<TrackedKind> {
  return new Set(
    state.facts.listings
      .filter(({ kind, namespace }) => isPolicyKind(kind) && namespace === '')
      .map(({ kind }) => kind),
  );
}
