// The policies that exist, as saved queries ask for them: neither deleted nor withdrawn, nor known from manifests
// alone.
import { type Condition, exists, is, type Listing, not } from './part.ts';
import type { QueryParameters } from './savedQuery.ts';
import { policyScope } from './scope.ts';

/** @param fields which to give; each row can be told from all others by cluster and policy.ref */
export function policiesInForce(parameters: QueryParameters, fields: readonly string[]): Listing {
  return {
    kind: 'listing',
    from: 'policies',
    where: [...policyScope(parameters), ...IN_FORCE],
    fields,
    sort: [],
  };
}

const IN_FORCE: readonly Condition[] = [
  not(exists('policy.deleted_at')),
  not(is('change.outcome', 'withdrawn')),
  not(is('drift', 'not-in-cluster')),
];
