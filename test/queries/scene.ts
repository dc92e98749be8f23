// Small stores made by hand: a few rollups and changes of one morning, put in through the real store.

import type { Document, FieldValue } from '../../src/documents/document.ts';
import type { TableName } from '../../src/documents/fields.ts';
import type { Ask } from '../../src/queries/question.ts';
import { buildSummary, type Summary } from '../../src/queries/summary.ts';
import { openStore } from '../../src/stores/duckdb/store.ts';

type Fields = Readonly<Record<string, FieldValue>>;
export type Scene = Readonly<Partial<Record<TableName, readonly Fields[]>>>;

const DAY = '2026-11-02';

/** `9:05` or `09:05:30.5` → RFC 3339 of the morning. */
export function at(time: string): string {
  const [hours = '', minutes = '', seconds = '00'] = time.split(':');
  const [whole = '', fraction = ''] = seconds.split('.');
  return `${DAY}T${hours.padStart(2, '0')}:${minutes}:${whole}.${fraction.padEnd(6, '0')}Z`;
}

/** A forwarded verdict of `shop/web → shop/cart tcp 8080` at the cart, unless told otherwise. */
export function rollup(time: string, fields: Fields = {}): Fields {
  return {
    '@timestamp': at(time.split(':').slice(0, 2).join(':')),
    'orchestrator.cluster.name': 'prod-eu1',
    'network.transport': 'tcp',
    'network.direction': 'ingress',
    'destination.port': 8080,
    'subject.namespace': 'shop',
    'subject.workload': 'cart',
    'subject.labels_hash': 'c1',
    'peer.namespace': 'shop',
    'peer.workload': 'web',
    'peer.labels_hash': 'w1',
    'verdict.observed': 'forwarded',
    'verdict.declared': 'allowed',
    'verdict.reason': 'allow-rule',
    'verdict.match_type': 'l3-l4',
    'policy.isolating': ['NetworkPolicy/shop/cart'],
    'policy.deciding': ['NetworkPolicy/shop/cart#ingress[0]'],
    count: 1,
    first_seen: at(time),
    last_seen: at(time),
    ...fields,
  };
}

/** What a denial by default deny adds. */
export const DENIED: Fields = {
  'verdict.observed': 'dropped',
  'verdict.declared': 'denied',
  'verdict.reason': 'default-deny',
  'verdict.match_type': 'none',
  'policy.deciding': [],
};

/** What a cause adds; the change itself is another document. */
export function causedBy(id: string, time: string, ...drift: readonly string[]): Fields {
  return {
    'cause.change_id': id,
    'cause.at': at(time),
    'cause.policy': 'NetworkPolicy/shop/cart',
    'cause.lag_ms': 800,
    drift: [...drift],
  };
}

/** A version of `NP shop/cart` that alice patched, unless told otherwise. */
export function change(id: string, time: string, fields: Fields = {}): Fields {
  return {
    '@timestamp': at(time),
    'change.id': id,
    'orchestrator.cluster.name': 'prod-eu1',
    'change.outcome': 'version',
    'change.verb': 'patch',
    'change.origin': 'audit',
    'change.confidence': 'exact',
    'change.at': at(time),
    'policy.ref': 'NetworkPolicy/shop/cart',
    'policy.kind': 'NetworkPolicy',
    'policy.namespace': 'shop',
    'policy.name': 'cart',
    'actor.user': 'alice',
    'actor.kind': 'human',
    ...fields,
  };
}

export const BY_ARGO: Fields = {
  'actor.user': 'system:serviceaccount:argocd:argocd-application-controller',
  'actor.kind': 'gitops',
  'actor.manager': 'Argo CD',
};

export function summaryOf(scene: Scene): Promise<Summary> {
  return asking(scene, buildSummary);
}

/** Puts questions to a store that holds the scene. */
export async function asking<T>(scene: Scene, talk: (ask: Ask) => Promise<T>): Promise<T> {
  const store = await openStore({ path: null });
  try {
    for (const table of ['rollups', 'changes', 'policies', 'feeds'] as const)
      await store.append(table, (scene[table] ?? []).map(documentOf));
    return await talk((sql) => store.query(sql));
  } finally {
    store.discard();
  }
}

function documentOf(fields: Fields, index: number): Document {
  const filled = Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return { _id: String(index), _index: 'scene', _version: 1, fields: Object.fromEntries(filled) };
}
