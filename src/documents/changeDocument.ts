// One version of a policy, or one attempt at changing it, as a document.
import type { Commit } from '../model/commit.ts';
import { managedBy } from '../model/ownership.ts';
import { FOREVER, formatInstant } from '../model/time.ts';
import type { PolicyDrift } from '../model/verdict.ts';
import type { ChangeRecord } from '../timeline/reader.ts';
import { type Fields, present } from './conversation.ts';
import { orderedKeys } from './bagText.ts';
import { content } from './content.ts';
import { differences } from './differences.ts';
import type { Document } from './document.ts';
import type { ManifestsView } from './manifestsView.ts';

/** @param manifests null when none were given */
export function changeDocument(
  cluster: string,
  change: ChangeRecord,
  manifests: ManifestsView | null = null,
): Document {
  const body = change.event?.body;
  const at = formatInstant(change.at);
  const sides = sidesOf(change);
  return {
    _id: change.id,
    _index: `netpol-changes-${at.slice(0, 4)}`,
    _version: 1,
    fields: present({
      '@timestamp': at,
      'change.id': change.id,
      'orchestrator.cluster.name': cluster,
      'change.outcome': change.outcome,
      'change.verb': body?.verb,
      'change.origin': body?.changeOrigin ?? 'audit',
      'change.confidence': change.confidence,
      'change.at': at,
      'change.until':
        change.outcome === 'version' && change.until < FOREVER ? formatInstant(change.until) : null,
      'change.audit_id': body?.auditId,
      'change.code': body === undefined || body.code === 0 ? null : body.code,
      'change.message': body?.message,
      'change.cause': body?.changeCause,
      ...policyFields(change),
      'policy.managed_by': managedBy(change.after ?? change.before)?.manager,
      ...actorFields(change),
      ...commitFields('change.commit', manifests?.commitOf(change) ?? null),
      'change.diff': sides.isKnown ? differences(sides.before, sides.after, orderedKeys(change.kind)) : [],
      'change.spec_before': sides.before,
      'change.spec_after': sides.after,
      drift: [...driftFromManifests(change, manifests), ...changeDrift(change)],
    }),
  };
}

/**
 * What decides before and after the change. Nothing on one side is known only of a creation and of a
 * deletion; otherwise it means that the log does not hold the body, and then there is no difference to tell.
 */
function sidesOf(change: ChangeRecord) {
  const decides = change.outcome === 'version' || change.outcome === 'tombstone';
  const before = decides ? content(change.before) : null;
  const after = decides ? content(change.after) : null;
  const isCreation =
    change.outcome === 'version' && (change.generation === 1 || change.event?.body.code === 201);
  const isDeletion = change.outcome === 'tombstone';
  return { before, after, isKnown: (before !== null || isCreation) && (after !== null || isDeletion) };
}

/** What the policy is not any more since this change: as the manifests say. */
function driftFromManifests(change: ChangeRecord, manifests: ManifestsView | null): readonly PolicyDrift[] {
  const drift = manifests?.driftBy(change) ?? null;
  return drift === null ? [] : [drift];
}

/** `manual-change`: a human wrote or deleted what a GitOps controller or Helm manages. */
function changeDrift(change: ChangeRecord): readonly PolicyDrift[] {
  const altered = change.outcome === 'version' || change.outcome === 'tombstone';
  const body = change.event?.body;
  if (!altered || body === undefined || body.changeOrigin !== 'audit' || body.actor.kind !== 'human')
    return [];
  return managedBy(change.before) !== null || managedBy(change.after) !== null ? ['manual-change'] : [];
}

/** A commit under `change.commit` or `manifest.commit`. */
export function commitFields(name: string, commit: Commit | null): Fields {
  if (commit === null) return {};
  return present({
    [`${name}.id`]: commit.id,
    [`${name}.author`]: commit.author,
    [`${name}.at`]: formatInstant(commit.at),
    [`${name}.file`]: commit.file,
  });
}

function policyFields(change: ChangeRecord): Fields {
  return present({
    'policy.ref': change.ref,
    'policy.kind': change.kind,
    'policy.namespace': change.namespace,
    'policy.name': change.name,
    'policy.uid': change.uid,
    'policy.generation': change.generation,
    'policy.resource_version': change.resourceVersion,
  });
}

function actorFields(change: ChangeRecord): Fields {
  const actor = change.event?.body.actor;
  if (actor === undefined || actor.user === '') return {};
  return present({
    'actor.user': actor.user,
    'actor.groups': [...actor.groups].sort(),
    'actor.impersonator': actor.impersonator,
    'actor.kind': actor.kind,
    'actor.kind_confidence': actor.kindConfidence,
    'actor.manager': actor.manager,
    'user_agent.original': actor.userAgent,
    'source.ip': actor.sourceIps,
  });
}
