// Who talks to whom in the benchmark's cluster: 300 workloads, and conversations between them and with addresses
// outside, few of them all the time and most of them now and then.
import type { FlowEvent } from '../../../src/model/event.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { flowEvents } from '../../support/cluster.ts';
import { createDice, type Dice } from './dice.ts';
import { CLUSTER, NAMESPACE_LABEL, NAMESPACES, namespaceName } from './policies.ts';

const WORKLOADS = 300;
const TALKS = 4_000;
const NODES = 20;
/** How much rarer the n-th conversation is than the first: n to this power. */
const SKEW = 0.9;
const CLIENTS = 20_000;

export interface Talk {
  /** One verdict of it, whatever the time. */
  readonly event: FlowEvent;
  /** Of a minute, that anything is said in it. */
  readonly chance: number;
  /** Addresses outside that talk so; 0: the ends are always the same. */
  readonly clients: number;
}

/** @param perMinute conversations that are heard in a minute, on average */
export function talks(perMinute: number): readonly Talk[] {
  const dice = createDice(11);
  const places = Array.from({ length: TALKS }, () => placeOf(dice));
  const events = flowEvents(
    places.map((place, index) => JSON.stringify(flowLine(place, index))),
    'bench',
  );
  const scale = scaleOf(perMinute);
  return events.map((event, index) => ({
    event,
    chance: chanceOf(scale, index),
    clients: places[index]?.from === null && places[index].port === 443 ? CLIENTS : 0,
  }));
}

function chanceOf(scale: number, index: number): number {
  return Math.min(1, scale / (index + 1) ** SKEW);
}

/** By halving: the sum of all chances grows with the scale. */
function scaleOf(perMinute: number): number {
  let [low, high] = [0, TALKS];
  for (let round = 0; round < 50; round += 1) {
    const middle = (low + high) / 2;
    let sum = 0;
    for (let index = 0; index < TALKS; index += 1) sum += chanceOf(middle, index);
    if (sum < perMinute) low = middle;
    else high = middle;
  }
  return high;
}

interface End {
  readonly namespace: string;
  readonly app: string;
}

interface Place {
  /** null: outside. */
  readonly from: End | null;
  readonly to: End;
  readonly port: number;
  readonly isEgress: boolean;
}

/** Most stay within their namespace; what crosses its border to other ports than those of metrics is denied. */
function placeOf(dice: Dice): Place {
  const to = endOf(dice.below(WORKLOADS));
  const sort = dice.next();
  if (sort < 0.08) {
    const gateway = { namespace: to.namespace, app: 'app-0' };
    return { from: null, to: gateway, port: dice.below(4) === 0 ? 22 : 443, isEgress: false };
  }
  if (sort < 0.28)
    return { from: { namespace: 'monitoring', app: 'app-1' }, to, port: 9090, isEgress: dice.below(3) === 0 };
  if (sort < 0.33)
    return { from: endOf(dice.below(WORKLOADS)), to, port: 5432, isEgress: dice.below(3) === 0 };
  const from = { namespace: to.namespace, app: `app-${dice.below(WORKLOADS / NAMESPACES)}` };
  return { from, to, port: 8080, isEgress: dice.below(3) === 0 };
}

function endOf(workload: number): End {
  return {
    namespace: namespaceName(workload % NAMESPACES),
    app: `app-${Math.floor(workload / NAMESPACES)}`,
  };
}

function flowLine({ from, to, port, isEgress }: Place, index: number): JsonObject {
  const time = '2026-11-02T00:00:00.000000001Z';
  const node = `${CLUSTER}/node-${index % NODES}`;
  return {
    flow: {
      time,
      uuid: `talk-${index}`,
      verdict: 'FORWARDED',
      IP: {
        source: from === null ? `198.51.100.${index % 250}` : addressOf(from),
        destination: addressOf(to),
        ipVersion: 'IPv4',
      },
      l4: { TCP: { source_port: 32_768 + index, destination_port: port } },
      source:
        from === null
          ? { identity: 2, labels: ['reserved:world'] }
          : endpoint(from, `${from.app}-${index % 4}`),
      destination: endpoint(to, `${to.app}-${index % 4}`),
      Type: 'L3_L4',
      node_name: node,
      event_type: { type: 5 },
      traffic_direction: isEgress ? 'EGRESS' : 'INGRESS',
      is_reply: false,
    },
    node_name: node,
    time,
  };
}

function endpoint({ namespace, app }: End, pod: string): JsonObject {
  const labels = [
    `k8s:app=${app}`,
    `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
    `k8s:io.cilium.k8s.policy.cluster=${CLUSTER}`,
    'k8s:io.cilium.k8s.policy.serviceaccount=default',
    `${NAMESPACE_LABEL}=${namespace}`,
    `k8s:tier=${app === 'app-0' ? 'front' : 'back'}`,
  ];
  return {
    identity: 20_000 + numberOf(namespace) * 100 + numberOf(app),
    labels,
    namespace,
    pod_name: pod,
    workloads: [{ name: app, kind: 'StatefulSet' }],
    cluster_name: CLUSTER,
  };
}

function addressOf({ namespace, app }: End): string {
  return `10.0.${numberOf(namespace)}.${10 + numberOf(app)}`;
}

function numberOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0);
}
