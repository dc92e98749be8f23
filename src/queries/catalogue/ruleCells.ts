// Rules as tables show them: the policy, and the place of the rule in it.
import { policyOfRule, type RuleRef } from '../../model/refs.ts';
import { text } from './columns.ts';
import type { Row } from './savedQuery.ts';

export const RULE = text(
  'rule',
  'rule',
  'Its place in the policy, as direction[index], counted from 0. Verdicts name it as policy#rule.',
);

/** The cells of POLICY and {@link RULE}. */
export function ruleCells(ref: RuleRef): Row {
  const policy = policyOfRule(ref);
  return { 'policy.ref': policy, rule: ref.slice(policy.length + 1) };
}
