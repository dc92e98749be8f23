// Three-valued truth: yes, no, or the reasons why it cannot be told. `and` and `or` are Kleene's: no
// beats unknown in a conjunction, yes beats unknown in a disjunction, so an undecidable clause reaches
// an answer only where it could change it. Nothing here knows policies.

import type { Undecidable } from '../model/verdict.ts';

/** true, false, or a sorted non-empty list of reasons. */
export type Truth = boolean | readonly Undecidable[];

const SINGLE = new Map<Undecidable, readonly Undecidable[]>();

/** The truth of what cannot be decided for one reason. Equal reasons give the same list. */
export function unknown(reason: Undecidable): readonly Undecidable[] {
  const known = SINGLE.get(reason);
  if (known !== undefined) return known;
  const made = Object.freeze([reason]);
  SINGLE.set(reason, made);
  return made;
}

export function isUnknown(truth: Truth): truth is readonly Undecidable[] {
  return typeof truth !== 'boolean';
}

export function and(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false;
  if (left === true) return right;
  return right === true ? left : merged(left, right);
}

export function or(left: Truth, right: Truth): Truth {
  if (left === true || right === true) return true;
  if (left === false) return right;
  return right === false ? left : merged(left, right);
}

export function not(truth: Truth): Truth {
  return typeof truth === 'boolean' ? !truth : truth;
}

/** `then` where the condition holds, else `otherwise`; where that is not known, what both agree on. */
export function choose(condition: Truth, then: Truth, otherwise: Truth): Truth {
  if (then === otherwise) return then;
  return or(and(condition, then), and(not(condition), otherwise));
}

/** Reasons of both, sorted, each once. */
function merged(left: readonly Undecidable[], right: readonly Undecidable[]): readonly Undecidable[] {
  return left === right ? left : [...new Set([...left, ...right])].sort();
}
