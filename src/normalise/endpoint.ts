// One end of a Hubble flow → Endpoint. On the hot path: what repeats from line to line is made once.

import type { Endpoint } from '../model/event.ts';
import { number } from '../model/json.ts';
import type { WireEndpoint, WireFlow } from '../sources/hubble.ts';
import { entityOf } from './entity.ts';
import { type LabelReader, sortedLabels } from './labelSets.ts';
import { workloadOfPod } from './workload.ts';

const NONE: readonly string[] = [];
const NO_ENDPOINT: WireEndpoint = {};

export type Side = 'source' | 'destination';

export function endpointOf(flow: WireFlow, side: Side, port: number, readLabels: LabelReader): Endpoint {
  const wire = (side === 'source' ? flow.source : flow.destination) ?? NO_ENDPOINT;
  const names = side === 'source' ? flow.source_names : flow.destination_names;
  const pod = wire.pod_name ?? '';
  const identity = identityOf(wire);
  const labels = readLabels(wire.labels ?? NONE, identity);
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
    dns: names === undefined || names === null ? NONE : sortedLabels(names),
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
