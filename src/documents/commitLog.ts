// The history of the manifests in Git, policy by policy: which commit made a policy what it is. Behind a
// robot that applies manifests stands the person who committed them.
//
//   commits of NetworkPolicy/shop/cart  ──c1 made──────c2 made──────c3 removed──▶
//   versions in the cluster             ────────v1 (c1)──────v2 (c2)──────────▶
//
// A commit counts only where it made a policy say something else than before: a move from file to file, or
// another comment, is no commit of the policy.
import type { Commit, CommittedFile } from '../model/commit.ts';
import { at, field, type JsonObject, text } from '../model/json.ts';
import { isPolicyKind, kindFacts, type ObjectName, type PolicyRef, refOf } from '../model/refs.ts';
import { MICROS_PER_MINUTE, type Micros } from '../model/time.ts';
import { declaredText } from './declaredBody.ts';

/** Clocks of committers differ from the API server's: a commit may seem to be so much later than its effect. */
const CLOCK_MICROS = 5 * MICROS_PER_MINUTE;

export interface CommitLog {
  /**
   * The commit that made the policy say what the object says: the newest that was there at the time, else (a
   * version that was committed only afterwards) the first one after it. null when no commit ever did.
   */
  madeBy(name: ObjectName, object: JsonObject, at: Micros): Commit | null;
  /** The newest commit before the time, if it removed the policy. */
  removedBy(name: ObjectName, at: Micros): Commit | null;
  /** The newest commit that touched the policy, removals too. */
  newest(name: ObjectName): Commit | null;
}

/** What a commit made of a policy; '' = removed it. */
interface Step {
  readonly commit: Commit;
  readonly text: string;
}

/** @param files in the order of the commits, newest first; the files of one commit one after another. */
export function createCommitLog(files: readonly CommittedFile[]): CommitLog {
  const steps = new Map<PolicyRef, Step[]>();
  for (const commit of Map.groupBy(files, ({ commit }) => commit.id).values())
    for (const [ref, step] of stepsOf(commit)) {
      const known = steps.get(ref);
      if (known === undefined) steps.set(ref, [step]);
      else known.push(step);
    }

  /** Newest first. Where no commit names the namespace, those that name none. */
  function of(name: ObjectName): readonly Step[] {
    return steps.get(refOf(name)) ?? steps.get(refOf({ ...name, namespace: '' })) ?? [];
  }

  return {
    madeBy(name, object, at) {
      const wanted = declaredText(object);
      const made = of(name).filter((step) => step.text === wanted);
      const step = made.find(({ commit }) => commit.at <= at + CLOCK_MICROS) ?? made.at(-1);
      return step?.commit ?? null;
    },
    removedBy(name, at) {
      const step = of(name).find(({ commit }) => commit.at <= at + CLOCK_MICROS);
      return step === undefined || step.text !== '' ? null : step.commit;
    },
    newest: (name) => of(name)[0]?.commit ?? null,
  };
}

/** The policies that one commit altered. */
function stepsOf(files: readonly CommittedFile[]): ReadonlyMap<PolicyRef, Step> {
  const before = new Set(
    files.flatMap((file) => file.before.flatMap(keysOf)).map(({ ref, text }) => ref + text),
  );
  const steps = new Map<PolicyRef, Step>();
  for (const { commit, before: old } of files)
    for (const { ref } of old.flatMap(keysOf)) steps.set(ref, { commit, text: '' });
  for (const { commit, after } of files)
    for (const { ref, text } of after.flatMap(keysOf)) {
      if (before.has(ref + text)) steps.delete(ref);
      else steps.set(ref, { commit, text });
    }
  return steps;
}

function keysOf(object: JsonObject): readonly { readonly ref: PolicyRef; readonly text: string }[] {
  const name = policyName(object);
  return name === null ? [] : [{ ref: refOf(name), text: declaredText(object) }];
}

/** null when the object is no policy, or one of a namesake kind of another API group. */
export function policyName(object: JsonObject): ObjectName | null {
  const kind = text(field(object, 'kind'));
  const name = text(at(object, 'metadata', 'name'));
  if (!isPolicyKind(kind) || name === '') return null;
  const { group, namespaced } = kindFacts(kind);
  if (text(field(object, 'apiVersion')).split('/')[0] !== group) return null;
  return { kind, namespace: namespaced ? text(at(object, 'metadata', 'namespace')) : '', name };
}
