// Second names of fields, in the mappings of OpenSearch alone: no document holds them, a search can ask for them. A
// dashboard filters everything on it at once, and what does not have the field of the filter is gone. By these names a
// namespace, or a change, is the same question to verdicts, to changes and to policies.
import type { TableName } from '../../documents/fields.ts';

/** Elastic Common Schema: where it happened. The subject's namespace, or the policy's. */
export const NAMESPACE = 'orchestrator.namespace';

/** Of a verdict: the change that is its cause. */
export const CHANGE = 'change.id';

const OF_VERDICTS = { [NAMESPACE]: 'subject.namespace', [CHANGE]: 'cause.change_id' };
const OF_POLICIES = { [NAMESPACE]: 'policy.namespace' };

/** By second name, the field that it stands for. */
export const ALIASES: Readonly<Record<TableName, Readonly<Record<string, string>>>> = {
  verdicts: OF_VERDICTS,
  rollups: OF_VERDICTS,
  changes: OF_POLICIES,
  policies: OF_POLICIES,
  feeds: {},
};
