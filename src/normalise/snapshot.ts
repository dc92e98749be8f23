// Turns objects as `kubectl get … -o json` lists them, or as manifests hold them, into `observe` events:
// what was in force when nobody logs it any more. A complete snapshot ends with one `list` marker per policy
// kind, so that the absence of an object means something.

import type { ChangeEvent, PolicyChange } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { canonicalJson, field, type JsonObject, text } from '../model/json.ts';
import { accepted, ignored, type Outcome } from '../model/outcome.ts';
import { POLICY_KINDS, type TrackedKind, trackedKindOf } from '../model/refs.ts';
import { parseInstant } from '../model/time.ts';
import { observation } from './auditLists.ts';
import { CONFIG_NAME, CONFIG_NAMESPACE } from './kubernetesObject.ts';
import { unloggedChange } from './unloggedChange.ts';

export interface SnapshotObject {
  readonly object: JsonObject;
  /** The file it was read from. */
  readonly source: string;
}

export interface SnapshotSettings {
  /** '' = bound later. */
  readonly cluster: string;
  /** Whether the objects are all of their kinds, in all namespaces. */
  readonly complete: boolean;
}

/**
 * One outcome per object, in the given order (other kinds are ignored), then, of a complete snapshot, one
 * `list` marker for each policy kind, also for kinds without objects. An `observe` is stamped with the
 * object's creationTimestamp, 0 where it has none; a marker with 0 and the highest resourceVersion among
 * the objects of its kind. The origin's offset is the object's place in the input, from 1.
 */
export function snapshotEvents(
  objects: readonly SnapshotObject[],
  settings: SnapshotSettings,
): readonly Outcome<ChangeEvent>[] {
  const outcomes = objects.map((item, index) => observed(item, index, settings.cluster));
  if (!settings.complete) return outcomes;
  const events = outcomes.flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
  const source = objects[0]?.source ?? '';
  const markers = POLICY_KINDS.map((kind, index) => {
    const place = { source, offset: objects.length + 1, index };
    return accepted(marker(kind, events, place, settings.cluster));
  });
  return [...outcomes, ...markers];
}

function observed(item: SnapshotObject, index: number, cluster: string): Outcome<ChangeEvent> {
  const { object, source } = item;
  const kind = trackedKindOf(text(field(object, 'apiVersion')), text(field(object, 'kind')));
  if (kind === undefined) return ignored('other-resource');
  const change = observation(frameOf(kind), object, text(field(object, 'apiVersion')));
  if (kind === 'ConfigMap' && !isCiliumConfig(change)) return ignored('other-config');
  const created = parseInstant(text(field(field(object, 'metadata'), 'creationTimestamp')));
  return accepted({
    id: hashHex(128, ['snapshot', canonicalJson(change.object)]),
    cluster,
    observedAt: created?.micros ?? 0,
    observedAtNanos: created?.nanos ?? 0,
    origin: { source, partition: 0, offset: index + 1, index: 0 },
    body: change,
  });
}

function marker(
  kind: TrackedKind,
  events: readonly ChangeEvent[],
  place: { readonly source: string; readonly offset: number; readonly index: number },
  cluster: string,
): ChangeEvent {
  const own = events.filter((event) => event.body.target.kind === kind);
  const highest = own
    .map((event) => event.body.resourceVersion)
    .reduce((high, version) => (Number(version) > Number(high) ? version : high), '');
  return {
    id: hashHex(128, ['snapshot-list', kind, ...own.map((event) => event.id).sort()]),
    cluster,
    observedAt: 0,
    observedAtNanos: 0,
    origin: { ...place, partition: 0 },
    body: { ...frameOf(kind), action: 'list', baseResourceVersion: highest },
  };
}

function isCiliumConfig(change: PolicyChange): boolean {
  return change.target.namespace === CONFIG_NAMESPACE && change.target.name === CONFIG_NAME;
}

function frameOf(kind: TrackedKind): PolicyChange {
  return { ...unloggedChange(kind, 'snapshot'), action: 'observe', verb: 'snapshot' };
}
