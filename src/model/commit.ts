// Commits of a Git repository of manifests, as far as they say who wanted a policy to be as it is.
import type { JsonObject } from './json.ts';
import type { ObjectName } from './refs.ts';
import type { Micros } from './time.ts';

export interface Commit {
  /** Full hash, lower-case hex. */
  readonly id: string;
  /** Name of its author: the person behind what a GitOps controller applies. */
  readonly author: string;
  /** When it came onto its branch as it is (the committer's date, of the committer's clock). */
  readonly at: Micros;
  /** Path in the repository. */
  readonly file: string;
}

/** What one commit made of one file: the Kubernetes objects that it held before and after. */
export interface CommittedFile {
  readonly commit: Commit;
  /** [] when the commit added the file. */
  readonly before: readonly JsonObject[];
  /** [] when the commit removed the file. */
  readonly after: readonly JsonObject[];
}

/** What one commit made of one policy. */
export interface CommitStep {
  readonly commit: Commit;
  /** An empty namespace of a namespaced kind: the manifest names none. */
  readonly name: ObjectName;
  /** The policy as it is since; null: the commit removed it. */
  readonly object: JsonObject | null;
}
