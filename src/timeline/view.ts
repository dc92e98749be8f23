// The reader of a timeline: answers from the histories of one revision, computed when first asked and kept
// for as long as that revision lasts.

import type { JsonObject } from '../model/json.ts';
import { isPolicyKind, kindFacts, type PolicyRef, type TrackedKind } from '../model/refs.ts';
import { FOREVER, type Micros } from '../model/time.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import { parsePolicy } from '../policy/parse.ts';
import { cidrGroupOver, configOver, namespaceLabelsOver } from './auxiliary.ts';
import { completeStretch, hasSnapshot } from './completeness.ts';
import type { VersionDraft } from './drafts.ts';
import type { History } from './history.ts';
import { namelessChanges } from './nameless.ts';
import type { ChangeRecord, PolicyState, PolicyVersion, Stretch, TimelineReader } from './reader.ts';
import type { TimelineState } from './state.ts';

/** Outcomes that altered the object, or may have. */
const ALTERING: ReadonlySet<string> = new Set([
  'version',
  'tombstone',
  'metadata',
  'status',
  'terminating',
  'gap',
]);

const CONFIG_REF = 'ConfigMap/kube-system/cilium-config';

interface View {
  readonly state: TimelineState;
  readonly hasSnapshot: boolean;
  readonly complete: Stretch | null;
  /** Of namespaces that have policies, and of uids that are known: those of flows may be anything. */
  readonly byNamespace: Map<string, readonly PolicyVersion[]>;
  readonly byUid: Map<string, readonly PolicyVersion[]>;
  readonly refsByNamespace: ReadonlyMap<string, readonly PolicyRef[]>;
  readonly refsByUid: ReadonlyMap<string, readonly PolicyRef[]>;
  changes: readonly ChangeRecord[] | null;
  states: readonly PolicyState[] | null;
}

export function createReader(
  cluster: string,
  revision: () => number,
  state: () => TimelineState,
): TimelineReader {
  let last: View | null = null;
  const versions = new WeakMap<History, readonly PolicyVersion[]>();
  const namespaceLabels = onceFor(namespaceLabelsOver);
  const cidrGroup = onceFor(cidrGroupOver);
  const config = onceFor(configOver);

  function view(): View {
    const now = state();
    if (last === null || last.state !== now) last = newView(now);
    return last;
  }

  function versionsOf(ref: PolicyRef): readonly PolicyVersion[] {
    const history = view().state.histories.get(ref);
    if (history === undefined) return [];
    const known = versions.get(history) ?? history.versions.map((draft) => new LazyVersion(ref, draft));
    versions.set(history, known);
    return known;
  }

  function completeAround(t: Micros): Stretch | null {
    const { complete } = view();
    return complete !== null && t >= complete.from ? complete : null;
  }

  function held<T>(ref: PolicyRef, over: (history: History) => readonly T[]): readonly T[] {
    const history = view().state.histories.get(ref);
    return history === undefined ? [] : over(history);
  }

  return {
    cluster,
    get revision() {
      return revision();
    },
    versionsFor: (namespace) => versionsFor(view(), namespace, versionsOf),
    versionsOfUid: (uid) => versionsOfUid(view(), uid, versionsOf),
    namespaceLabels: (namespace) => held(`Namespace//${namespace}`, namespaceLabels),
    cidrGroup: (name) => held(`CiliumCIDRGroup//${name}`, cidrGroup),
    namespaceNames: () => namesOf(view().state, 'Namespace'),
    cidrGroupNames: () => namesOf(view().state, 'CiliumCIDRGroup'),
    config: () => held(CONFIG_REF, config),
    completeAround,
    auditRange: () => view().state.facts.range,
    hasSnapshot: () => view().hasSnapshot,
    changes: () => (view().changes ??= changesOf(view().state)),
    policies: () => (view().states ??= statesOf(view().state, versionsOf)),
  };
}

/** Histories are sorted by ref, so the names of one kind that has no namespace are, too. */
function namesOf({ histories }: TimelineState, kind: TrackedKind): readonly string[] {
  return [...histories.values()].filter(({ name }) => name.kind === kind).map(({ name }) => name.name);
}

type VersionsOf = (ref: PolicyRef) => readonly PolicyVersion[];

