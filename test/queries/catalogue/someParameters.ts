// Parameters to ask a saved query with: as it is asked by default, and narrowed in each way that it takes.
import type { QueryParameters, SavedQuery } from '../../../src/queries/catalogue/savedQuery.ts';

const TEN = Date.parse('2026-11-02T10:00:00Z');
const NOON = Date.parse('2026-11-02T12:00:00Z');

export const NO_PARAMETERS: QueryParameters = {
  sinceMs: null,
  untilMs: null,
  asOfMs: NOON,
  cluster: '',
  namespace: '',
  own: {},
};

/** With the fallbacks of its own parameters. */
export function parametersOf(query: SavedQuery, given: Partial<QueryParameters> = {}): QueryParameters {
  const own = Object.fromEntries((query.parameters ?? []).map(({ name, fallback }) => [name, fallback]));
  const namespace = query.needs?.includes('namespace') === true ? 'shop' : '';
  return { ...NO_PARAMETERS, namespace, own, ...given };
}

export function someParameters(query: SavedQuery): readonly QueryParameters[] {
  const narrowed: readonly Partial<QueryParameters>[] = [
    { sinceMs: TEN },
    { untilMs: TEN, asOfMs: TEN },
    { cluster: 'prod-eu1', namespace: 'shop' },
    { cluster: 'elsewhere' },
  ];
  return [parametersOf(query), ...narrowed.map((given) => parametersOf(query, given))];
}
