// All that ever concerned one label set in one direction: the versions of policies that select it, cut into
// epochs between two consecutive boundaries. Its size depends on how often the policies of this subject
// changed, not on how long the cluster's history is; the epoch of a time is found by binary search.
//
//   versions   a ───────[ a' ────────────)        b ────▶
//   epochs     │   0    │      1         │    2   │  3
//              └ boundaries: each names the change that began it
import type { LabelSet } from '../model/labels.ts';
import { FOREVER, type Micros } from '../model/time.ts';
import type { Confidence, Direction } from '../model/verdict.ts';
import type { DecisionContext, Party } from '../policy/decision.ts';
import { type Selection, select, unknownSelection } from '../policy/select.ts';
import type { ChangeRecord, PolicyVersion, TimelineReader } from '../timeline/reader.ts';
import { lastAtOrBefore } from './heldAt.ts';

export interface SubjectEpoch {
  /** Unique among all epochs of a joiner. */
  readonly id: number;
  readonly from: Micros;
  /** What of the policies in force concerns the subject. */
  readonly selections: readonly Selection[];
  /** The versions behind `selections`, in the same order. */
  readonly versions: readonly PolicyVersion[];
  /** The changes that began this epoch; [] for the first. */
  readonly changes: readonly ChangeRecord[];
  /** From here on evidence, not mere lack of another word, says that all `versions` hold. */
  readonly provenFrom: Micros;
  /** Of the version known worst. */
  readonly confidence: Confidence;
  /** A ClusterNetworkPolicy is among them: its `networks` ask for the addresses of pods, too. */
  readonly asksPodAddresses: boolean;
}

/** Sorted by `from`; the first begins at -infinity. */
export type SubjectHistory = readonly SubjectEpoch[];

export interface SubjectKey {
  readonly labels: LabelSet;
  readonly party: Party;
  readonly direction: Direction;
}

const NO_CHANGES: readonly ChangeRecord[] = [];

interface Concerning {
  readonly version: PolicyVersion;
  readonly selection: Selection;
}

export function buildSubjectHistory(
  timeline: TimelineReader,
  key: SubjectKey,
  context: DecisionContext,
  nextId: () => number,
): SubjectHistory {
  const concerning: Concerning[] = [];
  for (const version of timeline.versionsFor(key.party.namespace)) {
    const selection = selectionOf(version, key, context);
    if (selection !== null) concerning.push({ version, selection });
  }
  const boundaries = boundariesOf(concerning);
  const times = [Number.NEGATIVE_INFINITY, ...[...boundaries.keys()].sort((a, b) => a - b)];
  const upcoming = concerning.toSorted((a, b) => b.version.from - a.version.from);
  let inForce: readonly Concerning[] = [];
  return times.map((from) => {
    inForce = heldAt(from, inForce, upcoming);
    return epochOf(inForce, from, { id: nextId(), changes: boundaries.get(from) ?? NO_CHANGES });
  });
}

/**
 * Out of what held before and what begins, never out of all versions again: there may be thousands.
 * Takes off the end of `upcoming`, which descends, what has begun by then.
 */
function heldAt(t: Micros, before: readonly Concerning[], upcoming: Concerning[]): readonly Concerning[] {
  const held: Concerning[] = [];
  for (const one of before) if (t < one.version.until) held.push(one);
  for (let next = upcoming.at(-1); next !== undefined && next.version.from <= t; next = upcoming.at(-1)) {
    upcoming.pop();
    if (t < next.version.until) held.push(next);
  }
  return held;
}

/** One pass over what is in force: a subject may have thousands of epochs. */
function epochOf(
  inForce: readonly Concerning[],
  from: Micros,
  { id, changes }: Pick<SubjectEpoch, 'id' | 'changes'>,
): SubjectEpoch {
  const selections: Selection[] = [];
  const versions: PolicyVersion[] = [];
  let provenFrom = Number.NEGATIVE_INFINITY;
  let confidence: Confidence = 'exact';
  let asksPodAddresses = false;
  for (const { version, selection } of inForce) {
    selections.push(selection);
    versions.push(version);
    if (version.provenFrom > provenFrom) provenFrom = version.provenFrom;
    confidence = lesserConfidence(confidence, version.confidence);
    if (selection.tier !== 'normal') asksPodAddresses = true;
  }
  return { id, from, selections, versions, changes, provenFrom, confidence, asksPodAddresses };
}

/** An invalid policy is there and selects nobody; one whose body is unknown may select anybody. */
function selectionOf(
  version: PolicyVersion,
  { party, direction }: SubjectKey,
  context: DecisionContext,
): Selection | null {
  if (version.invalid) return null;
  if (version.policy === null) return unknownSelection(version.ref);
  return select(version.policy, party, direction, context);
}

export function epochAt(history: SubjectHistory, t: Micros): SubjectEpoch {
  const found = history[lastAtOrBefore(history, t)];
  if (found === undefined) throw new RangeError('a subject history begins at -infinity');
  return found;
}

function lesserConfidence(a: Confidence, b: Confidence): Confidence {
  if (a === 'metadata' || b === 'metadata') return 'metadata';
  return a === 'inferred' ? a : b;
}

function boundariesOf(concerning: readonly Concerning[]): ReadonlyMap<Micros, readonly ChangeRecord[]> {
  const boundaries = new Map<Micros, readonly ChangeRecord[]>();
  const add = (time: Micros, change: ChangeRecord | null): void => {
    if (time === FOREVER || time <= 0) return;
    const known = boundaries.get(time) ?? NO_CHANGES;
    if (change === null || known.some(({ id }) => id === change.id)) boundaries.set(time, known);
    else boundaries.set(time, known.length === 0 ? [change] : [...known, change]);
  };
  for (const { version } of concerning) {
    add(version.from, version.change);
    add(version.until, version.end);
  }
  return boundaries;
}
