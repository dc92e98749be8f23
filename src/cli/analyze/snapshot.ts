// From `--policies` to the timelines: what the cluster held when somebody asked it.
import { loadManifests } from '../../manifests/load.ts';
import { field } from '../../model/json.ts';
import { snapshotEvents } from '../../normalise/snapshot.ts';
import type { Clusters } from './clusters.ts';

/** Lines about what cannot be read, before the rest is one number. */
const MAX_COMPLAINTS = 20;

export interface SnapshotSource {
  readonly policies: readonly string[];
  /** `--cluster`; '' = as the flows say. */
  readonly cluster: string;
  /** What becomes of objects that name no cluster: the one cluster of the flows adopts them, or nobody. */
  readonly unnamed: 'adopt' | 'reject';
}

/**
 * @returns how many objects were read; null when none were asked for.
 * @throws Fault `input-missing`, `input-unreadable`
 */
export async function readSnapshot(
  { policies, cluster, unnamed }: SnapshotSource,
  clusters: Clusters,
  say: (message: string) => void,
): Promise<number | null> {
  if (policies.length === 0) return null;
  const { objects, problems } = await loadManifests(policies);
  for (const { source, message } of problems.slice(0, MAX_COMPLAINTS)) say(`${source}: ${message}`);
  if (problems.length > MAX_COMPLAINTS)
    say(`--policies: ${problems.length - MAX_COMPLAINTS} more that cannot be read`);
  if (unnamed === 'reject' && cluster === '') return objects.length;
  clusters.knowPods(objects.map(({ object }) => object).filter((object) => field(object, 'kind') === 'Pod'));
  // A file of which nothing could be read says nothing; an empty list says that there are no policies.
  const complete = objects.length > 0 || problems.length === 0;
  for (const outcome of snapshotEvents(objects, { cluster, complete }))
    if (outcome.outcome === 'accepted') clusters.addChange(outcome.value);
  return objects.length;
}
