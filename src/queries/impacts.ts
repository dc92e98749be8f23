// Each change with what it did: BROKEN BY A CHANGE and OPENED BY A CHANGE. Joins the effects on
// conversations with the changes themselves and says whether the effect still stands.

import { at, canonicalJson, field, isObject, type JsonValue } from '../model/json.ts';
import type { Micros } from '../model/time.ts';
import { type Change, takenBackBy } from './changes.ts';
import type { EffectsOfChange } from './effects.ts';

/**
 *   standing    the last verdict of some conversation is still what the change made it, and nothing that
 *               undid other conversations has happened since
 *   undone      verdicts show that conversations have gone the other way since; those of which none shows
 *               it have not been tried since then
 *   taken-back  the policy says again what it said before; no verdict has shown it yet
 *   untried     the policy was changed after the last verdict that the change explains, and nothing has
 *               shown since how that conversation is judged now
 */
export const IMPACT_STATES = ['standing', 'undone', 'taken-back', 'untried'] as const;
export type ImpactState = (typeof IMPACT_STATES)[number];

export interface Impact extends EffectsOfChange {
  readonly changeId: string;
  readonly at: Micros;
  /** null: the store does not hold the change. */
  readonly change: Change | null;
  readonly state: ImpactState;
  /**
   * When it came undone, was taken back or overwritten: by the change, where one is known; null while it stands.
   */
  readonly endedAt: Micros | null;
  /** The change that did it; null when only verdicts tell. */
  readonly endedBy: Change | null;
  /** A deny section alone switched on default deny: the usual accident with egressDeny. */
  readonly denySectionAlone: 'egressDeny' | 'ingressDeny' | null;
}

/** Those that stand first, then most verdicts first. `changes` are in order of time. */
export function impactsOf(groups: readonly EffectsOfChange[], changes: readonly Change[]): readonly Impact[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  return groups
    .flatMap((group) => {
      const [first] = group.effects;
      if (first === undefined) return [];
      const change = byId.get(first.changeId) ?? null;
      return [
        {
          ...group,
          changeId: first.changeId,
          at: first.changeAt,
          change,
          ...endOf(group, change, changes),
          denySectionAlone: change === null ? null : denySectionAlone(group, change),
        },
      ];
    })
    .sort(
      (a, b) =>
        Number(b.state === 'standing') - Number(a.state === 'standing') || b.count - a.count || a.at - b.at,
    );
}

function endOf(
  group: EffectsOfChange,
  change: Change | null,
  changes: readonly Change[],
): Pick<Impact, 'state' | 'endedAt' | 'endedBy'> {
  const { undoneAt, standingUntil } = group;
  if (undoneAt !== null && (standingUntil === null || standingUntil < undoneAt)) {
    const endedBy = changes.find(({ id }) => id === group.undoneBy) ?? null;
    return { state: 'undone', endedAt: endedBy?.at ?? undoneAt, endedBy };
  }
  if (change === null) return STANDING;
  const since = standingUntil ?? change.at;
  const back = takenBackBy(change, changes);
  if (back !== undefined && back.at > since) return { state: 'taken-back', endedAt: back.at, endedBy: back };
  const later = changes.filter(
    ({ ref, cluster, at }) => ref === change.ref && cluster === change.cluster && at > since,
  );
  const [first] = later;
  if (first === undefined || sameSpec(later.at(-1), change)) return STANDING;
  return { state: 'untried', endedAt: first.at, endedBy: first };
}

const STANDING = { state: 'standing', endedAt: null, endedBy: null } as const;

function sameSpec(one: Change | undefined, other: Change): boolean {
  return one !== undefined && canonicalJson(one.specAfter) === canonicalJson(other.specAfter);
}

/**
 * A rule set with `egressDeny` and no `egress` switches on default deny for egress, unless
 * `enableDefaultDeny.egress` is false (cilium/cilium pkg/policy/api, Rule.Sanitize); ingress likewise.
 */
function denySectionAlone(group: EffectsOfChange, change: Change): Impact['denySectionAlone'] {
  const directions = group.effects
    .filter((effect) => effect.defaultDeny)
    .map((e) => e.conversation.direction);
  for (const direction of ['egress', 'ingress'] as const) {
    const deny = `${direction}Deny` as const;
    if (!directions.includes(direction)) continue;
    const alone = (spec: JsonValue): boolean =>
      isList(field(spec, deny)) &&
      field(spec, direction) === undefined &&
      at(spec, 'enableDefaultDeny', direction) !== false;
    if (specsOf(change.specAfter).some(alone) && !specsOf(change.specBefore).some(alone)) return deny;
  }
  return null;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** A change document holds the spec, or spec and specs side by side. */
function specsOf(spec: JsonValue): readonly JsonValue[] {
  const specs = field(spec, 'specs');
  if (!Array.isArray(specs)) return isObject(spec) ? [spec] : [];
  const single = field(spec, 'spec');
  return single === undefined ? specs : [single, ...specs];
}
