// What the manifests add to an answer: the commit behind a change, and the file in which to change a policy.
import { commitOf } from '../../documents/manifestsView.ts';
import { parseRef, type PolicyRef } from '../../model/refs.ts';
import type { Change } from '../../queries/changes.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import type { GivenManifests } from '../analyze/manifests.ts';

/** The change with its commit: the one that the store has, else the one that the manifests tell. */
export function withCommit(told: Change, change: ChangeRecord, given: GivenManifests | null): Change {
  return given === null || told.commit !== null
    ? told
    : { ...told, commit: commitOf(change, given.manifests) };
}

/** `file#document`; '' without one, and where several stand for the policy (a folder for each stage). */
export function manifestOf(ref: PolicyRef, given: GivenManifests | null): string {
  const name = parseRef(ref);
  if (given === null || name === undefined) return '';
  const [manifest, ...others] = given.manifests.standFor(name);
  return manifest === undefined || others.length > 0 ? '' : manifest.source;
}
