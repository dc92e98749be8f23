// The cluster against its manifests: where the policies at the end of the timeline are not what the manifests
// say, and which change made it so.
//
//   versions   v1 = manifest ──▶ v2 differs ──▶ v3 differs ──▶ end of the log
//                                └ the cause
//
// What cannot be compared (a policy whose body nobody saw) is no drift, and is counted. That a manifest is
// not in the cluster is said only where a deletion or a complete snapshot tells.
import type { Commit } from '../model/commit.ts';
import { type ObjectName, parseRef, type PolicyRef, refOf } from '../model/refs.ts';
import { FOREVER } from '../model/time.ts';
import type { PolicyDrift } from '../model/verdict.ts';
import type { ChangeRecord, PolicyState, PolicyVersion, TimelineReader } from '../timeline/reader.ts';
import { orderedKeys } from './bagText.ts';
import { declaredBody, declaredText } from './declaredBody.ts';
import { differences } from './differences.ts';
import type { DeclaredPolicy, Manifests } from './manifests.ts';

/** How one policy stands to the manifests. */
export interface Standing {
  readonly drift: Extract<
    PolicyDrift,
    'differs-from-manifests' | 'not-in-cluster' | 'not-in-manifests'
  > | null;
  /** The manifest that stands for it: of several the nearest. null when there is none. */
  readonly manifest: DeclaredPolicy | null;
  /** `path: manifest → cluster`, of `differs-from-manifests`. */
  readonly diff: readonly string[];
  /** The change since which it is so; null without drift, and where no change that we know made it so. */
  readonly cause: ChangeRecord | null;
  /** The newest commit that altered its manifest; of `not-in-manifests`, the one that removed it. */
  readonly newestCommit: Commit | null;
}

export interface ManifestsView {
  /** Of a policy of the timeline, deleted ones too. */
  standingOf(state: PolicyState): Standing;
  /** The drift that this change made, and that still holds. */
  driftBy(change: ChangeRecord): Standing['drift'];
  /** The commit that a version came from; of a deletion, the one that removed the policy. */
  commitOf(change: ChangeRecord): Commit | null;
  /** Policies of the manifests that the timeline never held. [] without a complete snapshot. */
  readonly missing: readonly { readonly name: ObjectName; readonly standing: Standing }[];
  /** Policies in force that have a manifest, but whose body is unknown. */
  readonly uncompared: number;
}

export function compareWithManifests(timeline: TimelineReader, manifests: Manifests): ManifestsView {
  const states = timeline.policies();
  const alive = new Set(states.filter(isAlive).map(({ ref }) => bareRef(ref)));
  const against: Against = { timeline, manifests, alive };
  const standings = new Map(states.map((state) => [state.ref, judge(state, against)]));
  const causes = new Map(
    [...standings.values()].flatMap(({ cause, drift }) =>
      cause === null || drift === null ? [] : [[cause.id, drift] as const],
    ),
  );
  return {
    standingOf: ({ ref }) => standings.get(ref) ?? NOTHING,
    driftBy: ({ id }) => causes.get(id) ?? null,
    commitOf: (change) => commitOf(change, manifests),
    missing: timeline.hasSnapshot() ? missingPolicies(states, manifests) : [],
    uncompared: states.filter(
      (state) =>
        isAlive(state) && state.version?.object === null && standings.get(state.ref)?.manifest !== null,
    ).length,
  };
}

const NOTHING: Standing = { drift: null, manifest: null, diff: [], cause: null, newestCommit: null };

interface Against {
  readonly timeline: TimelineReader;
  readonly manifests: Manifests;
  /** Kinds and names of the policies in force. */
  readonly alive: ReadonlySet<string>;
}

function isAlive({ deletedAt }: PolicyState): boolean {
  return deletedAt === null;
}

function judge(state: PolicyState, { timeline, manifests, alive }: Against): Standing {
  const name = parseRef(state.ref);
  if (name === undefined) return NOTHING;
  const declared = manifests.standFor(name);
  const standing = { ...NOTHING, newestCommit: manifests.commits.newest(name) };
  const { version } = state;
  if (version === null || !isAlive(state)) {
    const own = declared.find((one) => refOf(one.name) === state.ref || !alive.has(bareRef(state.ref)));
    if (own === undefined) return standing;
    return { ...standing, drift: 'not-in-cluster', manifest: own, cause: version?.end ?? null };
  }
  const versions = timeline.versionsFor(name.namespace).filter(({ ref }) => ref === state.ref);
  if (declared.length === 0)
    return {
      ...standing,
      drift: 'not-in-manifests',
      cause: creationOf(versions, version.uid),
      newestCommit: manifests.commits.removedBy(name, FOREVER),
    };
  const [first = null] = declared;
  if (version.object === null) return { ...standing, manifest: first };
  const same = declared.find(({ object }) => says(version, object));
  if (same !== undefined) return { ...standing, manifest: same };
  const [nearest] = declared
    .map((manifest) => ({ manifest, diff: lines(manifest, version) }))
    .sort((one, other) => one.diff.length - other.diff.length);
  return {
    ...standing,
    drift: 'differs-from-manifests',
    manifest: nearest?.manifest ?? first,
    diff: nearest?.diff ?? [],
    cause: departure(versions, declared),
  };
}

function says({ object }: PolicyVersion, manifest: DeclaredPolicy['object']): boolean {
  return object !== null && declaredText(object) === declaredText(manifest);
}

function lines({ object, name }: DeclaredPolicy, version: PolicyVersion): readonly string[] {
  const stored = version.object === null ? null : declaredBody(version.object);
  return differences(declaredBody(object), stored, orderedKeys(name.kind));
}

/** The change that began the present incarnation; null when it is older than all we know. */
function creationOf(versions: readonly PolicyVersion[], uid: string): ChangeRecord | null {
  const first = versions.find((version) => version.uid === uid);
  return first?.change ?? null;
}

/** The change after the last version that said what a manifest says; null when none did, or one is unknown. */
function departure(
  versions: readonly PolicyVersion[],
  declared: readonly DeclaredPolicy[],
): ChangeRecord | null {
  for (let index = versions.length - 1; index > 0; index -= 1) {
    const before = versions[index - 1];
    if (before === undefined || before.object === null) return null;
    if (declared.some(({ object }) => says(before, object))) return versions[index]?.change ?? null;
  }
  return null;
}

/** The commit that a version came from; of a deletion, the one that removed the policy. */
export function commitOf(change: ChangeRecord, { commits }: Pick<Manifests, 'commits'>): Commit | null {
  if (change.outcome === 'tombstone') return commits.removedBy(change, change.at);
  if (change.outcome !== 'version' || change.after === null) return null;
  return commits.madeBy(change, change.after, change.at);
}

function missingPolicies(states: readonly PolicyState[], manifests: Manifests): ManifestsView['missing'] {
  const known = new Set(states.flatMap(({ ref }) => [ref, bareRef(ref)]));
  const missing = new Map<PolicyRef, ManifestsView['missing'][number]>();
  for (const manifest of manifests.policies) {
    const { name } = manifest;
    const ref = refOf(name);
    if (known.has(ref) || missing.has(ref)) continue;
    const newestCommit = manifests.commits.newest(name);
    missing.set(ref, { name, standing: { ...NOTHING, drift: 'not-in-cluster', manifest, newestCommit } });
  }
  return [...missing.values()];
}

/** Without the namespace: as the ref of a manifest that names none. */
function bareRef(ref: PolicyRef): PolicyRef {
  const name = parseRef(ref);
  return name === undefined ? ref : refOf({ ...name, namespace: '' });
}
