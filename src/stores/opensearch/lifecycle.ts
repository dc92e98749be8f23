// For how long indices are kept, in the words of OpenSearch's index state management (ISM): one policy for each
// table that has a retention. Age counts from the day an index was made, which is about when its time begins: to
// keep its last moment long enough, the time that it covers is added. Nothing is sent from here.
import { at, field } from '../../model/json.ts';
import { indexPattern } from './indexNames.ts';
import { DATED_TABLES, type DatedTable, type OpenSearchSettings } from './settings.ts';

export interface LifecyclePolicy {
  /** `<prefix>verdicts-retention`. */
  readonly name: string;
  readonly table: DatedTable;
  /** As `PUT _plugins/_ism/policies/<name>` takes it. */
  readonly body: { readonly policy: object };
}

/** The most days that one index of the table covers. */
const COVERED_DAYS: Readonly<Record<DatedTable, number>> = {
  verdicts: 1,
  rollups: 31,
  changes: 366,
  feeds: 31,
};

const PRIORITY = 200;

/** None for tables that are kept for ever. */
export function lifecyclePolicies({
  indexPrefix,
  retentionDays,
}: Pick<OpenSearchSettings, 'indexPrefix' | 'retentionDays'>): readonly LifecyclePolicy[] {
  return DATED_TABLES.filter((table) => retentionDays[table] > 0).map((table) => ({
    name: policyName(table, indexPrefix),
    table,
    body: { policy: deletion(indexPattern(table, indexPrefix), retentionDays[table] + COVERED_DAYS[table]) },
  }));
}

export function policyName(table: DatedTable, indexPrefix: string): string {
  return `${indexPrefix}${table}-retention`;
}

function deletion(pattern: string, days: number): object {
  return {
    description: 'netpol-drift: deletes what is older than the retention that is set.',
    default_state: 'kept',
    states: [
      {
        name: 'kept',
        actions: [],
        transitions: [{ state_name: 'deleted', conditions: { min_index_age: `${days}d` } }],
      },
      { name: 'deleted', actions: [{ delete: {} }], transitions: [] },
    ],
    ism_template: [{ index_patterns: [pattern], priority: PRIORITY }],
  };
}

/** The age at which a stored policy deletes; '' when it is none of ours. */
export function deletionAge(policy: unknown): string {
  const age = at(firstOf(at(firstOf(field(policy, 'states')), 'transitions')), 'conditions', 'min_index_age');
  return typeof age === 'string' ? age : '';
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
