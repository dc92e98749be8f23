// One end of a Hubble flow → Endpoint. On the hot path: label lists that are sorted already, as Cilium writes
// them, are taken over as they are.

import type { Endpoint } from '../model/event.ts';
import { number } from '../model/json.ts';
import { type LabelSet, labelSet } from '../model/labels.ts';
import type { WireEndpoint, WireFlow } from '../sources/hubble.ts';
import { entityOf } from './entity.ts';
import { workloadOfPod } from './workload.ts';

const NONE: readonly string[] = [];
const NO_ENDPOINT: WireEndpoint = {};

export type Side = 'source' | 'destination';

export function endpointOf(flow: WireFlow, side: Side, port: number): Endpoint {
  const wire = (side === 'source' ? flow.source : flow.destination) ?? NO_ENDPOINT;
  const names = side === 'source' ? flow.source_names : flow.destination_names;
  const pod = wire.pod_name ?? '';
  const labels = sortedLabels(wire.labels ?? NONE);
  const identity = identityOf(wire);
  const workload = wire.workloads?.[0];
  return {
    namespace: wire.namespace ?? '',
    pod,
    workload: workload?.name ?? (pod === '' ? '' : workloadOfPod(pod)),
    workloadKind: workload?.kind ?? '',
    identity,
    labels,
    ip: addressOf(flow, side),
    port,
    entity: pod === '' ? entityOf(labels, identity) : '',
    dns: sortedLabels(names ?? NONE),
    cluster: wire.cluster_name ?? '',
  };
}

/** Whether the flow says anything of this end: a field mask may leave an empty object, or nothing. */
export function isKnown(flow: WireFlow, side: Side): boolean {
  if (addressOf(flow, side) !== '') return true;
  const wire = side === 'source' ? flow.source : flow.destination;
  if (wire === undefined || wire === null) return false;
  return Boolean(wire.pod_name) || (wire.labels?.length ?? 0) > 0 || identityOf(wire) !== 0;
}

/** The same list when it ascends strictly; else sorted and without duplicates. */
export function sortedLabels(labels: readonly string[]): LabelSet {
  for (let index = 1; index < labels.length; index += 1) {
    const before = labels[index - 1];
    const here = labels[index];
    if (before === undefined || here === undefined || before >= here) return labelSet(labels);
  }
  return labels;
}

function addressOf(flow: WireFlow, side: Side): string {
  return (side === 'source' ? flow.IP?.source : flow.IP?.destination) ?? '';
}

/** A uint32; anything else counts as not given. */
function identityOf(wire: WireEndpoint): number {
  const identity = number(wire.identity);
  return identity !== undefined && Number.isInteger(identity) && identity > 0 && identity < 2 ** 32
    ? identity
    : 0;
}