function versionsFor(view: View, namespace: string, versionsOf: VersionsOf): readonly PolicyVersion[] {
  const { byNamespace, refsByNamespace } = view;
  const cached = byNamespace.get(namespace);
  if (cached !== undefined) return cached;
  const spaces = namespace === '' ? [''] : ['', namespace];
  const refs = spaces.flatMap((space) => refsByNamespace.get(space) ?? []).sort();
  const found = refs.flatMap(versionsOf);
  if (refsByNamespace.has(namespace)) byNamespace.set(namespace, found);
  return found;
}

function versionsOfUid(view: View, uid: string, versionsOf: VersionsOf): readonly PolicyVersion[] {
  const { byUid, refsByUid } = view;
  const cached = byUid.get(uid);
  if (cached !== undefined) return cached;
  const refs = refsByUid.get(uid);
  if (refs === undefined) return [];
  const found = refs.flatMap((ref) => versionsOf(ref).filter((one) => one.uid === uid));
  byUid.set(uid, found);
  return found;
}

/** A history never changes, so what follows from it is worked out once. */
function onceFor<T>(over: (history: History) => readonly T[]): (history: History) => readonly T[] {
  const known = new WeakMap<History, readonly T[]>();
  return (history) => {
    const found = known.get(history) ?? over(history);
    known.set(history, found);
    return found;
  };
}

function newView(state: TimelineState): View {
  const policies = [...state.histories].filter(([, { name }]) => isPolicyKind(name.kind));
  const refsByNamespace = Map.groupBy(policies, ([, { name }]) =>
    kindFacts(name.kind).namespaced ? name.namespace : '',
  );
  const refsByUid = new Map<string, PolicyRef[]>();
  for (const [ref, { versions }] of policies)
    for (const uid of new Set(versions.map((version) => version.uid))) {
      const refs = refsByUid.get(uid);
      if (refs === undefined) refsByUid.set(uid, [ref]);
      else refs.push(ref);
    }
  return {
    state,
    hasSnapshot: hasSnapshot(state),
    complete: completeStretch(state),
    byNamespace: new Map(),
    byUid: new Map(),
    refsByNamespace: new Map(
      [...refsByNamespace].map(([space, found]) => [space, found.map(([ref]) => ref)]),
    ),
    refsByUid,
    changes: null,
    states: null,
  };
}

/**
 * Policies are parsed when first looked at: most versions of a long log never are. A class, since engines keep an
 * object literal with getters as a table of seven times its size, and versions are kept by the hundred thousand.
 */
class LazyVersion implements PolicyVersion {
  readonly ref: PolicyRef;
  readonly #draft: VersionDraft;
  /** undefined: not looked at yet. */
  #policy: CompiledPolicy | null | undefined;

  constructor(ref: PolicyRef, draft: VersionDraft) {
    this.ref = ref;
    this.#draft = draft;
  }

  get uid(): string {
    return this.#draft.uid;
  }

  get generation(): number | null {
    return this.#draft.generation;
  }

  get from(): Micros {
    return this.#draft.from;
  }

  get until(): Micros {
    return this.#draft.until;
  }

  get provenFrom(): Micros {
    return this.#draft.provenFrom;
  }

  get object(): JsonObject | null {
    return this.#draft.object;
  }

  get confidence(): VersionDraft['confidence'] {
    return this.#draft.confidence;
  }

  get change(): ChangeRecord | null {
    return this.#draft.change;
  }

  get end(): ChangeRecord | null {
    return this.#draft.end;
  }

  get policy(): CompiledPolicy | null {
    if (this.#policy === undefined) this.#policy = this.object === null ? null : compile(this.object);
    return this.#policy;
  }

  get invalid(): boolean {
    return this.object !== null && this.policy === null;
  }
}

function compile(object: JsonObject): CompiledPolicy | null {
  const parsed = parsePolicy(object);
  return parsed.ok ? parsed.policy : null;
}

function changesOf(state: TimelineState): readonly ChangeRecord[] {
  const records = [...state.histories.values()].flatMap((history) => history.records);
  return [...records, ...namelessChanges(state, records)].sort(
    (left, right) => left.at - right.at || compare(left.ref, right.ref) || compare(left.id, right.id),
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function statesOf(state: TimelineState, versionsOf: VersionsOf): readonly PolicyState[] {
  return [...state.histories].flatMap(([ref, history]) => {
    const version = versionsOf(ref).at(-1) ?? null;
    if (!isPolicyKind(history.name.kind) || version === null) return [];
    const lastChange = history.records.findLast(({ outcome }) => ALTERING.has(outcome)) ?? null;
    const deletedAt = version.until === FOREVER ? null : history.deletedAt;
    return [{ ref, version, lastChange, deletedAt, valid: history.valid }];
  });
}
