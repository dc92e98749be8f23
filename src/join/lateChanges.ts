// What a record of the policy log altered, and which verdicts that can concern. Both sides of the protocol ask
// it: an owner for the verdicts of its open blocks, repair for the documents stored of closed ones. What it
// leaves out joins to the same as before; what it names may.
//
//   versions before   a ──────────────────────────[ c ────▶
//   versions after    a ────────[ b ──────────────[ c ────▶
//                               ├── altered ──────┤
//   can be concerned  clock skew│                 │propagation
//                           ├───┤  every verdict  ├─────┤  later ones unless their cause is younger than it
//
// The decision at t follows from the versions around t, but its cause is found by walking back, so a change
// concerns verdicts after its own version ended, too: up to the next flip of the very decision.
import type { LabelSet } from '../model/labels.ts';
import { canonicalJson } from '../model/json.ts';
import type { PolicyRef } from '../model/refs.ts';
import { FOREVER, type Micros } from '../model/time.ts';
import type { ChangeRecord, Held, PolicyVersion } from '../timeline/reader.ts';
import type { TimelineImage } from './timelineImage.ts';

/** Over [from, until) the timeline says something else than before, for all that it is asked there. */
interface Stretched {
  readonly from: Micros;
  readonly until: Micros;
}

export interface AlteredPolicy extends Stretched {
  readonly kind: 'policy';
  readonly ref: PolicyRef;
  /** The versions that are gone, new, or hold for another time. */
  readonly versions: readonly PolicyVersion[];
  /** An incarnation is known now that was not, or the other way round: who names it is asked of all times. */
  readonly incarnations: boolean;
}

/**
 *   policy        concerns what one of its versions selects or may select, and whoever names it
 *   namespace     concerns both ends that lie in it
 *   surroundings  CIDR groups, settings: concern everything from then on
 *   everything    the set of policies is known from or to another time than before
 */
export type Alteration =
  | AlteredPolicy
  | (Stretched & { readonly kind: 'namespace'; readonly namespace: string })
  | (Stretched & { readonly kind: 'surroundings' })
  | { readonly kind: 'everything' };

/** [] when the record altered nothing that a decision reads. */
export function alterations(before: TimelineImage, after: TimelineImage): readonly Alteration[] {
  if (
    before.complete?.from !== after.complete?.from ||
    before.complete?.until !== after.complete?.until ||
    before.hasSnapshot !== after.hasSnapshot
  )
    return [{ kind: 'everything' }];
  return [
    ...altered(before.policies, after.policies, sameVersion).map(({ name, spans, ...time }): Alteration => {
      const incarnations = !sameUids(before.policies.get(name), after.policies.get(name));
      return { kind: 'policy', ref: name, versions: spans, incarnations, ...time };
    }),
    ...altered(before.namespaces, after.namespaces, sameHeld<LabelSet>).map(
      ({ name, from, until }): Alteration => ({ kind: 'namespace', namespace: name, from, until }),
    ),
    ...altered(before.surroundings, after.surroundings, sameHeld<unknown>).map(
      ({ from, until }): Alteration => ({ kind: 'surroundings', from, until }),
    ),
  ];
}

interface Span extends Stretched {
  readonly change: ChangeRecord | null;
}

interface Altered<S> extends Stretched {
  readonly name: string;
  readonly spans: readonly S[];
}

function altered<S extends Span>(
  before: ReadonlyMap<string, readonly S[]>,
  after: ReadonlyMap<string, readonly S[]>,
  isSame: (a: S, b: S) => boolean,
): readonly Altered<S>[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const found = compare(before.get(name) ?? [], after.get(name) ?? [], isSame);
    return found === null ? [] : [{ name, ...found }];
  });
}

/** Spans of equal content that begin alike differ from where the first of them ends, all others from their begin. */
function compare<S extends Span>(
  before: readonly S[],
  after: readonly S[],
  isSame: (a: S, b: S) => boolean,
): { readonly spans: readonly S[]; readonly from: Micros; readonly until: Micros } | null {
  const spans: S[] = [];
  let from = FOREVER;
  let until = Number.NEGATIVE_INFINITY;
  const note = (span: S, begin: Micros): void => {
    spans.push(span);
    from = Math.min(from, begin);
    until = Math.max(until, span.until);
  };
  const unmatched = new Set(after);
  for (const old of before) {
    const match = after.find((one) => unmatched.has(one) && (one === old || isSame(old, one)));
    if (match !== undefined) unmatched.delete(match);
    if (match === undefined) note(old, old.from);
    else if (match !== old && !sameEnd(old, match)) {
      const end = Math.min(old.until, match.until);
      note(old, end);
      note(match, end);
    }
  }
  for (const fresh of unmatched) note(fresh, fresh.from);
  return spans.length === 0 ? null : { spans, from, until };
}

function sameUids(a: readonly PolicyVersion[] = [], b: readonly PolicyVersion[] = []): boolean {
  const [before, after] = [new Set(a.map(({ uid }) => uid)), new Set(b.map(({ uid }) => uid))];
  return before.size === after.size && [...before].every((uid) => after.has(uid));
}

/** All but the end. */
function sameVersion(a: PolicyVersion, b: PolicyVersion): boolean {
  return (
    a.from === b.from &&
    a.uid === b.uid &&
    a.provenFrom === b.provenFrom &&
    a.confidence === b.confidence &&
    sameChange(a.change, b.change) &&
    (a.object === b.object || canonicalJson(a.object) === canonicalJson(b.object))
  );
}

function sameHeld<T>(a: Held<T>, b: Held<T>): boolean {
  return (
    a.from === b.from &&
    sameChange(a.change, b.change) &&
    (a.value === b.value || JSON.stringify(a.value) === JSON.stringify(b.value))
  );
}

function sameEnd<S extends Span & { readonly end?: ChangeRecord | null }>(a: S, b: S): boolean {
  return a.until === b.until && sameChange(a.end ?? null, b.end ?? null);
}

/** Of several records of one change the one with the least origin is kept: it may name another actor. */
function sameChange(a: ChangeRecord | null, b: ChangeRecord | null): boolean {
  return (
    a === b || (a !== null && b !== null && a.id === b.id && a.at === b.at && a.event?.id === b.event?.id)
  );
}
