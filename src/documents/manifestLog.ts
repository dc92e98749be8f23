// Git manifests as the policy log tells them, read back: the same answer as from the folder that they were
// published from. Takes the events of one cluster whose `changeOrigin` is `manifests`, in the order of the log
// (normalise/manifestEvents.ts says what each means), a copy here and there.
//
//   parts … list ── parts … list ── end of run ── parts … list ── (the publisher died)
//   └──────── what counts ────────────────────┘
import type { CommitStep } from '../model/commit.ts';
import type { ChangeEvent } from '../model/event.ts';
import { field, texts } from '../model/json.ts';
import { isPolicyKind, type ObjectName, type PolicyRef, refOf } from '../model/refs.ts';
import { type DeclaredPolicy, type Manifests, manifestsFrom } from './manifests.ts';

/** What makes up one policy, by the newest list of it. */
export interface PolicyMembers {
  /** Id of the list. */
  readonly list: string;
  readonly name: ObjectName;
  /** Ids of events, in order; the commits newest first. */
  readonly manifests: readonly string[];
  readonly commits: readonly string[];
}

export interface ManifestLog {
  /** The files and commits that were ever published, by id. */
  readonly parts: ReadonlyMap<string, ChangeEvent>;
  readonly policies: ReadonlyMap<PolicyRef, PolicyMembers>;
  /** Id of the end of the newest run; '' = no run has ever ended. */
  readonly run: string;
  /** Whether something follows that end. */
  readonly isOpen: boolean;
}

/** All that the log says, a run that has not ended included: what a publisher goes on from. */
export function readManifestLog(events: readonly ChangeEvent[]): ManifestLog {
  const parts = new Map<string, ChangeEvent>();
  const policies = new Map<PolicyRef, PolicyMembers>();
  const seen = new Set<string>();
  let run = '';
  let isOpen = false;
  for (const event of events) {
    const { id, body } = event;
    // A copy that was sent again must not bring back what was replaced since.
    if (seen.has(id)) continue;
    seen.add(id);
    isOpen = body.action !== 'list' || body.target.name !== '';
    if (body.action !== 'list') parts.set(id, event);
    else if (body.target.name === '') run = id;
    else policies.set(refOf(body.target), membersIn(event));
  }
  return { parts, policies, run, isOpen };
}

/** What the newest complete run says; null before there is one: nothing can be compared yet. */
export function manifestsOf(events: readonly ChangeEvent[]): Manifests | null {
  const end = events.findLastIndex(isEndOfRun);
  if (end < 0) return null;
  const { parts, policies } = readManifestLog(events.slice(0, end + 1));
  const known = (ids: readonly string[]): readonly ChangeEvent[] => ids.flatMap((id) => parts.get(id) ?? []);
  const members = [...policies.values()];
  return manifestsFrom(
    members.flatMap(({ manifests }) => known(manifests).flatMap(declaredIn)),
    members.flatMap(({ commits }) => known(commits).flatMap(stepIn)),
  );
}

function isEndOfRun({ body }: ChangeEvent): boolean {
  return body.action === 'list' && body.target.name === '';
}

function membersIn({ id, body }: ChangeEvent): PolicyMembers {
  const { object } = body;
  return {
    list: id,
    name: nameIn(body.target),
    manifests: texts(field(object, 'manifests')),
    commits: texts(field(object, 'commits')),
  };
}

function declaredIn({ body, origin }: ChangeEvent): readonly DeclaredPolicy[] {
  const { object, target } = body;
  return object === null || !isPolicyKind(target.kind)
    ? []
    : [{ name: nameIn(target), object, source: origin.source }];
}

function stepIn({ body, observedAt }: ChangeEvent): readonly CommitStep[] {
  const commit = { id: body.auditId, author: body.actor.user, at: observedAt, file: body.requestUri };
  return [{ commit, name: nameIn(body.target), object: body.action === 'delete' ? null : body.object }];
}

function nameIn({ kind, namespace, name }: ObjectName): ObjectName {
  return { kind, namespace, name };
}
