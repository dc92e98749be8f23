// Policy objects → compiled policies. An object that the API server or Cilium would refuse is not enforced
// at all, so one problem anywhere makes the whole object invalid; all problems are reported. Objects may
// come undefaulted (from Git) or stored (from the cluster): both compile to the same.

import { field, type JsonObject, text } from '../model/json.ts';
import { isPolicyKind, kindFacts, type PolicyKind, refOf } from '../model/refs.ts';
import type { CompiledPolicy } from './compiled.ts';
import { parseCiliumSpec } from './parseCilium.ts';
import { parseClusterSpec } from './parseClusterNetworkPolicy.ts';
import { parseNetworkPolicySpec } from './parseNetworkPolicy.ts';
import { child, complain, items, type Place, type Problem } from './place.ts';

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: CompiledPolicy }
  | { readonly ok: false; readonly ref: string; readonly problems: readonly Problem[] };

/**
 * A NetworkPolicy, CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy or ClusterNetworkPolicy as JSON.
 * A namespaced object without a namespace is in `default`, as kubectl has it. Never throws.
 */
export function parsePolicy(object: JsonObject): ParsedPolicy {
  const kind = text(field(object, 'kind'));
  const metadata = field(object, 'metadata');
  const name = text(field(metadata, 'name'));
  const written = text(field(metadata, 'namespace'));
  if (!isPolicyKind(kind))
    return refused(`${kind}/${written}/${name}`, 'kind', 'is no kind of network policy');
  const namespace = kindFacts(kind).namespaced ? written || 'default' : '';
  const ref = refOf({ kind, namespace, name });
  const [group] = text(field(object, 'apiVersion')).split('/');
  if (group !== '' && group !== kindFacts(kind).group)
    return refused(ref, 'apiVersion', `must be of the group ${kindFacts(kind).group}`);
  if (name === '') return refused(ref, 'metadata.name', 'must be given');

  const place: Place = {
    value: object,
    path: '',
    problems: [],
    nulls: kind === 'NetworkPolicy' ? 'absent' : 'refused',
  };
  const content = contentOf(place, kind, ref, namespace);
  if (place.problems.length > 0) return { ok: false, ref, problems: place.problems };
  return { ok: true, policy: { ref, kind, namespace, ...content } };
}

type Content = Pick<CompiledPolicy, 'tier' | 'priority' | 'specs'>;

function contentOf(place: Place, kind: PolicyKind, ref: string, namespace: string): Content {
  const normal = { tier: 'normal', priority: 0 } as const;
  switch (kind) {
    case 'NetworkPolicy':
      return { ...normal, specs: [parseNetworkPolicySpec(child(place, 'spec'), ref, namespace)] };
    case 'CiliumNetworkPolicy':
    case 'CiliumClusterwideNetworkPolicy':
      return { ...normal, specs: ciliumSpecs(place, ref, namespace) };
    case 'ClusterNetworkPolicy': {
      const { tier, priority, spec } = parseClusterSpec(child(place, 'spec'), ref);
      return { tier, priority, specs: [spec] };
    }
  }
}

/** `spec` and each of `specs` are rules of their own; with `specs` they are numbered in this order. */
function ciliumSpecs(place: Place, ref: string, namespace: string): Content['specs'] {
  const single = child(place, 'spec');
  const many = items(child(place, 'specs'));
  if (single.value === undefined && many === undefined) complain(place, 'must have a spec or specs');
  const all = [...(single.value === undefined ? [] : [single]), ...(many ?? [])];
  const numbered = many !== undefined && many.length > 0;
  return all.map((spec, index) =>
    parseCiliumSpec(spec, numbered ? `${ref}#spec[${index}].` : `${ref}#`, namespace),
  );
}

function refused(ref: string, path: string, message: string): ParsedPolicy {
  return { ok: false, ref, problems: [{ path, message }] };
}
