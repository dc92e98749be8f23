// The objects given to `evaluate` → the policies that would be enforced, and what is wrong with the rest. An
// object that the API server or Cilium would refuse protects nothing, so one problem leaves out all of it.

import { field, type JsonObject, text } from '../../model/json.ts';
import { isPolicyKind } from '../../model/refs.ts';
import type { CompiledPolicy } from '../../policy/compiled.ts';
import { parsePolicy } from '../../policy/parse.ts';
import type { Problem } from '../../policy/place.ts';

export interface GivenObject {
  readonly object: JsonObject;
  /** File and document, for messages. */
  readonly source: string;
}

export interface RefusedPolicy {
  readonly ref: string;
  readonly source: string;
  /** At least one. */
  readonly problems: readonly Problem[];
}

export interface PolicySet {
  /** In the order given; of two objects with one name the later one stands, as after two `kubectl apply`. */
  readonly policies: readonly CompiledPolicy[];
  readonly refused: readonly RefusedPolicy[];
  /** Objects that a later one of the same name replaced. */
  readonly replaced: readonly { readonly ref: string; readonly source: string }[];
}

/** Kinds that are no policies are passed over, but for those whose name says that they are meant as one. */
const MEANT_AS_POLICY = /Network_?Polic|^Cilium\w*Polic/i;

export function policySet(objects: readonly GivenObject[]): PolicySet {
  const policies = new Map<string, { readonly policy: CompiledPolicy; readonly source: string }>();
  const refused: RefusedPolicy[] = [];
  const replaced: { ref: string; source: string }[] = [];
  for (const { object, source } of objects) {
    const kind = text(field(object, 'kind'));
    if (!isPolicyKind(kind) && !MEANT_AS_POLICY.test(kind)) continue;
    const parsed = parsePolicy(object);
    if (!parsed.ok) {
      refused.push({ ref: parsed.ref, source, problems: parsed.problems });
      continue;
    }
    const { ref } = parsed.policy;
    const earlier = policies.get(ref);
    if (earlier !== undefined) replaced.push({ ref, source: earlier.source });
    policies.set(ref, { policy: parsed.policy, source });
  }
  return { policies: [...policies.values()].map(({ policy }) => policy), refused, replaced };
}
