// A small world in one JSON object: policies and flows in, answers out. The batch protocol of `evaluate`
// speaks it, so that another program (a fuzzer, a test of a policy repository) can ask thousands of times
// without starting anew. Pure; nothing is kept from world to world.

import { field, isObject, type JsonObject } from '../../model/json.ts';
import { createLabelReader } from '../../normalise/labelSets.ts';
import type { Problem } from '../../policy/place.ts';
import { answerOf, type EvaluatedFlow } from './answer.ts';
import { createEvaluator } from './evaluator.ts';
import { flowQuestion } from './flowQuestion.ts';
import { policySet } from './policySet.ts';
import { surroundingsOf } from './surroundings.ts';

export interface World {
  readonly id: string | number | null;
  /** Policies, and what decides beside them; Lists are taken apart. */
  readonly policies: readonly JsonObject[];
  readonly flows: readonly JsonObject[];
}

export interface InvalidPolicy {
  readonly policy: string;
  /** All problems on one line: `path: message; path: message`. */
  readonly error: string;
}

export interface WorldAnswer {
  readonly id: World['id'];
  readonly results: readonly EvaluatedFlow[];
  readonly invalid: readonly InvalidPolicy[];
}

/** A world of the batch protocol; what is missing counts as empty. */
export function worldOf(value: unknown): World {
  const id = field(value, 'id');
  return {
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    policies: objectsOf(field(value, 'policies')),
    flows: objectsOf(field(value, 'flows')),
  };
}

export interface WorldOptions {
  readonly explain: boolean;
  /** Of all flows; '' = as their node names say. */
  readonly cluster: string;
}

/** Invalid policies are left out and reported; lines without a flow give no result. Never throws. */
export function evaluateWorld(
  world: World,
  { explain, cluster }: WorldOptions = { explain: false, cluster: '' },
): WorldAnswer {
  const objects = world.policies.flatMap(unlisted);
  const { policies, refused } = policySet(objects.map((object) => ({ object, source: '' })));
  const evaluate = createEvaluator(policies, surroundingsOf(objects));
  const readLabels = createLabelReader();
  const results = world.flows.flatMap((line, index) => {
    const flow = flowQuestion(line, readLabels);
    if (flow === undefined) return [];
    const named = cluster === '' ? flow : { ...flow, cluster };
    return [answerOf(named, line, index + 1, { evaluate, explain })];
  });
  const invalid = refused.map(({ ref, problems }) => ({ policy: ref, error: sentenceOf(problems) }));
  return { id: world.id, results, invalid };
}

function unlisted(object: JsonObject): readonly JsonObject[] {
  return Array.isArray(field(object, 'items')) ? objectsOf(field(object, 'items')) : [object];
}

function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isObject(item)) : [];
}

function sentenceOf(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
