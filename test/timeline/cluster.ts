// A small API server for tests: it numbers writes as the real one does (one resourceVersion per write, one
// generation per change of spec, a new uid per create), keeps what is true, and hands out the records,
// with request and answer, that an audit log or a snapshot would hold.
import type { ChangeEvent, PolicyChange } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { formatInstant, MICROS_PER_SECOND, type Micros } from '../../src/model/time.ts';

export const START: Micros = Date.UTC(2026, 0, 1) * 1_000;

export type Operation = 'create' | 'spec' | 'label' | 'same' | 'delete' | 'refused';

/** What held from a time on: the spec's port, or null when there was no object. */
export interface Truth {
  readonly from: Micros;
  readonly port: number | null;
  readonly generation: number;
  readonly uid: string;
}

interface Stored {
  readonly uid: string;
  readonly generation: number;
  readonly revision: number;
  readonly created: Micros;
  readonly port: number;
  readonly label: number;
}

export interface Server {
  /** Runs one operation on a policy of namespace `shop`; what is not possible now is refused. */
  run(name: string, operation: Operation): void;
  readonly events: readonly ChangeEvent[];
  /** By policy name, ascending. */
  readonly truth: ReadonlyMap<string, readonly Truth[]>;
  snapshot(): readonly JsonObject[];
}

export function createServer(): Server {
  const stored = new Map<string, Stored>();
  const truth = new Map<string, Truth[]>();
  const events: ChangeEvent[] = [];
  let revision = 100;
  let count = 0;

  function run(name: string, operation: Operation): void {
    count += 1;
    const at = START + count * 3 * MICROS_PER_SECOND + 123;
    const old = stored.get(name);
    if (operation === 'refused' || (operation === 'create') === (old !== undefined)) {
      events.push(event(count, at, { action: 'write', result: 'failure', verb: 'patch', code: 409 }, name));
      return;
    }
    if (operation === 'delete' && old !== undefined) {
      revision += 1;
      stored.delete(name);
      note(name, { from: at, port: null, generation: 0, uid: old.uid });
      const done: Partial<PolicyChange> = { action: 'delete', verb: 'delete', code: 200, uid: old.uid };
      events.push(event(count, at, done, name));
      return;
    }
    if (operation !== 'same') revision += 1;
    const next = after(old, operation, revision, at);
    stored.set(name, next);
    if (operation === 'create' || operation === 'spec')
      note(name, { from: at, port: next.port, generation: next.generation, uid: next.uid });
    events.push(event(count, at, { ...shown(name, next), ...requestOf(operation, next) }, name));
  }

  function note(name: string, row: Truth): void {
    truth.set(name, [...(truth.get(name) ?? []), row]);
  }

  return { run, events, truth, snapshot: () => [...stored].map(([name, one]) => objectOf(name, one)) };
}

function after(old: Stored | undefined, operation: Operation, revision: number, at: Micros): Stored {
  if (old === undefined)
    return { uid: `uid-${revision}`, generation: 1, revision, created: at, port: revision, label: 0 };
  if (operation === 'spec') return { ...old, generation: old.generation + 1, revision, port: revision };
  return operation === 'label' ? { ...old, revision, label: revision } : old;
}

function requestOf(operation: Operation, next: Stored): Partial<PolicyChange> {
  if (operation === 'create') return { verb: 'create', code: 201 };
  const body: JsonObject =
    operation === 'spec' ? { spec: specOf(next) } : { metadata: { labels: { step: String(next.label) } } };
  return { verb: 'patch', code: 200, patch: { format: 'merge', body } };
}

function shown(name: string, one: Stored): Partial<PolicyChange> {
  return {
    action: 'write',
    uid: one.uid,
    generation: one.generation,
    resourceVersion: String(one.revision),
    objectForm: 'stored',
    object: objectOf(name, one),
  };
}

function objectOf(name: string, one: Stored): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name,
      namespace: 'shop',
      uid: one.uid,
      generation: one.generation,
      resourceVersion: String(one.revision),
      creationTimestamp: formatInstant(Math.floor(one.created / MICROS_PER_SECOND) * MICROS_PER_SECOND),
      labels: { step: String(one.label) },
    },
    spec: specOf(one),
  };
}

function specOf(one: Stored): JsonObject {
  return {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ protocol: 'TCP', port: one.port }] }],
  };
}

/** A record of NetworkPolicy shop/NAME; `parts` overrides what an uneventful one says. */
export function event(number: number, at: Micros, parts: Partial<PolicyChange>, name = 'web'): ChangeEvent {
  return {
    id: `event-${number}-${parts.action ?? 'write'}`,
    cluster: 'c',
    observedAt: at,
    observedAtNanos: 0,
    origin: { source: 'audit.log', partition: 0, offset: number, index: 0 },
    body: {
      ...QUIET,
      target: { kind: 'NetworkPolicy', namespace: 'shop', name },
      auditId: `audit-${number}`,
      requestReceivedAt: at,
      ...parts,
    },
  };
}

const QUIET: PolicyChange = {
  kind: 'PolicyChange',
  changeOrigin: 'audit',
  action: 'write',
  result: 'success',
  verb: 'patch',
  target: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
  uid: '',
  resourceVersion: '',
  generation: null,
  baseResourceVersion: '',
  objectForm: 'none',
  object: null,
  patch: null,
  webhookPatches: [],
  selector: '',
  confidence: 'exact',
  code: 200,
  message: '',
  truncated: false,
  auditId: '',
  requestUri: '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web',
  requestReceivedAt: null,
  auditSource: '',
  actor: {
    user: 'alice',
    groups: [],
    impersonator: '',
    kind: 'human',
    kindConfidence: 'exact',
    manager: '',
    userAgent: '',
    sourceIps: [],
    fieldManager: '',
  },
  decision: { allowed: true, reason: '' },
  changeCause: '',
};
