// How a person names one end of a connection, and which endpoints that means.
//
//   shop/web     a workload, or a pod, of a namespace      world, host   an entity of Cilium's
//   shop/*       everything in a namespace                 203.0.113.7   an address
//   web          a workload, if only one has that name     api.example   a DNS name
import { isIP } from 'node:net';
import { Fault } from '../../model/fault.ts';
import type { Endpoint } from '../../model/event.ts';

export const ENTITY_ENDS = [
  'world',
  'host',
  'remote-node',
  'kube-apiserver',
  'health',
  'ingress',
  'init',
  'unmanaged',
] as const;
export type EntityEnd = (typeof ENTITY_ENDS)[number];

export type EndPattern =
  | { readonly kind: 'workload'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'entity'; readonly entity: EntityEnd }
  | { readonly kind: 'address'; readonly ip: string }
  | { readonly kind: 'dns'; readonly name: string };

/** @throws Fault `usage` for what can name nothing */
export function parseEnd(text: string): EndPattern {
  const entity = ENTITY_ENDS.find((name) => name === text);
  if (entity !== undefined) return { kind: 'entity', entity };
  if (isIP(text) > 0) return { kind: 'address', ip: text.toLowerCase() };
  const [first = '', second, ...more] = text.split('/');
  if (isIP(first) > 0) throw new Fault('usage', `${text}: a range of addresses; ask about one: ${first}`);
  if (second !== undefined) {
    if (first === '' || second === '' || more.length > 0)
      throw new Fault('usage', `${text}: names no end; write namespace/workload, as in shop/web`);
    return second === '*'
      ? { kind: 'namespace', namespace: first }
      : { kind: 'workload', namespace: first, name: second };
  }
  if (text === '')
    throw new Fault('usage', 'an end without a name; write namespace/workload, as in shop/web');
  if (text.includes('.')) return { kind: 'dns', name: text.replace(/\.$/, '').toLowerCase() };
  return { kind: 'name', name: text };
}

export function matchesEnd(pattern: EndPattern, end: Endpoint): boolean {
  switch (pattern.kind) {
    case 'workload':
      return end.namespace === pattern.namespace && isNamed(end, pattern.name);
    case 'namespace':
      return end.namespace === pattern.namespace;
    case 'name':
      return end.namespace !== '' && isNamed(end, pattern.name);
    case 'entity':
      return end.namespace === '' && end.entity === pattern.entity;
    case 'address':
      return end.ip.toLowerCase() === pattern.ip;
    case 'dns':
      return end.dns.some((name) => name.replace(/\.$/, '').toLowerCase() === pattern.name);
  }
}

function isNamed(end: Endpoint, name: string): boolean {
  return end.workload === name || end.pod === name;
}

/** The end of a pattern that needs no pod: outside the cluster, or a node. null for pods. */
export function endOutside(pattern: EndPattern): Endpoint | null {
  const blank: Endpoint = {
    namespace: '',
    pod: '',
    workload: '',
    workloadKind: '',
    identity: 0,
    labels: [],
    ip: '',
    port: 0,
    entity: '',
    dns: [],
    cluster: '',
  };
  switch (pattern.kind) {
    case 'entity':
      return { ...blank, labels: [`reserved:${pattern.entity}`], entity: pattern.entity };
    case 'address':
      return { ...blank, labels: ['reserved:world'], entity: 'world', ip: pattern.ip };
    case 'dns':
      return { ...blank, labels: ['reserved:world'], entity: 'world', dns: [pattern.name] };
    case 'workload':
    case 'namespace':
    case 'name':
      return null;
  }
}
