// The current version of a policy as a document. Says nothing that traffic tells: that is a query.
import { hashHex } from '../model/hash.ts';
import { managedBy } from '../model/ownership.ts';
import { formatInstant } from '../model/time.ts';
import type { PolicyDrift } from '../model/verdict.ts';
import type { PolicyState } from '../timeline/reader.ts';
import { type ObjectName, parseRef, refOf } from '../model/refs.ts';
import { commitFields } from './changeDocument.ts';
import { content } from './content.ts';
import { type Fields, present } from './conversation.ts';
import type { Document } from './document.ts';
import type { ManifestsView, Standing } from './manifestsView.ts';

/** @param manifests null when none were given */
export function policyDocument(
  cluster: string,
  state: PolicyState,
  manifests: ManifestsView | null = null,
): Document {
  const name = parseRef(state.ref);
  const { version, lastChange } = state;
  const actor = lastChange?.event?.body.actor;
  const validity = validityOf(state);
  const standing = manifests?.standingOf(state) ?? null;
  const made = version?.change ?? null;
  return {
    _id: hashHex(128, [cluster, state.ref]),
    _index: 'netpol-policies',
    _version: 1,
    fields: present({
      'orchestrator.cluster.name': cluster,
      'policy.ref': state.ref,
      'policy.kind': name?.kind,
      'policy.namespace': name?.namespace,
      'policy.name': name?.name,
      'policy.uid': version?.uid,
      'policy.generation': version?.generation,
      'policy.resource_version': version?.change?.resourceVersion,
      'policy.since': version === null || version.from <= 0 ? null : formatInstant(version.from),
      'policy.deleted_at': state.deletedAt === null ? null : formatInstant(state.deletedAt),
      'policy.managed_by': managedBy(version?.object ?? null)?.manager,
      'policy.validity': validity?.word,
      'policy.problem': validity?.problem,
      'policy.confidence': version?.confidence,
      'policy.spec': content(version?.object ?? null),
      'change.id': lastChange?.id,
      'change.at': lastChange === null ? null : formatInstant(lastChange.at),
      'change.outcome': lastChange?.outcome,
      'actor.user': actor?.user,
      'actor.kind': actor?.user === '' ? null : actor?.kind,
      ...commitFields('change.commit', made === null ? null : (manifests?.commitOf(made) ?? null)),
      ...(standing === null ? {} : standingFields(standing)),
      drift: [...driftOf(standing), ...policyDrift(state)],
    }),
  };
}

/** A policy that only the manifests hold. */
export function missingPolicyDocument(cluster: string, name: ObjectName, standing: Standing): Document {
  const ref = refOf(name);
  return {
    _id: hashHex(128, [cluster, ref]),
    _index: 'netpol-policies',
    _version: 1,
    fields: present({
      'orchestrator.cluster.name': cluster,
      'policy.ref': ref,
      'policy.kind': name.kind,
      'policy.namespace': name.namespace,
      'policy.name': name.name,
      ...standingFields(standing),
      drift: driftOf(standing),
    }),
  };
}

function driftOf(standing: Standing | null): readonly PolicyDrift[] {
  return standing === null || standing.drift === null ? [] : [standing.drift];
}

function standingFields({ manifest, diff, cause, newestCommit }: Standing): Fields {
  const actor = cause?.event?.body.actor;
  return present({
    'policy.manifest': manifest?.source,
    'policy.manifest_diff': diff,
    'cause.change_id': cause?.id,
    'cause.at': cause === null ? null : formatInstant(cause.at),
    'cause.verb': cause?.event?.body.verb,
    'cause.actor': actor?.user,
    'cause.actor_kind': actor?.user === '' ? null : actor?.kind,
    ...commitFields('manifest.commit', newestCommit),
  });
}

/** `not-in-force`: Cilium says that the policy is invalid, or its spec cannot be valid. */
function policyDrift(state: PolicyState): readonly PolicyDrift[] {
  return state.deletedAt === null && validityOf(state)?.word === 'invalid' ? ['not-in-force'] : [];
}

function validityOf(state: PolicyState): { readonly word: string; readonly problem: string } | null {
  if (state.valid === null) return null;
  return state.valid.value
    ? { word: 'valid', problem: '' }
    : { word: 'invalid', problem: state.valid.message };
}
