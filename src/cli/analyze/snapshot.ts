// From `--policies` to the timelines: what the cluster held when somebody asked it.
import { loadManifests } from '../../manifests/load.ts';
import type { ChangeEvent } from '../../model/event.ts';
import type { SnapshotInspection } from '../../model/inspection.ts';
import { field } from '../../model/json.ts';
import { snapshotEvents } from '../../normalise/snapshot.ts';
import { kindsNotHeld } from '../../report/kindsNotHeld.ts';
import { inspectSnapshot } from '../../sources/inspectSnapshot.ts';
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

export interface GivenSnapshot {
  /** What was passed, as a person named it. */
  readonly name: string;
  readonly objects: number;
  readonly held: SnapshotInspection;
  /**
   * Says that what it does not show does not exist; once, when the audit log was read. Not of kinds that it does not
   * hold at all though the log names older policies of them: those nobody asked for.
   */
  readonly conclude: () => void;
}

/**
 * Whatever is no policy (Pods, Namespaces) is used as well, but a file that holds no policy is no snapshot of
 * them: then nothing is said to be absent.
 * @returns null when none was asked for.
 * @throws Fault `input-missing`, `input-unreadable`
 */
export async function readSnapshot(
  { policies, cluster, unnamed }: SnapshotSource,
  clusters: Clusters,
  say: (message: string) => void,
): Promise<GivenSnapshot | null> {
  if (policies.length === 0) return null;
  const { objects, problems } = await loadManifests(policies);
  for (const { source, message } of problems.slice(0, MAX_COMPLAINTS)) say(`${source}: ${message}`);
  if (problems.length > MAX_COMPLAINTS)
    say(`--policies: ${problems.length - MAX_COMPLAINTS} more that cannot be read`);
  const held = inspectSnapshot(objects.map(({ object }) => object));
  const given = { name: givenName(policies), objects: objects.length, held };
  if (unnamed === 'reject' && cluster === '') return { ...given, conclude() {} };
  clusters.knowPods(objects.map(({ object }) => object).filter((object) => field(object, 'kind') === 'Pod'));
  const events = snapshotEvents(objects, { cluster, complete: held.policies > 0 }).flatMap((outcome) =>
    outcome.outcome === 'accepted' ? [outcome.value] : [],
  );
  const isEnd = ({ body }: ChangeEvent): boolean => body.action === 'list';
  for (const event of events) if (!isEnd(event)) clusters.addChange(event);
  return {
    ...given,
    conclude() {
      const missing = kindsNotHeld(held, clusters.named.older());
      for (const event of events)
        if (isEnd(event) && !missing.some(({ kind }) => kind === event.body.target.kind))
          clusters.addChange(event);
    },
  };
}

/** The one path as given; of several, the option. */
export function givenName(paths: readonly string[], option = '--policies'): string {
  const [only = option] = paths;
  return paths.length > 1 || only === '-' ? option : only;
}
