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
}

/** Sorted by `from`; the first begins at -infinity. */
export type SubjectHistory = readonly SubjectEpoch[];

export interface SubjectKey {
  readonly labels: LabelSet;
  readonly party: Party;
  readonly direction: Direction;
}

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
  const concerning = timeline.versionsFor(key.party.namespace).flatMap((version): readonly Concerning[] => {
    const selection =
      version.policy === null
        ? unknownSelection(version.ref)
        : select(version.policy, key.party, key.direction, context);
    return selection === null ? [] : [{ version, selection }];
  });
  const boundaries = boundariesOf(concerning);
  const times = [Number.NEGATIVE_INFINITY, ...[...boundaries.keys()].sort((a, b) => a - b)];
  return times.map((from) => {
    const inForce = concerning.filter(({ version }) => version.from <= from && from < version.until);
    return {
      id: nextId(),
      from,
      selections: inForce.map(({ selection }) => selection),
      versions: inForce.map(({ version }) => version),
      changes: boundaries.get(from) ?? [],
      provenFrom: Math.max(...inForce.map(({ version }) => version.provenFrom)),
      confidence: leastConfidence(inForce.map(({ version }) => version.confidence)),
    };
  });
}

export function epochAt(history: SubjectHistory, t: Micros): SubjectEpoch {
  const found = history[lastAtOrBefore(history, t)];
  if (found === undefined) throw new RangeError('a subject history begins at -infinity');
  return found;
}

function leastConfidence(confidences: readonly Confidence[]): Confidence {
  if (confidences.includes('metadata')) return 'metadata';
  return confidences.includes('inferred') ? 'inferred' : 'exact';
}

function boundariesOf(concerning: readonly Concerning[]): ReadonlyMap<Micros, readonly ChangeRecord[]> {
  const boundaries = new Map<Micros, readonly ChangeRecord[]>();
  const add = (time: Micros, change: ChangeRecord | null): void => {
    if (time === FOREVER || time <= 0) return;
    const known = boundaries.get(time) ?? [];
    if (change === null || known.some(({ id }) => id === change.id)) boundaries.set(time, known);
    else boundaries.set(time, [...known, change]);
  };
  for (const { version } of concerning) {
    add(version.from, version.change);
    add(version.until, version.end);
  }
  return boundaries;
}
