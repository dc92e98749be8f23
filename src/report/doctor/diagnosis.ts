// From facts to findings: one for each answer, what it is worth with this input, and why. Pure; the order of
// the causes is their weight: whole feeds first, then what they lack, then what lies between them.

import { ANSWERABLE, ANSWERS, type Answer, type Answerable } from './answers.ts';
import { AUDIT_RULES } from './auditRules.ts';
import { CAUSES, type Cause, type DoctorFacts } from './facts.ts';
import { FLOW_RULES } from './flowRules.ts';
import { JOINT_RULES } from './jointRules.ts';

export interface Finding {
  readonly answer: Answer;
  readonly verdict: Answerable;
  /** What limits the answer, heaviest first: the causes that take it away, then those that weaken it. */
  readonly causes: readonly Cause[];
}

export interface Diagnosis {
  /** One for each answer, in the order of the table. */
  readonly findings: readonly Finding[];
  /** Each cause once, heaviest first. */
  readonly causes: readonly Cause[];
}

const RULES = [...FLOW_RULES, ...AUDIT_RULES, ...JOINT_RULES];

export function diagnose(facts: DoctorFacts): Diagnosis {
  const causes = RULES.flatMap((rule) => rule(facts)).sort(
    (a, b) => worst(b) - worst(a) || CAUSES.indexOf(a.code) - CAUSES.indexOf(b.code),
  );
  const findings = answerNames().map((answer) => {
    const own = causes.filter((cause) => cause.limits.has(answer));
    const taken = own.filter((cause) => cause.limits.get(answer) === 'no');
    const weakened = own.filter((cause) => cause.limits.get(answer) === 'partly');
    return { answer, verdict: verdictOf(taken.length, weakened.length), causes: [...taken, ...weakened] };
  });
  return { findings, causes };
}

function verdictOf(taken: number, weakened: number): Answerable {
  if (taken > 0) return 'no';
  return weakened > 0 ? 'partly' : 'yes';
}

function worst(cause: Cause): number {
  return Math.max(0, ...[...cause.limits.values()].map((limit) => ANSWERABLE.indexOf(limit)));
}

function answerNames(): readonly Answer[] {
  const names: readonly string[] = Object.keys(ANSWERS);
  return names.filter((name): name is Answer => Object.hasOwn(ANSWERS, name));
}

/**
 * One line of `--format json`: why and remedy of the heaviest cause, '' where nothing is missing; `also` names
 * the other causes in the same form.
 */
export function findingLine({ answer, verdict, causes }: Finding): Readonly<Record<string, unknown>> {
  const [first, ...rest] = causes;
  return {
    answer,
    question: ANSWERS[answer],
    verdict,
    cause: first?.code ?? '',
    why: first?.why ?? '',
    remedy: first?.remedy ?? '',
    also: rest.map(({ code, why, remedy }) => ({ cause: code, why, remedy })),
  };
}
