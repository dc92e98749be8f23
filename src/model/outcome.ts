// What becomes of one record of input. A bad record is a value, never an exception: it is accepted,
// ignored for a counted reason (nothing wrong with it, we do not need it), or rejected for a counted
// reason (its bytes are kept). Every record ends in exactly one of the three.

/** Records that are well formed and of no use to the join. They feed the coverage figures. */
export const IGNORED = {
  blank: 'empty line',
  trace: 'trace of a packet (event type 4): passing a point of the datapath judges nothing',
  'drop-event': 'drop (event type 1): its policy verdict (event type 5) says the same and counts',
  'other-drop': 'drop for a reason that is no policy',
  l7: 'request seen by the L7 proxy (event type 129)',
  sock: 'socket trace',
  debug: 'debug event',
  capture: 'captured packet',
  agent: 'agent event',
  'node-status': 'node status of the relay',
  'other-flow': 'flow of an event type that judges no policy',
  'no-time': 'policy verdict without time (cilium monitor): counted per policy, never joined',
  'monitor-other': 'line of cilium monitor that is no policy verdict',
  'other-resource': 'audit event of a resource that decides nothing here',
  'other-config': 'audit event of a ConfigMap other than cilium-config',
  'other-log':
    'record of another log in the same stream (agent, AKS category, CloudWatch stream, GKE service)',
  read: 'audit event of a read',
  stage: 'audit event of a stage that says nothing new',
  'other-feed': 'a record of the other log: pass the file to the other option, too',
  duplicate: 'the same record again',
} as const;
export type IgnoreReason = keyof typeof IGNORED;

/** Records that cannot be used though they should be. Their original bytes go to `--rejects`. */
export const REJECTED = {
  'too-long': 'longer than the limit for one line',
  'not-utf8': 'not valid UTF-8',
  'not-json': 'not JSON',
  'too-deep': 'nested deeper than the limit',
  'duplicate-key': 'the same key twice in one JSON object',
  'not-an-object': 'JSON, but no object',
  'unknown-shape': 'neither a Hubble flow nor an audit event nor a known envelope of one',
  'envelope-too-deep': 'envelope in envelope in envelope',
  'incomplete-line': 'a partial CRI line whose rest never came',
  'insufficient-fields': 'a policy verdict without the fields that name it: mind the field mask',
  'bad-time': 'a time that is no RFC 3339 time',
  'time-out-of-range': 'an event time that cannot be true',
  'bad-field': 'a field of the wrong type',
  'no-cluster': 'no cluster named, and the flows name more than one: pass --cluster',
  'too-many-items': 'more records in one line than the limit',
  'too-large': 'an event larger than a message of its topic may be',
} as const;
export type RejectReason = keyof typeof REJECTED;

export interface Accepted<T> {
  readonly outcome: 'accepted';
  readonly value: T;
}
export interface Ignored {
  readonly outcome: 'ignored';
  readonly reason: IgnoreReason;
}
export interface Rejected {
  readonly outcome: 'rejected';
  readonly reason: RejectReason;
  /** One clause for a person: what stands where (`expected a string at flow.verdict`). No line number. */
  readonly detail: string;
}
export type Outcome<T> = Accepted<T> | Ignored | Rejected;

export function accepted<T>(value: T): Accepted<T> {
  return { outcome: 'accepted', value };
}
export function ignored(reason: IgnoreReason): Ignored {
  return { outcome: 'ignored', reason };
}
export function rejected(reason: RejectReason, detail: string): Rejected {
  return { outcome: 'rejected', reason, detail };
}
