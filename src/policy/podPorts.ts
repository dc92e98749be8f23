// What Pods say of named ports: the number behind a name, on one pod or over all of them. A pod that is not
// among them is unknown, never without ports.

import { at, field, type JsonObject, number, text } from '../model/json.ts';
import type { DecisionContext } from './decision.ts';

export interface PodPorts {
  /** Some pod is known, so that a name may stand for another number in each of them. */
  readonly isKnown: boolean;
  readonly namedPort: DecisionContext['namedPort'];
}

/** @param pods objects of kind Pod, as the API server shows them. */
export function podPortsOf(pods: readonly JsonObject[]): PodPorts {
  const ports = new Map(pods.map((pod) => [podKey(pod), portsOf(pod)]));
  return {
    isKnown: ports.size > 0,
    namedPort: (pod, name, transport) => {
      if (pod === null) return agreedPort([...ports.values()], portKey(name, transport));
      const own = ports.get(`${pod.namespace}/${pod.pod}`);
      return own === undefined ? 'unknown' : (own.get(portKey(name, transport)) ?? 'absent');
    },
  };
}

export const NO_POD_PORTS: PodPorts = podPortsOf([]);

function podKey(pod: JsonObject): string {
  return `${text(at(pod, 'metadata', 'namespace')) || 'default'}/${text(at(pod, 'metadata', 'name'))}`;
}

/** Numbers by name and protocol. */
function portsOf(pod: JsonObject): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  for (const container of listOf(at(pod, 'spec', 'containers')))
    for (const port of listOf(field(container, 'ports'))) {
      const transport = (text(field(port, 'protocol')) || 'TCP').toLowerCase();
      const value = number(field(port, 'containerPort'));
      if (value !== undefined) ports.set(portKey(text(field(port, 'name')), transport), value);
    }
  return ports;
}

/** The one number that the pods give; a rule whose port means several numbers does nothing in Cilium. */
function agreedPort(
  pods: readonly ReadonlyMap<string, number>[],
  key: string,
): number | 'absent' | 'unknown' {
  const [number, ...others] = new Set(pods.flatMap((pod) => pod.get(key) ?? []));
  if (others.length > 0) return 'absent';
  return number ?? (pods.length === 0 ? 'unknown' : 'absent');
}

function portKey(name: string, transport: string): string {
  return `${name}/${transport}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
