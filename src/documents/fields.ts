// The catalogue of document fields: one place that says which fields exist, their types and meaning.
// DuckDB's tables and OpenSearch's mappings are made from it, so neither can know a field the other lacks.
// Documents are flat: one value under each dotted name, in this order. No field depends on when or by whom
// a document was written.

/**
 * keyword   one string                      keywords  list of strings, sorted unless the field says otherwise
 * ip        address text                    long      integer below 2^53
 * double    number                          boolean
 * date      RFC 3339 UTC, microseconds      dateNanos RFC 3339 UTC, up to nanoseconds
 * object    any JSON value, kept, not indexed
 */
export type FieldType =
  | 'keyword'
  | 'keywords'
  | 'ip'
  | 'long'
  | 'double'
  | 'boolean'
  | 'date'
  | 'dateNanos'
  | 'object';

export interface FieldSpec {
  readonly name: string;
  readonly type: FieldType;
  readonly doc: string;
}

export const TABLE_NAMES = ['verdicts', 'rollups', 'changes', 'policies', 'feeds'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

export type TableSpec = readonly FieldSpec[];

function spec(type: FieldType, name: string, doc: string): FieldSpec {
  return { name, type, doc };
}

const CLUSTER = spec('keyword', 'orchestrator.cluster.name', 'Cluster the record belongs to.');

const CONVERSATION: TableSpec = [
  spec('keyword', 'network.transport', 'tcp, udp, sctp, icmp, icmpv6, …'),
  spec('keyword', 'network.direction', 'ingress or egress, as seen from the subject.'),
  spec('long', 'destination.port', 'Port that was connected to; absent for ICMP.'),
  spec('keyword', 'subject.namespace', 'Namespace of the endpoint whose policy was consulted.'),
  spec('keyword', 'subject.workload', 'Its workload.'),
  spec('keyword', 'peer.namespace', 'Namespace of the other end; absent when it is no pod.'),
  spec('keyword', 'peer.workload', 'Workload of the other end.'),
  spec('keyword', 'peer.entity', 'world, host, remote-node, …; absent for pods.'),
];

const JUDGEMENT: TableSpec = [
  spec(
    'keyword',
    'verdict.observed',
    'What the datapath did: forwarded, dropped, audited, redirected, error.',
  ),
  spec(
    'keyword',
    'verdict.declared',
    'What the policies in force at that time say: allowed, denied, unknown.',
  ),
  spec(
    'keyword',
    'verdict.reason',
    'no-policy, allow-rule, deny-rule, default-deny, local-host, undecidable.',
  ),
  spec('keywords', 'verdict.undecidable', 'Why the declared decision is unknown.'),
  spec('keywords', 'policy.selecting', 'Policies that select the subject in this direction.'),
  spec('keywords', 'policy.isolating', 'Those of them that switch on default deny.'),
  spec('keywords', 'policy.deciding', 'Rules that allowed or explicitly denied.'),
  spec(
    'keywords',
    'policy.responsible',
    'Policies that the declared decision is put down to: those whose rules decided, else those that switch on default deny.',
  ),
  spec('keywords', 'policy.reported', 'Policies that Hubble itself named.'),
  spec(
    'keyword',
    'cause.change_id',
    'Change at which the declared decision for this flow became what it is.',
  ),
  spec('date', 'cause.at', 'When that change was made.'),
  spec('keyword', 'cause.policy', 'The policy that it changed.'),
  spec('keyword', 'cause.verb', 'How: create, update, patch, delete, …'),
  spec('keyword', 'cause.actor', 'Who made it.'),
  spec('keyword', 'cause.actor_kind', 'human, gitops, controller, system.'),
  spec('long', 'cause.lag_ms', 'Time from the change to the verdict; in rollups the least of the block.'),
  spec('keyword', 'cause.before', 'The declared decision just before that change.'),
  spec(
    'keyword',
    'cause.history',
    'Whether the timeline reaches back without gaps to it: complete, partial.',
  ),
  spec('keywords', 'drift', 'Named differences between what is declared and what happened.'),
  spec('keyword', 'join.confidence', 'exact, inferred, metadata, incomplete.'),
];

const VERDICTS: TableSpec = [
  spec('dateNanos', '@timestamp', 'When the datapath judged.'),
  spec('keyword', 'event.id', "Hubble's uuid, else a hash of the event."),
  spec('keyword', 'event.outcome', 'success, failure, unknown.'),
  CLUSTER,
  spec('keyword', 'observer.name', 'Node that judged.'),
  ...CONVERSATION,
  spec('keyword', 'network.protocol', 'L7 protocol, when known.'),
  ...(['source', 'destination'] as const).flatMap((end) => [
    spec('ip', `${end}.ip`, `Address of the ${end}.`),
    ...(end === 'source' ? [spec('long', 'source.port', 'Port of the source.')] : []),
    spec('keyword', `${end}.namespace`, `Namespace of the ${end}.`),
    spec('keyword', `${end}.pod`, `Pod of the ${end}.`),
    spec('keyword', `${end}.workload`, `Workload of the ${end}.`),
    spec('keyword', `${end}.workload_kind`, 'Deployment, StatefulSet, …, when known.'),
    spec('long', `${end}.identity`, "Cilium's security identity."),
    spec('keywords', `${end}.labels`, 'Security-relevant labels.'),
    spec('keyword', `${end}.entity`, 'world, host, remote-node, …'),
    spec('keywords', `${end}.dns`, 'DNS names of the address.'),
  ]),
  ...JUDGEMENT,
  spec('keyword', 'verdict.match_type', "Hubble's match type: none, l3-only, l3-l4, l4-only, all, …"),
  spec('keyword', 'verdict.drop_reason', "Hubble's drop reason."),
  spec('keywords', 'verdict.policy_log', 'Text of `log.value` of the policies that matched.'),
  spec('long', 'icmp.type', 'ICMP type.'),
  spec('long', 'icmp.code', 'ICMP code.'),
  spec('keyword', 'latest_change.id', 'Newest change of any policy that selects or selected the subject.'),
  spec('long', 'latest_change.age_ms', 'Its age at the time of the verdict.'),
  spec('keyword', 'join.status', 'final or provisional.'),
  spec('long', 'join.policy_offset', 'Offset of the policy log up to which the timeline was known.'),
  spec('long', 'weight', 'Flows that this one stands for (aggregated export); else 1.'),
];

const ROLLUPS: TableSpec = [
  spec('date', '@timestamp', 'Start of the window.'),
  spec('date', 'window.start', 'Start of the minute, inclusive.'),
  spec('date', 'window.end', 'End of the minute, exclusive.'),
  CLUSTER,
  ...CONVERSATION,
  spec('keyword', 'subject.labels_hash', 'Hash of the subject labels.'),
  spec('keywords', 'subject.labels', 'Labels of the subject.'),
  spec('keyword', 'peer.labels_hash', 'Hash of the peer labels.'),
  spec('keywords', 'peer.labels', 'Labels of the peer.'),
  spec('keyword', 'peer.ip', 'Address of a peer outside the cluster; `other` beyond the cap.'),
  ...JUDGEMENT,
  spec('keyword', 'verdict.match_type', "Hubble's match type."),
  spec('long', 'count', 'Verdict events, by weight: each counted exactly once.'),
  spec('long', 'attempts', 'Connection attempts: retransmissions within a minute collapsed.'),
  spec('dateNanos', 'first_seen', 'First verdict counted here.'),
  spec('dateNanos', 'last_seen', 'Last verdict counted here.'),
  spec('keywords', 'samples', 'At most three event ids.'),
  spec('keywords', 'pods', 'At most five source pods.'),
  spec('keyword', 'block.partition', 'Partition of the events (a file is one).'),
  spec('long', 'block.number', 'Block of that partition.'),
];

const POLICY_FIELDS: TableSpec = [
  spec('keyword', 'policy.ref', 'Kind/namespace/name.'),
  spec('keyword', 'policy.kind', 'Kind.'),
  spec('keyword', 'policy.namespace', 'Namespace; absent for cluster-scoped kinds.'),
  spec('keyword', 'policy.name', 'Name.'),
  spec('keyword', 'policy.uid', 'Incarnation.'),
  spec('long', 'policy.generation', 'metadata.generation.'),
  spec('keyword', 'policy.resource_version', 'resourceVersion.'),
];

const ACTOR_FIELDS: TableSpec = [
  spec('keyword', 'actor.user', 'Who: the user that the request was authorised as.'),
  spec('keywords', 'actor.groups', 'Groups of that user.'),
  spec('keyword', 'actor.impersonator', 'Who really called, when impersonating.'),
  spec('keyword', 'actor.kind', 'human, gitops, controller, system.'),
  spec('keyword', 'actor.kind_confidence', 'exact, inferred.'),
  spec('keyword', 'actor.manager', 'Argo CD, Flux, Helm, kubectl, …'),
  spec('keyword', 'user_agent.original', 'User agent of the client (it can say what it likes).'),
  spec('keywords', 'source.ip', 'Addresses of the client; all but the last can be forged.'),
];

/** Of manifests in a Git work tree. */
function commitSpecs(name: string, doc: string): TableSpec {
  return [
    spec('keyword', `${name}.id`, doc),
    spec('keyword', `${name}.author`, 'Its author.'),
    spec('date', `${name}.at`, 'When it was committed, by the clock of the committer.'),
    spec('keyword', `${name}.file`, 'The file, as a path in the repository.'),
  ];
}

const CHANGES: TableSpec = [
  spec('date', '@timestamp', "The audit event's stageTimestamp."),
  spec('keyword', 'change.id', 'Id of the change.'),
  CLUSTER,
  spec(
    'keyword',
    'change.outcome',
    'version, tombstone, metadata, status, terminating, no-op, failure, dry-run, gap; withdrawn: it never was.',
  ),
  spec('keyword', 'change.verb', 'create, update, patch, delete, deletecollection, snapshot.'),
  spec('keyword', 'change.origin', 'audit, snapshot, watch, manifests.'),
  spec('keyword', 'change.confidence', 'exact, inferred, metadata.'),
  spec('date', 'change.at', 'From when on it holds.'),
  spec('date', 'change.until', 'Until when the version held; absent while in force.'),
  spec('keyword', 'change.audit_id', 'auditID.'),
  spec('long', 'change.code', 'HTTP status.'),
  spec('keyword', 'change.message', 'Message of a refusal.'),
  spec('keyword', 'change.cause', 'Declared reason (kubernetes.io/change-cause).'),
  ...POLICY_FIELDS,
  spec('keyword', 'policy.managed_by', 'Argo CD, Flux, Helm, …: who owns the object by its labels.'),
  ...ACTOR_FIELDS,
  ...commitSpecs('change.commit', 'Commit of the manifests that holds this version, or that removed it.'),
  spec('keywords', 'change.diff', 'What changed, `path: before → after`, in order of paths.'),
  spec('object', 'change.spec_before', 'The spec before.'),
  spec('object', 'change.spec_after', 'The spec after.'),
  spec(
    'keywords',
    'drift',
    'manual-change; the drift of the policy from its manifest that began here and still holds.',
  ),
];

const POLICIES: TableSpec = [
  CLUSTER,
  ...POLICY_FIELDS,
  spec(
    'date',
    'policy.since',
    'Since when the current version holds; absent when it is older than all we know.',
  ),
  spec('date', 'policy.deleted_at', 'When it was deleted.'),
  spec('keyword', 'policy.managed_by', 'Argo CD, Flux, Helm, …'),
  spec('keyword', 'policy.validity', 'valid, invalid; absent when nobody says.'),
  spec('keyword', 'policy.problem', 'Why it is invalid.'),
  spec('keyword', 'policy.confidence', 'exact, inferred, metadata.'),
  spec('object', 'policy.spec', 'The current spec.'),
  spec('keyword', 'change.id', 'Its last change.'),
  spec('date', 'change.at', 'When.'),
  spec('keyword', 'change.outcome', 'What it was; withdrawn: nothing speaks of the policy any more.'),
  spec('keyword', 'actor.user', 'Who made its last change.'),
  spec('keyword', 'actor.kind', 'human, gitops, controller, system.'),
  ...commitSpecs('change.commit', 'Commit of the manifests that holds the current version.'),
  spec('keyword', 'policy.manifest', 'Manifest that stands for it, as file#document.'),
  spec('keywords', 'policy.manifest_diff', 'What differs, `path: manifest → cluster`, in order of paths.'),
  spec('keyword', 'cause.change_id', 'Change since which it is not as the manifests say.'),
  spec('date', 'cause.at', 'When that change was made.'),
  spec('keyword', 'cause.verb', 'How: create, update, patch, delete, …'),
  spec('keyword', 'cause.actor', 'Who made it.'),
  spec('keyword', 'cause.actor_kind', 'human, gitops, controller, system.'),
  ...commitSpecs('manifest.commit', 'Newest commit that altered its manifest, or removed it.'),
  spec(
    'keywords',
    'drift',
    'not-in-force; differs-from-manifests, not-in-cluster, not-in-manifests (with --manifests).',
  ),
];

const FEEDS: TableSpec = [
  spec('date', '@timestamp', 'First event covered.'),
  CLUSTER,
  spec('keyword', 'feed.name', 'flows or audit.'),
  spec('keyword', 'observer.name', 'Node of the flows, source of the audit events.'),
  spec('keyword', 'feed.source', 'File or topic.'),
  spec('date', 'feed.from', 'Time of the first event.'),
  spec('date', 'feed.until', 'Time of the last event.'),
  spec('keyword', 'feed.count_kind', 'What is counted: kind:…, ignored:…, rejected:…, lost.'),
  spec('keyword', 'feed.detail', 'Of lost events: who lost them.'),
  spec('long', 'count', 'How many.'),
];

/** Fields of each kind of document; `_id`, `_index` and `_version` stand beside them. */
export const TABLES: Readonly<Record<TableName, TableSpec>> = {
  verdicts: VERDICTS,
  rollups: ROLLUPS,
  changes: CHANGES,
  policies: POLICIES,
  feeds: FEEDS,
};
