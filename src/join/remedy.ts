// What would let a denied conversation through again: the least change to the policies in force. Every
// proposal is tried on the policies first, by the same decision that denied; what would not help is never
// proposed. A deny rule is nothing that another rule could undo, so there is no proposal against one.
import type { Endpoint } from '../model/event.ts';
import { at, field, isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isPolicyKind, parseRef, type PolicyRef, refOf } from '../model/refs.ts';
import type { Declared } from '../model/verdict.ts';
import { decide } from '../policy/decide.ts';
import { parsePolicy } from '../policy/parse.ts';
import { select } from '../policy/select.ts';
import type { ChangeRecord, PolicyVersion } from '../timeline/reader.ts';
import { allowPolicy, allowRule, type RuleKind } from './allowRule.ts';
import type { Standing } from './inquiry.ts';

/**
 *   leave-open   a deny section alone switched on default deny: say that it should not
 *   add-rule     one more rule in a policy made for this subject
 *   new-policy   a policy of its own, where those that deny are made for many
 */
export const REMEDY_KINDS = ['leave-open', 'add-rule', 'new-policy'] as const;

export interface Remedy {
  readonly kind: (typeof REMEDY_KINDS)[number];
  /** The policy to edit, or to create. */
  readonly ref: PolicyRef;
  /** What to add under `spec`; of a new policy the whole object. */
  readonly fragment: JsonObject;
}

/** @returns null where nothing this small would help. */
export function smallestRemedy(standing: Standing): Remedy | null {
  if (standing.decision.reason !== 'default-deny') return null;
  const isolating = standing.versions.filter(({ ref }) => standing.decision.isolating.includes(ref));
  const attempts = [
    ...isolating.map((version) => () => leaveOpen(version, standing)),
    ...isolating
      .filter((version) => isMadeFor(version, standing))
      .map((version) => () => addRule(version, standing)),
    () => newPolicy(isolating, standing),
  ];
  for (const attempt of attempts) {
    const remedy = attempt();
    if (remedy !== null) return remedy;
  }
  return null;
}

/** Whether putting back what stood before a change would let the conversation through now. */
export function isUndoneBy(change: ChangeRecord, standing: Standing): boolean {
  const current = standing.versions.find(({ ref }) => ref === change.ref);
  if (current !== undefined && current.change?.id !== change.id) return false;
  return declaredWith(standing, change.ref, change.before) === 'allowed';
}

/** The decision if the policy under `ref` were this object; null: if it did not exist. */
function declaredWith(standing: Standing, ref: PolicyRef, object: JsonObject | null): Declared {
  const { question, context } = standing;
  const others = standing.selections.filter((selection) => selection.ref !== ref);
  if (object === null) return decide(others, question, context).declared;
  const parsed = parsePolicy(object);
  if (!parsed.ok) return 'unknown';
  const selection = select(parsed.policy, question.subject, question.direction, context);
  return decide(selection === null ? others : [...others, selection], question, context).declared;
}

function leaveOpen({ ref, object }: PolicyVersion, standing: Standing): Remedy | null {
  const { direction } = standing.question;
  const spec = field(object, 'spec');
  if (!isDenyAlone(spec, direction)) return null;
  const fragment = { enableDefaultDeny: { [direction]: false } };
  return proven({ kind: 'leave-open', ref, fragment }, edited(object, fragment), standing);
}

/**
 * A rule with a deny section and no allow section switches on default deny, unless `enableDefaultDeny` says
 * otherwise (cilium/cilium pkg/policy/api, Rule.Sanitize).
 */
function isDenyAlone(spec: JsonValue | undefined, direction: 'ingress' | 'egress'): boolean {
  const denied = field(spec, `${direction}Deny`);
  return Array.isArray(denied) && denied.length > 0 && field(spec, direction) === undefined;
}

function addRule({ ref, object }: PolicyVersion, standing: Standing): Remedy | null {
  const name = parseRef(ref);
  const { question } = standing;
  const { direction } = question;
  if (name === undefined || !isRuleKind(name.kind)) return null;
  const rule = allowRule(name.kind, name.namespace, question);
  if (rule === null) return null;
  const rules = at(object, 'spec', direction);
  const more = { [direction]: [...(Array.isArray(rules) ? rules : []), rule] };
  return proven({ kind: 'add-rule', ref, fragment: { [direction]: [rule] } }, edited(object, more), standing);
}

function newPolicy(isolating: readonly PolicyVersion[], standing: Standing): Remedy | null {
  const { question } = standing;
  const name = nameFor(standing);
  const usesCilium = isolating.some(({ ref }) => !ref.startsWith('NetworkPolicy/'));
  const kinds = usesCilium
    ? (['CiliumNetworkPolicy'] as const)
    : (['NetworkPolicy', 'CiliumNetworkPolicy'] as const);
  for (const kind of kinds) {
    const policy = allowPolicy(kind, name, question);
    if (policy === null) continue;
    const ref = refOf({ kind, namespace: question.subject.namespace, name });
    const remedy = proven({ kind: 'new-policy', ref, fragment: policy }, policy, standing);
    if (remedy !== null) return remedy;
  }
  return null;
}

function proven(remedy: Remedy, object: JsonObject | null, standing: Standing): Remedy | null {
  return object !== null && declaredWith(standing, remedy.ref, object) === 'allowed' ? remedy : null;
}

function edited(object: JsonObject | null, fragment: JsonObject): JsonObject | null {
  const spec = field(object, 'spec');
  return object === null || !isObject(spec) ? null : { ...object, spec: { ...spec, ...fragment } };
}

/** It selects by labels, and allows something already: a policy for this application, not a fence for all. */
function isMadeFor({ object }: PolicyVersion, { question }: Standing): boolean {
  const spec = field(object, 'spec');
  const selector = field(spec, 'podSelector') ?? field(spec, 'endpointSelector');
  const narrows = [field(selector, 'matchLabels'), field(selector, 'matchExpressions')].some((part) =>
    isObject(part) ? Object.keys(part).length > 0 : Array.isArray(part) && part.length > 0,
  );
  const rules = field(spec, question.direction);
  return narrows && Array.isArray(rules) && rules.length > 0;
}

function isRuleKind(kind: string): kind is RuleKind {
  return isPolicyKind(kind) && kind !== 'ClusterNetworkPolicy';
}

const MOST_NAME_CHARS = 63;

/** `allow-web-to-cart`: a DNS label. */
function nameFor({ event }: Standing): string {
  const named = `allow-${shortName(event.body.source)}-to-${shortName(event.body.destination)}`.toLowerCase();
  return named
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, MOST_NAME_CHARS)
    .replace(/-+$/, '');
}

function shortName({ workload, pod, entity, ip }: Endpoint): string {
  return workload || pod || entity || ip || 'peer';
}
