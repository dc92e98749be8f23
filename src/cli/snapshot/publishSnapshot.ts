// From the objects of a snapshot to the policy log: what it does not hold yet, and nothing else. The ids of a
// snapshot's events follow from their content, so the same snapshot twice sends nothing the second time.
import type { LoadedObject } from '../../manifests/document.ts';
import type { ChangeEvent } from '../../model/event.ts';
import type { TrackedKind } from '../../model/refs.ts';
import { snapshotEvents } from '../../normalise/snapshot.ts';
import { changesIn, type PolicyTopic, publish } from '../publish/policyTopic.ts';

export interface SnapshotRequest {
  readonly objects: readonly LoadedObject[];
  /** Whether the objects are all of their kinds: then what is absent does not exist. */
  readonly complete: boolean;
  readonly cluster: string;
  /** Says what would be sent, sends nothing. */
  readonly dryRun: boolean;
}

export interface SnapshotAccount {
  readonly kinds: readonly { readonly kind: TrackedKind; readonly objects: number; readonly added: number }[];
  /** Objects of kinds that decide nothing here. */
  readonly ignored: number;
  /** Ends of complete lists that are sent. */
  readonly markers: number;
}

/** @throws Fault as {@link changesIn} and {@link publish} do */
export async function publishSnapshot(
  topic: PolicyTopic,
  { objects, complete, cluster, dryRun }: SnapshotRequest,
): Promise<SnapshotAccount> {
  const outcomes = snapshotEvents(objects, { cluster, complete });
  const events = outcomes.flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
  const known = new Set<string>();
  for await (const { id, body } of changesIn(topic, cluster))
    if (body.changeOrigin === 'snapshot') known.add(id);
  const fresh = events.filter(({ id }) => {
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
  if (!dryRun) await publish(topic, fresh);
  return { ...accountOf(events, fresh), ignored: outcomes.length - events.length };
}

function accountOf(
  events: readonly ChangeEvent[],
  fresh: readonly ChangeEvent[],
): Pick<SnapshotAccount, 'kinds' | 'markers'> {
  const isObject = ({ body }: ChangeEvent): boolean => body.action === 'observe';
  const seen = Map.groupBy(events.filter(isObject), ({ body }) => body.target.kind);
  const added = Map.groupBy(fresh.filter(isObject), ({ body }) => body.target.kind);
  return {
    kinds: [...seen].map(([kind, own]) => ({
      kind,
      objects: own.length,
      added: added.get(kind)?.length ?? 0,
    })),
    markers: fresh.filter((event) => !isObject(event)).length,
  };
}
