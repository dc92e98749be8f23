// One line of `evaluate`'s output: the declared decision of one flow, and its explanation where asked for.

import { hashHex } from '../../model/hash.ts';
import { canonicalJson, type JsonObject } from '../../model/json.ts';
import type { PolicyRef, RuleRef } from '../../model/refs.ts';
import type { Declared, Direction, Reason, Undecidable } from '../../model/verdict.ts';
import type { Evaluator } from './evaluator.ts';
import { explanationOf } from './explanation.ts';
import type { FlowQuestion } from './flowQuestion.ts';

export interface EvaluatedFlow {
  /** Only where flows of several files are evaluated. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line: number;
  /** Hubble's uuid, else a hash of the flow. */
  readonly id: string;
  readonly direction: Direction;
  readonly declared: Declared;
  readonly reason: Reason;
  readonly selecting: readonly PolicyRef[];
  readonly isolating: readonly PolicyRef[];
  readonly deciding: readonly RuleRef[];
  readonly undecidable: readonly Undecidable[];
  /** Only where asked for. */
  readonly explanation?: readonly string[];
}

export interface Answering {
  readonly evaluate: Evaluator;
  readonly explain: boolean;
}

/** `line` is the flow as read, `number` the line that it stands on. */
export function answerOf(
  flow: FlowQuestion,
  line: JsonObject,
  number: number,
  { evaluate, explain }: Answering,
): EvaluatedFlow {
  const judged = evaluate(flow);
  const { declared, reason, selecting, isolating, deciding, undecidable } = judged.decision;
  return {
    line: number,
    id: flow.uuid || hashHex(80, [canonicalJson(line)]),
    direction: flow.question.direction,
    declared,
    reason,
    selecting,
    isolating,
    deciding,
    undecidable,
    ...(explain ? { explanation: explanationOf(judged) } : {}),
  };
}
