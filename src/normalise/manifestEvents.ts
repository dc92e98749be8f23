// Git manifests as events of the policy log. They say what people want, not what the cluster holds, so no
// timeline takes them in; a worker compares the cluster with them (documents/manifestLog.ts reads them back).
//
//   observe  a policy as a file holds it                 origin.source = file#document
//   write    a commit made a policy say this             auditId = commit, requestUri = its file, actor = author
//   delete   a commit removed a policy                   likewise
//   list     with a name: which of the above make up     object = {manifests: [ids], commits: [ids, newest first]}
//            that policy from here on
//   list     without a name: a run has ended, all that   object = {policies: how many}
//            stands before it in the log counts
//
// The ids of the first three follow from their content, so one that the log holds is never sent again. A
// `list` replaces the one before it, and its id says which: the same state after another is a new event.
import type { CommitStep } from '../model/commit.ts';
import type { ChangeEvent, PolicyChange } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { canonicalJson, field, type JsonObject, type JsonValue } from '../model/json.ts';
import { type ObjectName, refOf } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import { actorOf } from './actor.ts';
import { unloggedChange } from './unloggedChange.ts';

const VERB = 'manifest';

/** A policy that a file holds. */
export interface ManifestFile {
  /** An empty namespace of a namespaced kind: the manifest names none. */
  readonly name: ObjectName;
  readonly object: JsonObject;
  /** `file#document`. */
  readonly source: string;
}

/** What makes up one policy: ids of events. */
export interface ManifestMembers {
  readonly manifests: readonly string[];
  /** Newest first. */
  readonly commits: readonly string[];
}

/** Only what decides and what names it is kept of the object: annotations of manifests are nobody's business. */
export function manifestEvent({ name, object, source }: ManifestFile, cluster: string): ChangeEvent {
  const said = body(object);
  return eventOf(['manifest', source, canonicalJson(said)], {
    cluster,
    source,
    change: { ...frameOf(name), objectForm: 'requested', object: said },
  });
}

export function commitEvent({ commit, name, object }: CommitStep, cluster: string): ChangeEvent {
  const said = object === null ? null : body(object);
  const { id, author, at, file } = commit;
  return eventOf(['commit', id, author, String(at), file, refOf(name), canonicalJson(said)], {
    cluster,
    source: file,
    at,
    change: {
      ...frameOf(name),
      action: said === null ? 'delete' : 'write',
      verb: 'commit',
      objectForm: said === null ? 'none' : 'requested',
      object: said,
      auditId: id,
      requestUri: file,
      actor: authorOf(author),
    },
  });
}

/** @param replaces id of the list of this policy that held so far; '' = none */
export function membersEvent(
  name: ObjectName,
  { manifests, commits }: ManifestMembers,
  { cluster, replaces }: { readonly cluster: string; readonly replaces: string },
): ChangeEvent {
  const object = { manifests, commits };
  return eventOf(['members', refOf(name), canonicalJson(object), replaces], {
    cluster,
    change: { ...frameOf(name), action: 'list', object },
  });
}

/**
 * The end of a run. Its kind means nothing: it speaks for all of them.
 * @param lists ids of the lists that hold now, of all policies
 * @param replaces id of the end of the run before; '' = none
 */
export function runEndEvent(
  lists: readonly string[],
  { cluster, replaces }: { readonly cluster: string; readonly replaces: string },
): ChangeEvent {
  const nowhere: ObjectName = { kind: 'NetworkPolicy', namespace: '', name: '' };
  return eventOf(['run', replaces, ...lists.toSorted()], {
    cluster,
    change: { ...frameOf(nowhere), action: 'list', object: { policies: lists.length } },
  });
}

interface Frame {
  readonly cluster: string;
  readonly source?: string;
  readonly at?: Micros;
  readonly change: PolicyChange;
}

function eventOf(content: readonly string[], { cluster, source = '', at = 0, change }: Frame): ChangeEvent {
  return {
    id: hashHex(128, ['manifests', cluster, ...content]),
    cluster,
    observedAt: at,
    observedAtNanos: 0,
    origin: { source, partition: 0, offset: 0, index: 0 },
    body: change,
  };
}

function frameOf({ kind, namespace, name }: ObjectName): PolicyChange {
  return { ...unloggedChange(kind, 'manifests'), verb: VERB, target: { kind, namespace, name } };
}

/** The name of a Git author, which nobody vouches for. */
function authorOf(author: string): PolicyChange['actor'] {
  const claims = { groups: [], impersonator: '', userAgent: '', fieldManager: '', sourceIps: [] };
  return { ...actorOf({ user: '', ...claims }), user: author };
}

function body(object: JsonObject): JsonObject {
  const metadata = field(object, 'metadata');
  return {
    ...kept(object, ['apiVersion', 'kind']),
    metadata: kept(metadata, ['namespace', 'name']),
    ...kept(object, ['spec', 'specs']),
  };
}

function kept(value: unknown, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key): [string, JsonValue][] => {
      const item = field(value, key);
      return item === undefined ? [] : [[key, item]];
    }),
  );
}
