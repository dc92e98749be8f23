// What is known of a party's labels, indexed for look-up: a value, certainly absent, or not known. Cilium
// gives each party one identity with one label set (cilium/cilium pkg/labels); a Hubble line may show it
// whole, or not at all (field mask), and then the identity number or the namespace still tell something.

import { type LabelSet, NAMESPACE_KEY, NAMESPACE_LABEL_PREFIX, parseLabel } from '../model/labels.ts';
import type { Undecidable } from '../model/verdict.ts';
import type { Party } from './decision.ts';
import { type Truth, unknown } from './truth.ts';

export interface PartyLabels {
  /** Values by `source:key`, and by `any:key` whatever the source. */
  readonly values: ReadonlyMap<string, string>;
  /** Why a label that is not in `values` may exist nevertheless; null = it does not. */
  readonly hidden: Undecidable | null;
  /** Whether a namespace label that is not in `values` may exist nevertheless. */
  readonly namespaceHidden: boolean;
}

/** Reserved identity numbers (cilium/cilium pkg/identity/numericidentity.go), by number. */
const RESERVED_IDENTITIES: readonly (readonly string[])[] = [
  [],
  ['reserved:host'],
  ['reserved:world'],
  ['reserved:unmanaged'],
  ['reserved:health'],
  ['reserved:init'],
  ['reserved:remote-node'],
  ['reserved:kube-apiserver', 'reserved:remote-node'],
  ['reserved:ingress'],
  ['reserved:world-ipv4'],
  ['reserved:world-ipv6'],
];

const indexes = new WeakMap<LabelSet, PartyLabels>();

/** Label sets are immutable, so the index of one is made once. */
export function labelsOf(party: Party): PartyLabels {
  if (party.labels.length === 0) return withoutLabels(party);
  const known = indexes.get(party.labels);
  if (known !== undefined) return known;
  const values = valuesOf(party.labels);
  const isPod = values.has(`k8s:${NAMESPACE_KEY}`);
  const shown = party.labels.some((label) => label.startsWith(`k8s:${NAMESPACE_LABEL_PREFIX}`));
  const made = { values, hidden: null, namespaceHidden: isPod && !shown };
  indexes.set(party.labels, made);
  return made;
}

/** The value under `source:key` or `any:key`; undefined = there is none; reasons = not known. */
export function valueOf(party: PartyLabels, key: string): string | undefined | readonly Undecidable[] {
  const value = party.values.get(key);
  if (value !== undefined) return value;
  if (party.hidden !== null)
    return party.values.has(`k8s:${NAMESPACE_KEY}`) && key.startsWith('reserved:')
      ? undefined
      : unknown(party.hidden);
  if (party.namespaceHidden && isNamespaceLabel(key)) return unknown('missing-namespace-labels');
  return undefined;
}

export function carries(party: PartyLabels, key: string): Truth {
  const value = valueOf(party, key);
  return value === undefined ? false : typeof value === 'string' ? true : value;
}

function valuesOf(labels: LabelSet): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const text of labels) {
    const { source, key, value } = parseLabel(text);
    values.set(`${source}:${key}`, value);
    if (!values.has(`any:${key}`)) values.set(`any:${key}`, value);
  }
  return values;
}

/** Reserved and CIDR identities are told by their number; of a pod the namespace alone remains. */
function withoutLabels(party: Party): PartyLabels {
  const reserved = RESERVED_IDENTITIES[party.identity];
  if (reserved !== undefined && reserved.length > 0)
    return { values: valuesOf(reserved), hidden: null, namespaceHidden: false };
  const scope = Math.floor(party.identity / 2 ** 24);
  if (scope === 1) return { values: valuesOf(['reserved:world']), hidden: null, namespaceHidden: false };
  if (scope === 2)
    return { values: valuesOf(['reserved:remote-node']), hidden: null, namespaceHidden: false };
  const namespace = party.namespace === '' ? [] : [`k8s:${NAMESPACE_KEY}=${party.namespace}`];
  return { values: valuesOf(namespace), hidden: 'missing-labels', namespaceHidden: true };
}

function isNamespaceLabel(key: string): boolean {
  return key.startsWith(NAMESPACE_LABEL_PREFIX, key.indexOf(':') + 1);
}
