// The clusters that get monitors of their own: those that ALERT_CLUSTERS names, else those that documents are stored of.
// One monitor for all would be silent about the second cluster while somebody has acknowledged the alert of the first.
import { at, field, text } from '../../model/json.ts';
import { indexPattern } from '../../stores/opensearch/indexNames.ts';
import { ask } from '../../stores/opensearch/patience.ts';
import type { Setup } from '../../stores/opensearch/templateSetup.ts';
import { isClusterName, MOST_ALERT_CLUSTERS } from '../alertSettings.ts';
import type { SetupLine } from '../setupLine.ts';
import { CLUSTER } from './search.ts';

export interface WatchedClusters {
  readonly clusters: readonly string[];
  /** What is worth saying about them; null where a setting has named them. */
  readonly line: SetupLine | null;
}

/**
 * @param named by ALERT_CLUSTERS
 * @param watched that have monitors now: they keep them where the store does not say which clusters there are
 * @throws Fault `opensearch-refused`
 */
export async function chooseClusters(
  setup: Setup,
  named: readonly string[],
  watched: readonly string[],
): Promise<WatchedClusters> {
  if (named.length > 0) return { clusters: named, line: null };
  const stored = await storedClusters(setup);
  const clusters = (stored ?? watched).toSorted().slice(0, MOST_ALERT_CLUSTERS);
  return { clusters, line: lineOf(clusters, stored !== null) };
}

/** @returns null where it may not be asked. Names that the setting would not take are left out. */
async function storedClusters(setup: Setup): Promise<readonly string[] | null> {
  const body = {
    size: 0,
    aggregations: { clusters: { terms: { field: CLUSTER, size: MOST_ALERT_CLUSTERS } } },
  };
  const search = {
    method: 'POST',
    path: `/${indexPattern('rollups', setup.settings.indexPrefix)}/_search`,
    body: JSON.stringify(body),
    nullOn: [403, 404],
  } as const;
  const answer = await ask(setup, search, 'the look for clusters', setup.signal);
  if (answer === null) return null;
  const buckets = at(answer, 'aggregations', 'clusters', 'buckets');
  const names = Array.isArray(buckets) ? buckets.map((bucket) => text(field(bucket, 'key'))) : [];
  return names.filter(isClusterName);
}

function lineOf(clusters: readonly string[], isAnswered: boolean): SetupLine {
  const what = 'clusters with alerts of their own';
  if (clusters.length > 0) {
    const detail = `${clusters.join(', ')}; a new one shares alerts with all others until setup runs again`;
    return { what, state: 'fine', detail, mend: '' };
  }
  const why = isAnswered ? 'no verdicts are stored yet' : 'rollups may not be searched by this user';
  return {
    what,
    state: 'advice',
    detail: `none, since ${why}: an alert of one cluster that is acknowledged or throttled hides those of all others`,
    mend: 'set ALERT_CLUSTERS, or run setup --monitors again when verdicts are stored',
  };
}
