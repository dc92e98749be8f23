// A timeline read back from a store. A store holds the changes as they were judged, so nothing is judged
// again: each version stands from its change to its end. What a store does not keep (labels of CIDR groups)
// is left unknown.
import {
  field,
  isObject,
  type JsonObject,
  type JsonValue,
  text,
  texts,
  entries,
  at,
} from '../../model/json.ts';
import { labelSet, type LabelSet } from '../../model/labels.ts';
import { isPolicyKind, kindFacts, type PolicyRef } from '../../model/refs.ts';
import { FOREVER, MICROS_PER_MINUTE, type Micros } from '../../model/time.ts';
import type { CompiledPolicy } from '../../policy/compiled.ts';
import { parsePolicy } from '../../policy/parse.ts';
import type { AuditRange, HistoryRow } from '../../queries/history.ts';
import type {
  ChangeRecord,
  CidrGroup,
  CiliumConfig,
  Held,
  PolicyVersion,
  TimelineReader,
} from '../../timeline/reader.ts';

/** A policy that a snapshot showed: Namespaces beside it prove no list of policies. */
export function isShownPolicy({ origin, change }: HistoryRow): boolean {
  return origin === 'snapshot' && isPolicyKind(change.ref.slice(0, change.ref.indexOf('/')));
}

/**
 * @param rows of this cluster, sorted by policy, then time
 * @param hasSnapshot whether one told of what is older than the log; as the rows say, unless they are but a part
 */
export function storedTimeline(
  cluster: string,
  rows: readonly HistoryRow[],
  range: AuditRange | null,
  hasSnapshot: boolean = rows.some(isShownPolicy),
): TimelineReader {
  const byRef = Map.groupBy(rows, ({ change }) => change.ref);
  const records = new Map([...byRef].map(([ref, history]) => [ref, history.map(changeRecord)]));
  const versions = new Map([...byRef].map(([ref, history]) => [ref, versionsOf(history, records, range)]));
  const policies = [...versions].filter(([ref]) => isPolicyKind(ref.slice(0, ref.indexOf('/'))));
  const groupNames = namesOf(rows, 'CiliumCIDRGroup');
  const held = <T>(ref: PolicyRef, read: (object: JsonObject) => T): readonly Held<T>[] =>
    [
      ...unknownBefore(byRef.get(ref)?.[0]),
      ...(versions.get(ref) ?? []).map(({ from, until, object, change }) => ({
        from,
        until,
        value: object === null ? null : read(object),
        change,
      })),
      ...(records.get(ref) ?? []).flatMap(absentAfter),
    ].toSorted((a, b) => a.from - b.from);
  return {
    cluster,
    revision: 1,
    versionsFor: (namespace) => policies.flatMap(([ref, own]) => (concerns(ref, namespace) ? own : [])),
    versionsOfUid: (uid) => policies.flatMap(([, own]) => own.filter((version) => version.uid === uid)),
    namespaceLabels: (namespace) => held(`Namespace//${namespace}`, labelsOf),
    namespaceNames: () => namesOf(rows, 'Namespace'),
    cidrGroup: (name) => held(`CiliumCIDRGroup//${name}`, (object) => groupOf(name, object)),
    cidrGroupNames: () => groupNames,
    config: () => held('ConfigMap/kube-system/cilium-config', configOf),
    completeAround(t) {
      if (!hasSnapshot || range === null) return null;
      const stretch = { from: range.from - MICROS_PER_MINUTE, until: FOREVER };
      return t < stretch.from ? null : stretch;
    },
    auditRange: () => range,
    // Groups are chosen by labels, which a store does not keep: it cannot list them.
    hasSnapshot: () => hasSnapshot && groupNames.length === 0,
    changes: () => [...records.values()].flat().toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    policies: () => [],
  };
}

/** Sorted. */
function namesOf(rows: readonly HistoryRow[], wanted: HistoryRow['kind']): readonly string[] {
  return [...new Set(rows.filter(({ kind }) => kind === wanted).map(({ name }) => name))].toSorted();
}

function concerns(ref: PolicyRef, namespace: string): boolean {
  const own = ref.split('/')[1] ?? '';
  return own === '' || own === namespace;
}

/** What an object said before the first write that the log holds of it, unless that created it. */
function unknownBefore(first: HistoryRow | undefined): readonly Held<never>[] {
  const isBegun = first === undefined || first.origin === 'snapshot' || first.change.creates;
  return isBegun ? [] : [{ from: 0, until: first.change.at, value: null, change: null }];
}

function absentAfter(
  { outcome, at: from, ...change }: ChangeRecord,
  index: number,
  records: readonly ChangeRecord[],
): readonly Held<never>[] {
  const until = records[index + 1]?.at ?? FOREVER;
  return outcome === 'tombstone'
    ? [{ from, until, value: null, change: { ...change, outcome, at: from } }]
    : [];
}

