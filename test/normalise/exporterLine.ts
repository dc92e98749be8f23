// Lines as Hubble's exporter writes them, for tests to change at one place, and a short way to normalise text.
import type { FlowOptions } from '../../src/normalise/flowLine.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';
import type { FlowResult } from '../../src/normalise/flowResult.ts';
import type { FlowVerdict } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';

const encoder = new TextEncoder();

/** A denied ingress verdict from shop/web to shop/cart, fields in the order of flow.proto. */
export const DENIED: JsonObject = {
  time: '2026-11-02T09:00:00.010231456Z',
  uuid: '0c3a1d1e-8f0f-4c2b-9d57-0a4d4d3f6a11',
  verdict: 'DROPPED',
  drop_reason: 133,
  IP: { source: '10.2.0.5', destination: '10.2.0.7', ipVersion: 'IPv4' },
  l4: { TCP: { source_port: 51234, destination_port: 8080, flags: { SYN: true } } },
  source: {
    identity: 20001,
    cluster_name: 'prod',
    namespace: 'shop',
    labels: ['k8s:app=web', 'k8s:io.kubernetes.pod.namespace=shop'],
    pod_name: 'web-7d9c5f8b6-x2x4z',
  },
  destination: {
    ID: 12,
    identity: 20002,
    cluster_name: 'prod',
    namespace: 'shop',
    labels: ['k8s:app=cart', 'k8s:io.kubernetes.pod.namespace=shop'],
    pod_name: 'cart-0',
    workloads: [{ name: 'cart', kind: 'StatefulSet' }],
  },
  Type: 'L3_L4',
  node_name: 'prod/node-1',
  event_type: { type: 5 },
  traffic_direction: 'INGRESS',
  drop_reason_desc: 'POLICY_DENIED',
  Summary: 'TCP Flags: SYN',
};

/** The flow with some fields replaced; `undefined` takes a field away, the order stays. */
export function flowWith(changes: JsonObject): JsonObject {
  return { ...DENIED, ...changes };
}

/** The exporter's envelope: node name and time are copies of the flow's. */
export function lineOf(flow: JsonObject): string {
  return JSON.stringify({ flow, node_name: flow['node_name'], time: flow['time'] });
}

const DEFAULTS: FlowOptions = { cluster: '', dropEvents: 'ignore' };

/** One line through a fresh normaliser. */
export function normaliseText(text: string, options: Partial<FlowOptions> = {}): FlowResult {
  return createFlowNormaliser({ ...DEFAULTS, ...options })(encoder.encode(text), 'flows.ndjson', 1);
}

/** The verdict of a line that must give exactly one. */
export function verdictOf(text: string, options: Partial<FlowOptions> = {}): FlowVerdict {
  const [event, ...more] = normaliseText(text, options).events;
  if (event?.body.kind !== 'FlowVerdict' || more.length > 0) throw new Error(`not one verdict: ${text}`);
  return event.body;
}

/** `outcome name detail` of each record. */
export function fates(result: FlowResult): readonly string[] {
  return result.records.map((record) =>
    record.outcome === 'rejected'
      ? `rejected ${record.name}: ${record.detail}`
      : `${record.outcome} ${record.name}`,
  );
}
