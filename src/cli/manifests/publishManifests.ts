// From a folder of manifests and its Git history to the policy log: the differences, and the end of the run.
import { commitSteps } from '../../documents/commitLog.ts';
import { readManifestLog } from '../../documents/manifestLog.ts';
import { policiesAmong } from '../../documents/manifests.ts';
import type { LoadedObject } from '../../manifests/document.ts';
import type { ManifestHistory } from '../../manifests/history.ts';
import type { ChangeEvent } from '../../model/event.ts';
import { changesIn, type PolicyTopic, publish } from '../publish/policyTopic.ts';
import { manifestUpdate } from './update.ts';

export interface ManifestsRequest {
  readonly objects: readonly LoadedObject[];
  readonly history: ManifestHistory;
  readonly cluster: string;
  /** Says what would be sent, sends nothing. */
  readonly dryRun: boolean;
}

export interface PublishedManifests {
  readonly policies: number;
  readonly altered: number;
  readonly gone: number;
  /** Records sent, or that would be. */
  readonly records: number;
}

/** @throws Fault as {@link changesIn} and {@link publish} do */
export async function publishManifests(
  topic: PolicyTopic,
  { objects, history, cluster, dryRun }: ManifestsRequest,
): Promise<PublishedManifests> {
  const policies = policiesAmong(objects);
  const held: ChangeEvent[] = [];
  for await (const event of changesIn(topic, cluster))
    if (event.body.changeOrigin === 'manifests') held.push(event);
  const { events, altered, gone } = manifestUpdate(
    readManifestLog(held),
    { policies, steps: commitSteps(history.files), isWholeHistory: history.state === 'read' },
    cluster,
  );
  if (!dryRun) await publish(topic, events);
  return { policies: policies.length, altered, gone, records: events.length };
}