type Records = ReadonlyMap<PolicyRef, readonly ChangeRecord[]>;

/** A version until its end; a write that was lost begins one whose body nobody knows. */
function versionsOf(
  history: readonly HistoryRow[],
  records: Records,
  range: AuditRange | null,
): readonly PolicyVersion[] {
  const own = records.get(history[0]?.change.ref ?? '') ?? [];
  return history.flatMap((row, index) => {
    const change = own[index];
    const next = own[index + 1];
    if (change === undefined || change.outcome === 'tombstone') return [];
    const until = row.until ?? next?.at ?? FOREVER;
    const end = own.find((later) => later.at === until && later !== change) ?? null;
    return until <= change.at ? [] : [versionOf(row, { change, until, end }, range)];
  });
}

interface Span {
  readonly change: ChangeRecord;
  readonly until: Micros;
  readonly end: ChangeRecord | null;
}

function versionOf(row: HistoryRow, { change, until, end }: Span, range: AuditRange | null): PolicyVersion {
  const { generation, uid, confidence, origin } = row;
  const object = change.outcome === 'gap' ? null : change.after;
  // A snapshot shows what held when it was taken: a first generation since its creation, others since the log.
  const isProven = origin !== 'snapshot' || generation === 1;
  let parsed: CompiledPolicy | null | undefined;
  const parse = (): CompiledPolicy | null => (parsed ??= object === null ? null : compile(object));
  return {
    ref: change.ref,
    uid,
    generation,
    from: change.at,
    until,
    provenFrom: isProven ? change.at : Math.max(change.at, range?.from ?? FOREVER),
    get policy() {
      return parse();
    },
    get invalid() {
      return object !== null && parse() === null;
    },
    object,
    confidence,
    change: origin === 'snapshot' ? null : change,
    end,
  };
}

function compile(object: JsonObject): CompiledPolicy | null {
  const parsed = parsePolicy(object);
  return parsed.ok ? parsed.policy : null;
}

export function changeRecord(row: HistoryRow): ChangeRecord {
  const { change, kind, namespace, name, uid, generation, resourceVersion, until, confidence } = row;
  const outcome = change.outcome === 'tombstone' || change.outcome === 'gap' ? change.outcome : 'version';
  return {
    id: change.id,
    outcome,
    ref: change.ref,
    kind,
    namespace,
    name,
    uid,
    generation,
    resourceVersion,
    at: change.at,
    until: outcome === 'version' ? (until ?? FOREVER) : change.at,
    confidence,
    event: null,
    before: objectOf(row, change.specBefore),
    after: objectOf(row, change.specAfter),
    restoreEpoch: 0,
  };
}

/** The object around what a change document holds of it. */
function objectOf({ kind, namespace, name, uid }: HistoryRow, content: JsonValue): JsonObject | null {
  if (!isObject(content)) return null;
  const { group } = kindFacts(kind);
  const apiVersion = group === '' ? 'v1' : group === 'cilium.io' ? `${group}/v2` : `${group}/v1`;
  const metadata = { name, namespace, uid };
  if (kind === 'Namespace')
    return { apiVersion, kind, metadata: { ...metadata, labels: field(content, 'labels') } };
  if (kind === 'ConfigMap') return { apiVersion, kind, metadata, ...content };
  const isBoth = Array.isArray(field(content, 'specs'));
  return isBoth ? { apiVersion, kind, metadata, ...content } : { apiVersion, kind, metadata, spec: content };
}

function labelsOf(object: JsonObject): LabelSet {
  const labels = at(object, 'metadata', 'labels');
  return labelSet(entries(labels).map(([key, value]) => `k8s:${key}=${text(value)}`));
}

function groupOf(name: string, object: JsonObject): CidrGroup {
  return { name, labels: [], cidrs: texts(at(object, 'spec', 'externalCIDRs')) };
}

function configOf(object: JsonObject): CiliumConfig {
  const data = field(object, 'data');
  const flag = (key: string): boolean | undefined => {
    const value = text(field(data, key));
    return value === 'true' ? true : value === 'false' ? false : undefined;
  };
  const enforcement = text(field(data, 'enable-policy')).toLowerCase();
  const modes = text(field(data, 'policy-cidr-match-mode')).split(/[\s,]+/);
  return {
    policyAuditMode: flag('policy-audit-mode'),
    enablePolicy: (['default', 'always', 'never'] as const).find((word) => word === enforcement),
    policyCidrMatchMode: (['nodes', 'pods'] as const).filter((mode) => modes.includes(mode)),
    policyDefaultLocalCluster: flag('policy-default-local-cluster'),
  };
}
