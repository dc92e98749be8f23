// What `evaluate` was asked to do, checked.
import { Fault } from '../../model/fault.ts';

export type EvaluateOptions =
  | {
      readonly mode: 'files';
      readonly policies: readonly string[];
      readonly flows: readonly string[];
      /** '' = as the flows say. */
      readonly cluster: string;
      readonly explain: boolean;
    }
  | { readonly mode: 'batch'; readonly cluster: string; readonly explain: boolean };

/** As commander gives them. */
export interface RawEvaluateOptions {
  readonly policies?: readonly string[];
  readonly flows?: readonly string[];
  readonly cluster?: string;
  readonly batch?: boolean;
  readonly explain?: boolean;
}

/** @throws Fault `usage` */
export function checkEvaluateOptions(raw: RawEvaluateOptions): EvaluateOptions {
  const { policies = [], flows = [], cluster = '', batch = false, explain = false } = raw;
  if (batch) {
    if (policies.length > 0 || flows.length > 0)
      throw new Fault(
        'usage',
        '--batch: the worlds on standard input hold policies and flows; pass no files',
      );
    return { mode: 'batch', cluster, explain };
  }
  if (policies.length === 0)
    throw new Fault('usage', 'nothing to evaluate by: pass --policies FILE…, or --batch');
  if (flows.length === 0) throw new Fault('usage', 'nothing to evaluate: pass --flows FILE…, or --batch');
  return { mode: 'files', policies, flows, cluster, explain };
}
