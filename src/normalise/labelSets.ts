// Gives equal label lists as one and the same array. The same few hundred lists come again on every line, so
// that what is kept of a verdict shares them, and whatever follows from a list is found by the array itself.

import { type LabelSet, labelSet } from '../model/labels.ts';

/** A list as a line has it → sorted and without duplicates. `identity` is Cilium's number for it; 0 = not known. */
export type LabelReader = (labels: readonly string[], identity: number) => LabelSet;

/** Beyond so many identities the cache starts anew. Cilium allows 65,535 in a cluster. */
const MAX_CACHED_SETS = 20_000;

export function createLabelReader(): LabelReader {
  const known = new Map<number, LabelSet>();
  return (labels, identity) => {
    const cached = known.get(identity);
    // Numbers mean another set on another node or in another cluster: the labels themselves decide.
    if (cached !== undefined && isSame(cached, labels)) return cached;
    const sorted = sortedLabels(labels);
    if (known.size >= MAX_CACHED_SETS) known.clear();
    known.set(identity, sorted);
    return sorted;
  };
}

/** The same list when it ascends strictly; else sorted and without duplicates. */
export function sortedLabels(labels: readonly string[]): LabelSet {
  for (let index = 1; index < labels.length; index += 1) {
    const before = labels[index - 1];
    const here = labels[index];
    if (before === undefined || here === undefined || before >= here) return labelSet(labels);
  }
  return labels;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
