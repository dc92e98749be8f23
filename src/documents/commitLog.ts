// The history of the manifests in Git, policy by policy: which commit made a policy what it is. Behind a
// robot that applies manifests stands the person who committed them.
//
//   commits of NetworkPolicy/shop/cart  ──c1 made──────c2 made──────c3 removed──▶
//   versions in the cluster             ────────v1 (c1)──────v2 (c2)──────────▶
//
// A commit counts only where it made a policy say something else than before: a move from file to file, or
// another comment, is no commit of the policy.
import type { Commit, CommitStep, CommittedFile } from '../model/commit.ts';
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

/** What a commit made a policy say; '' = removed it. */
interface Said {
  readonly commit: Commit;
  readonly text: string;
}

/** @param steps newest first, as {@link commitSteps} gives them */
export function createCommitLog(steps: readonly CommitStep[]): CommitLog {
  const byRef = Map.groupBy(steps, ({ name }) => refOf(name));
  const said = new Map(
    [...byRef].map(([ref, own]): [PolicyRef, readonly Said[]] => [ref, own.map(whatItSaid)]),
  );

  /** Newest first. Where no commit names the namespace, those that name none. */
  function of(name: ObjectName): readonly Said[] {
    return said.get(refOf(name)) ?? said.get(refOf({ ...name, namespace: '' })) ?? [];
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

function whatItSaid({ commit, object }: CommitStep): Said {
  return { commit, text: object === null ? '' : declaredText(object) };
}

/**
 * The policies that the commits altered, newest first.
 * @param files in the order of the commits, newest first; the files of one commit one after another.
 */
export function commitSteps(files: readonly CommittedFile[]): readonly CommitStep[] {
  return [...Map.groupBy(files, ({ commit }) => commit.id).values()].flatMap(stepsOf);
}

/** The policies that one commit altered. */
function stepsOf(files: readonly CommittedFile[]): readonly CommitStep[] {
  const before = new Set(
    files.flatMap((file) => file.before.flatMap(policiesIn)).map(({ ref, text }) => ref + text),
  );
  const steps = new Map<PolicyRef, CommitStep>();
  for (const { commit, before: old } of files)
    for (const { ref, name } of old.flatMap(policiesIn)) steps.set(ref, { commit, name, object: null });
  for (const { commit, after } of files)
    for (const { ref, text, name, object } of after.flatMap(policiesIn)) {
      if (before.has(ref + text)) steps.delete(ref);
      else steps.set(ref, { commit, name, object });
    }
  return [...steps.values()];
}

interface Committed {
  readonly ref: PolicyRef;
  readonly name: ObjectName;
  readonly object: JsonObject;
  readonly text: string;
}

function policiesIn(object: JsonObject): readonly Committed[] {
  const name = policyName(object);
  return name === null ? [] : [{ ref: refOf(name), name, object, text: declaredText(object) }];
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
