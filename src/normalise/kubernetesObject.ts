// What is kept of a Kubernetes object: enough to decide by it and to show what changed, and nothing that
// bloats or leaks (managed fields, the last-applied copy, other keys of cilium-config).

import {
  at,
  entries,
  field,
  isObject,
  type JsonObject,
  type JsonValue,
  number,
  text,
} from '../model/json.ts';
import { kindFacts, type TrackedKind } from '../model/refs.ts';

/** Keys of the ConfigMap kube-system/cilium-config that decisions read. */
export const CONFIG_KEYS: readonly string[] = [
  'enable-policy',
  'policy-audit-mode',
  'policy-cidr-match-mode',
  'policy-default-local-cluster',
];
export const CONFIG_NAMESPACE = 'kube-system';
export const CONFIG_NAME = 'cilium-config';

/** kubectl's copy of the whole object within the object. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What identifies one state of an object; '' and null where it does not tell. */
export interface ObjectIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Digits only: aggregated API servers append a `/` to theirs. */
  readonly resourceVersion: string;
  readonly generation: number | null;
}

/**
 * apiVersion, kind, metadata, spec, specs and status.conditions of the object; of a ConfigMap only the data
 * under {@link CONFIG_KEYS}.
 * @param apiVersion stands in where the object names none (items of a list of a built-in kind).
 */
export function trimmedObject(object: JsonObject, kind: TrackedKind, apiVersion: string): JsonObject {
  const kept = {
    apiVersion: text(field(object, 'apiVersion')) || apiVersion,
    kind,
    metadata: trimmedMetadata(field(object, 'metadata')),
  };
  if (kind === 'ConfigMap') return { ...kept, data: decidingData(field(object, 'data')) };
  return { ...kept, ...present(object, 'spec'), ...present(object, 'specs'), ...conditionsOf(object) };
}

/** As {@link trimmedObject}, without spec: what a status write, or an answer without a body, may tell. */
export function trimmedStatus(object: JsonObject, kind: TrackedKind, apiVersion: string): JsonObject {
  const { spec: _spec, specs: _specs, data: _data, ...rest } = trimmedObject(object, kind, apiVersion);
  return rest;
}

export function trimmedMetadata(metadata: JsonValue | undefined): JsonObject {
  if (!isObject(metadata)) return {};
  const { managedFields: _managed, annotations, ...rest } = metadata;
  // In a merge patch null takes all annotations away.
  if (annotations === null) return { ...rest, annotations };
  const kept = entries(annotations).filter(([key]) => key !== LAST_APPLIED);
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}

export function decidingData(data: JsonValue | undefined): JsonObject {
  return Object.fromEntries(entries(data).filter(([key]) => CONFIG_KEYS.includes(key)));
}

/** @param metadata of the object; anything else gives an identity without content. */
export function identityOf(metadata: JsonValue | undefined, kind: TrackedKind): ObjectIdentity {
  const generation = number(field(metadata, 'generation'));
  return {
    namespace: kindFacts(kind).namespaced ? text(field(metadata, 'namespace')) : '',
    name: text(field(metadata, 'name')),
    uid: text(field(metadata, 'uid')),
    resourceVersion: digits(text(field(metadata, 'resourceVersion'))),
    generation: generation !== undefined && generation > 0 ? generation : null,
  };
}

export function digits(resourceVersion: string): string {
  return resourceVersion.replace(/\D/g, '');
}

/**
 * Whether deletion was asked for, and whether something still holds the object. A Namespace is held by
 * `spec.finalizers`, too.
 */
export function deletionOf(object: JsonObject): { readonly asked: boolean; readonly held: boolean } {
  const finalizers = [at(object, 'metadata', 'finalizers'), at(object, 'spec', 'finalizers')];
  return {
    asked: text(at(object, 'metadata', 'deletionTimestamp')) !== '',
    held: finalizers.some((list) => Array.isArray(list) && list.length > 0),
  };
}

function present(object: JsonObject, key: string): JsonObject {
  const value = field(object, key) ?? undefined;
  return value === undefined ? {} : { [key]: value };
}

function conditionsOf(object: JsonObject): JsonObject {
  const conditions = at(object, 'status', 'conditions');
  return Array.isArray(conditions) ? { status: { conditions } } : {};
}
