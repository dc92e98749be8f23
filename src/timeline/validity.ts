// What Cilium itself says of a policy: the operator writes status.conditions of type Valid
// (cilium/cilium pkg/k8s/apis/cilium.io/v2, PolicyConditionValid). A policy that is not valid protects
// nothing though it exists.

import { at, field, text } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseMicros, type Micros } from '../model/time.ts';
import type { Step } from './steps.ts';

export interface Validity {
  readonly value: boolean;
  readonly message: string;
  /** When the condition changed last; the time of the record that shows it where it does not say. */
  readonly since: Micros;
}

/** The newest condition that the records of an incarnation show; null when none does. */
export function validityOf(steps: readonly Step[], uid: string): Validity | null {
  const newest = steps.findLast(
    (step) =>
      step.kind === 'record' &&
      step.event.body.result === 'success' &&
      step.event.body.uid === uid &&
      conditionOf(step.event.body.object) !== undefined,
  );
  if (newest?.kind !== 'record') return null;
  const condition = conditionOf(newest.event.body.object);
  return {
    value: field(condition, 'status') === 'True',
    message: text(field(condition, 'message')),
    since: parseMicros(text(field(condition, 'lastTransitionTime'))) ?? newest.at,
  };
}

function conditionOf(object: JsonObject | null): JsonValue | undefined {
  const conditions = at(object, 'status', 'conditions');
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((condition: JsonValue) => field(condition, 'type') === 'Valid');
}
