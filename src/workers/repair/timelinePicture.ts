// What the change and policy documents of a cluster follow from, kept as it was at one policy offset: the timeline
// itself goes on. Two pictures tell which documents have to be written again, and which have lost their ground.
// Records that are the same objects in both make the same documents, so that almost nothing is made to be compared.
import { changeDocument } from '../../documents/changeDocument.ts';
import type { Document } from '../../documents/document.ts';
import { manifestsOf } from '../../documents/manifestLog.ts';
import type { Manifests } from '../../documents/manifests.ts';
import { compareWithManifests, type ManifestsView, type Standing } from '../../documents/manifestsView.ts';
import { missingPolicyDocument, policyDocument } from '../../documents/policyDocument.ts';
import { withdrawn } from '../../documents/withdrawn.ts';
import type { ChangeEvent } from '../../model/event.ts';
import { type ObjectName, type PolicyRef, refOf } from '../../model/refs.ts';
import type { ChangeRecord, PolicyState, TimelineReader } from '../../timeline/reader.ts';

export interface TimelinePicture {
  readonly cluster: string;
  /** Of the timeline; -1 before there was one. */
  readonly revision: number;
  /** By id: of several with one id the last stands. */
  readonly changes: ReadonlyMap<string, ChangeRecord>;
  readonly policies: ReadonlyMap<PolicyRef, PicturedPolicy>;
  readonly published: Published;
  readonly view: ManifestsView | null;
}

/** A policy of the timeline, or one that only the manifests hold. */
export type PicturedPolicy =
  | { readonly kind: 'known'; readonly state: PolicyState }
  | { readonly kind: 'missing'; readonly name: ObjectName; readonly standing: Standing };

/** The manifests as of so many records of the log. */
export interface Published {
  readonly records: number;
  readonly manifests: Manifests | null;
}

const NOTHING_PUBLISHED: Published = { records: 0, manifests: null };

/** Of a cluster of which no document was ever written. */
export function emptyPicture(cluster: string): TimelinePicture {
  return {
    cluster,
    revision: -1,
    changes: new Map(),
    policies: new Map(),
    published: NOTHING_PUBLISHED,
    view: null,
  };
}

/**
 * @param published the cluster's records of Git manifests, in the order of the log
 * @param before an older picture of the same cluster
 */
export function pictureOf(
  timeline: TimelineReader,
  published: readonly ChangeEvent[],
  before: TimelinePicture,
): TimelinePicture {
  const isSame = before.published.records === published.length;
  const manifests = isSame ? before.published.manifests : manifestsOf(published);
  const view = manifests === null ? null : compareWithManifests(timeline, manifests);
  const policies = new Map<PolicyRef, PicturedPolicy>();
  for (const { name, standing } of view?.missing ?? [])
    policies.set(refOf(name), { kind: 'missing', name, standing });
  for (const state of timeline.policies()) policies.set(state.ref, { kind: 'known', state });
  return {
    cluster: timeline.cluster,
    revision: timeline.revision,
    changes: new Map(timeline.changes().map((change) => [change.id, change])),
    policies,
    published: isSame ? before.published : { records: published.length, manifests },
    view,
  };
}

/** Whether a picture taken now would be the same. */
export function isUpToDate(
  { revision, published: { records } }: TimelinePicture,
  timeline: TimelineReader,
  published: readonly ChangeEvent[],
): boolean {
  return revision === timeline.revision && records === published.length;
}

/**
 * Documents to write so that what `before` says in the store becomes what `after` says. Their version is not theirs
 * yet. null: one more was looked at and needs no writing; there may be many, so let others work in between.
 */
export function* differing(before: TimelinePicture, after: TimelinePicture): Generator<Document | null> {
  yield* differingChanges(before, after);
  yield* differingPolicies(before, after);
}

function* differingChanges(before: TimelinePicture, after: TimelinePicture): Generator<Document | null> {
  const isDeclaredAnew = before.published !== after.published;
  for (const [id, change] of after.changes) {
    const old = before.changes.get(id);
    if (old === change && !isDeclaredAnew && before.view?.driftBy(old) === after.view?.driftBy(change))
      continue;
    const document = changeDocument(after.cluster, change, after.view);
    const was = old === undefined ? null : changeDocument(before.cluster, old, before.view);
    yield says(was, document) ? null : document;
  }
  for (const [id, change] of before.changes)
    if (!after.changes.has(id)) yield withdrawn(changeDocument(before.cluster, change, before.view));
}

function* differingPolicies(before: TimelinePicture, after: TimelinePicture): Generator<Document | null> {
  const isUndeclared = before.view === null && after.view === null;
  for (const [ref, policy] of after.policies) {
    const old = before.policies.get(ref);
    if (old !== undefined && isUndeclared && areSame(old, policy)) continue;
    const document = policyDocumentOf(after, policy);
    const was = old === undefined ? null : policyDocumentOf(before, old);
    yield says(was, document) ? null : document;
  }
  for (const [ref, policy] of before.policies)
    if (!after.policies.has(ref)) yield withdrawn(policyDocumentOf(before, policy));
}

function policyDocumentOf({ cluster, view }: TimelinePicture, policy: PicturedPolicy): Document {
  return policy.kind === 'known'
    ? policyDocument(cluster, policy.state, view)
    : missingPolicyDocument(cluster, policy.name, policy.standing);
}

function areSame(old: PicturedPolicy, policy: PicturedPolicy): boolean {
  if (old.kind !== 'known' || policy.kind !== 'known') return false;
  const [a, b] = [old.state, policy.state];
  return (
    a.version === b.version &&
    a.lastChange === b.lastChange &&
    a.deletedAt === b.deletedAt &&
    a.valid === b.valid
  );
}

function says(was: Document | null, is: Document): boolean {
  if (was === null || was._index !== is._index) return false;
  return JSON.stringify(was.fields) === JSON.stringify(is.fields);
}
