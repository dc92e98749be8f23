// Short stand-ins for what is long and comes again and again: label lists and decisions. Each is worked out
// once for an array or object, and remembered for as long as that lives; equal contents have equal digests.
import type { Enriched } from '../join/enriched.ts';
import { hashHex } from '../model/hash.ts';
import type { LabelSet } from '../model/labels.ts';

type Decision = Enriched['decision'];

const BITS = 128;
const ofLabels = new WeakMap<LabelSet, string>();
const ofDecisions = new WeakMap<Decision, string>();

/** 32 hex digits; '' for no labels. */
export function labelsDigest(labels: LabelSet): string {
  if (labels.length === 0) return '';
  return remembered(ofLabels, labels, (all) => all);
}

/** 32 hex digits. */
export function decisionDigest(decision: Decision): string {
  return remembered(ofDecisions, decision, partsOf);
}

function partsOf({ declared, reason, undecidable, selecting, isolating, deciding }: Decision) {
  return [JSON.stringify([declared, reason, undecidable, selecting, isolating, deciding])];
}

function remembered<T extends object>(
  known: WeakMap<T, string>,
  object: T,
  partsOf: (object: T) => readonly string[],
): string {
  const found = known.get(object);
  if (found !== undefined) return found;
  const digest = hashHex(BITS, partsOf(object));
  known.set(object, digest);
  return digest;
}
