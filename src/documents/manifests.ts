// The policies that the manifests hold, and which of them stand for a policy of the cluster. Many
// repositories leave the namespace to the tool that applies them (kustomize, Argo CD): a manifest without
// one stands for every policy of its kind and name that no manifest with a namespace names.
import type { CommitStep, CommittedFile } from '../model/commit.ts';
import type { JsonObject } from '../model/json.ts';
import { type ObjectName, type PolicyRef, refOf } from '../model/refs.ts';
import { type CommitLog, commitSteps, createCommitLog, policyName } from './commitLog.ts';

/** An object as it was read: any kind. */
export interface DeclaredObject {
  readonly object: JsonObject;
  /** `file#document`. */
  readonly source: string;
}

export interface DeclaredPolicy extends DeclaredObject {
  /** An empty namespace of a namespaced kind: the manifest names none. */
  readonly name: ObjectName;
}

export interface Manifests {
  readonly policies: readonly DeclaredPolicy[];
  /** Those that stand for the policy; several where folders hold one per stage. */
  standFor(name: ObjectName): readonly DeclaredPolicy[];
  readonly commits: CommitLog;
}

/** @param history as {@link commitSteps} takes it; [] when there is no Git history. */
export function createManifests(
  objects: readonly DeclaredObject[],
  history: readonly CommittedFile[],
): Manifests {
  return manifestsFrom(policiesAmong(objects), commitSteps(history));
}

/** @param steps newest first */
export function manifestsFrom(policies: readonly DeclaredPolicy[], steps: readonly CommitStep[]): Manifests {
  const byRef: ReadonlyMap<PolicyRef, readonly DeclaredPolicy[]> = Map.groupBy(policies, ({ name }) =>
    refOf(name),
  );
  return {
    policies,
    standFor: (name) => byRef.get(refOf(name)) ?? byRef.get(refOf({ ...name, namespace: '' })) ?? [],
    commits: createCommitLog(steps),
  };
}

export function policiesAmong(objects: readonly DeclaredObject[]): readonly DeclaredPolicy[] {
  return objects.flatMap((declared): DeclaredPolicy[] => {
    const name = policyName(declared.object);
    return name === null ? [] : [{ ...declared, name }];
  });
}
