// `evaluate`: the declared decision of each flow under just the policies given, as if no others were in
// force. The core is pure, so that files, the batch protocol and tests share it. Beside policies a world
// may hold Pods (named ports), Namespaces (labels that flows lack) and CiliumCIDRGroups.

import { hashHex } from '../model/hash.ts';
import { canonicalJson, field, isObject, type JsonObject, text } from '../model/json.ts';
import { isPolicyKind, type PolicyRef, type RuleRef } from '../model/refs.ts';
import type { Declared, Direction, Reason, Undecidable } from '../model/verdict.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import { decide } from '../policy/decide.ts';
import type { Party } from '../policy/decision.ts';
import { parsePolicy } from '../policy/parse.ts';
import type { Problem } from '../policy/place.ts';
import { type Selection, select } from '../policy/select.ts';
import { type FlowQuestion, flowQuestion } from './flowQuestion.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';

export interface World {
  readonly id: string | number | null;
  /** Policies, and what decides beside them; Lists are taken apart. */
  readonly policies: readonly JsonObject[];
  readonly flows: readonly JsonObject[];
}

export interface EvaluatedFlow {
  /** Counted from 1. */
  readonly line: number;
  /** Hubble's uuid, else a hash of the line. */
  readonly id: string;
  readonly direction: Direction;
  readonly declared: Declared;
  readonly reason: Reason;
  readonly selecting: readonly PolicyRef[];
  readonly isolating: readonly PolicyRef[];
  readonly deciding: readonly RuleRef[];
  readonly undecidable: readonly Undecidable[];
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

/** Invalid policies are left out and reported; lines without a flow give no result. Never throws. */
export function evaluateWorld(world: World): WorldAnswer {
  const objects = world.policies.flatMap(unlisted);
  const policies: CompiledPolicy[] = [];
  const invalid: InvalidPolicy[] = [];
  for (const object of objects) {
    if (!isPolicyKind(text(field(object, 'kind')))) continue;
    const parsed = parsePolicy(object);
    if (parsed.ok) policies.push(parsed.policy);
    else invalid.push({ policy: parsed.ref, error: sentenceOf(parsed.problems) });
  }
  const surroundings = surroundingsOf(objects);
  const results = world.flows.flatMap((line, index) => {
    const flow = flowQuestion(line);
    return flow === undefined ? [] : [evaluateFlow(policies, surroundings, flow, { line, index })];
  });
  return { id: world.id, results, invalid };
}

function evaluateFlow(
  policies: readonly CompiledPolicy[],
  surroundings: Surroundings,
  flow: FlowQuestion,
  from: { readonly line: JsonObject; readonly index: number },
): EvaluatedFlow {
  const subject = surroundings.completed(flow.question.subject);
  const question = { ...flow.question, subject, peer: surroundings.completed(flow.question.peer) };
  const context = surroundings.context(flow.cluster);
  const selections = selectionsOf(policies, subject, question.direction, context);
  const { declared, reason, selecting, isolating, deciding, undecidable } = decide(
    selections,
    question,
    context,
  );
  return {
    line: from.index + 1,
    id: flow.uuid || hashHex(80, [canonicalJson(from.line)]),
    direction: question.direction,
    declared,
    reason,
    selecting,
    isolating,
    deciding,
    undecidable,
  };
}

function selectionsOf(
  policies: readonly CompiledPolicy[],
  subject: Party,
  direction: Direction,
  context: Parameters<typeof decide>[2],
): readonly Selection[] {
  return policies.flatMap((policy) => select(policy, subject, direction, context) ?? []);
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
