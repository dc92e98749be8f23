// Patches in audit events. The log holds the body of a patch but not its Content-Type, so the format is
// inferred; what mutating webhooks changed afterwards stands in annotations. Never applied here: that needs
// the state before, which only the timeline knows.

import { entries, field, isObject, type JsonObject, type JsonValue, text } from '../model/json.ts';
import type { Patch, PatchFormat } from '../model/event.ts';
import type { TrackedKind } from '../model/refs.ts';
import type { AuditEvent } from '../sources/audit/event.ts';
import { CONFIG_KEYS, decidingData, trimmedMetadata } from './kubernetesObject.ts';

/** Directives of a strategic merge patch (k8s.io/apimachinery pkg/util/strategicpatch/patch.go). */
const DIRECTIVES = ['$patch', '$retainKeys', '$deleteFromPrimitiveList', '$setElementOrder'] as const;
const MAX_DEPTH = 100;

/**
 * The body of a patch request, with its format: an array is a JSON patch; apiVersion and kind together with
 * a field manager make a server-side apply; `$` directives a strategic one; the rest is a merge patch.
 * @returns null when the record holds no body.
 */
export function patchOf(event: AuditEvent, kind: TrackedKind, query: URLSearchParams): Patch | null {
  const body = event.requestObject;
  if (event.verb !== 'patch' || body === undefined) return null;
  const isStatus = event.object?.subresource === 'status';
  if (Array.isArray(body))
    return { format: 'json', body: keptOperations(body as readonly JsonValue[], kind, isStatus) };
  if (!isObject(body)) return null;
  return { format: formatOf(body, query), body: keptMembers(body, kind, isStatus) };
}

function formatOf(body: JsonObject, query: URLSearchParams): PatchFormat {
  const isObjectOfKind = text(field(body, 'apiVersion')) !== '' && text(field(body, 'kind')) !== '';
  if (isObjectOfKind && query.has('fieldManager')) return 'apply';
  return hasDirective(body, 0) ? 'strategic' : 'merge';
}

function hasDirective(value: JsonValue, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item: JsonValue) => hasDirective(item, depth + 1));
  return entries(value).some(
    ([key, item]) =>
      DIRECTIVES.some((directive) => key === directive || key.startsWith(`${directive}/`)) ||
      hasDirective(item, depth + 1),
  );
}

/** The last-applied copy, managed fields, and other keys of cilium-config go; of a status patch the spec. */
function keptMembers(body: JsonObject, kind: TrackedKind, isStatus: boolean): JsonObject {
  const { metadata, spec, specs, data, status, binaryData: _binary, ...rest } = body;
  return {
    ...rest,
    ...(metadata === undefined ? {} : { metadata: trimmedMetadata(metadata) }),
    ...(spec === undefined || isStatus ? {} : { spec }),
    ...(specs === undefined || isStatus ? {} : { specs }),
    ...(data === undefined || kind !== 'ConfigMap' ? {} : { data: decidingData(data) }),
    ...(isStatus && field(status, 'conditions') !== undefined
      ? { status: { conditions: field(status, 'conditions') } }
      : {}),
  };
}

function keptOperations(
  operations: readonly JsonValue[],
  kind: TrackedKind,
  isStatus: boolean,
): readonly JsonValue[] {
  return operations.flatMap((operation) => {
    const path = text(field(operation, 'path'));
    if (path.startsWith('/metadata/managedFields')) return [];
    if (isStatus) return path === '/status' || path.startsWith('/status/') ? [operation] : [];
    if (kind !== 'ConfigMap' || !isObject(operation)) return [operation];
    if (path === '/data') return [{ ...operation, value: decidingData(field(operation, 'value')) }];
    return CONFIG_KEYS.some((key) => path === `/data/${key}`) ? [operation] : [];
  });
}

const WEBHOOK_PATCH = /^patch\.webhook\.admission\.k8s\.io\/round_(\d+)_index_(\d+)$/;

/**
 * JSON patches of mutating webhooks, in the order in which they were applied (from level Request up;
 * k8s.io/apiserver pkg/admission/plugin/webhook/mutating/dispatcher.go). Unreadable ones are left out.
 */
export function webhookPatchesOf(event: AuditEvent): readonly JsonValue[] {
  const found = [...event.annotations].flatMap(([key, value]) => {
    const place = WEBHOOK_PATCH.exec(key);
    const patch = place === null ? undefined : patchOfAnnotation(value);
    return place === null || patch === undefined
      ? []
      : [{ round: Number(place[1]), index: Number(place[2]), patch }];
  });
  return found
    .sort((one, other) => one.round - other.round || one.index - other.index)
    .map((webhook) => webhook.patch);
}

function patchOfAnnotation(value: string): JsonValue | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    const patch = field(parsed, 'patch');
    return Array.isArray(patch) ? patch : undefined;
  } catch {
    return undefined;
  }
}
