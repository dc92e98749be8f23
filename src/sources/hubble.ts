// The wire shape of Hubble's records (cilium/cilium api/v1/flow/flow.proto and api/v1/observer, as protojson
// with proto names), checked in place: a checked record is the parsed object itself, nothing is copied.
// Only what the program reads is described; zero values are left out by protojson, so every field may be
// absent, and pipelines that re-write JSON put null there. Enumerations are names, or numbers where the
// producer's build did not know the name; 64-bit integers are decimal strings.

import { isObject, type JsonObject } from '../model/json.ts';

type Maybe<T> = T | null;
/** A uint64, or an enumeration's name or number. */
type Code = string | number;

export interface WireWorkload {
  readonly name?: Maybe<string>;
  readonly kind?: Maybe<string>;
}

export interface WireEndpoint {
  readonly identity?: Maybe<Code>;
  readonly cluster_name?: Maybe<string>;
  readonly namespace?: Maybe<string>;
  readonly labels?: Maybe<readonly string[]>;
  readonly pod_name?: Maybe<string>;
  readonly workloads?: Maybe<readonly WireWorkload[]>;
}

export interface WirePolicy {
  readonly name?: Maybe<string>;
  readonly namespace?: Maybe<string>;
  readonly labels?: Maybe<readonly string[]>;
  readonly revision?: Maybe<Code>;
  readonly kind?: Maybe<string>;
}

export interface WireFlow {
  readonly time?: Maybe<string>;
  readonly uuid?: Maybe<string>;
  readonly verdict?: Maybe<Code>;
  readonly drop_reason?: Maybe<Code>;
  readonly drop_reason_desc?: Maybe<Code>;
  readonly auth_type?: Maybe<Code>;
  readonly IP?: Maybe<{ readonly source?: Maybe<string>; readonly destination?: Maybe<string> }>;
  /** One key of `TCP`, `UDP`, `SCTP`, `ICMPv4`, `ICMPv6`, `VRRP`, `IGMP`. */
  readonly l4?: Maybe<JsonObject>;
  readonly l7?: Maybe<JsonObject>;
  readonly source?: Maybe<WireEndpoint>;
  readonly destination?: Maybe<WireEndpoint>;
  readonly Type?: Maybe<Code>;
  readonly node_name?: Maybe<string>;
  readonly source_names?: Maybe<readonly string[]>;
  readonly destination_names?: Maybe<readonly string[]>;
  readonly event_type?: Maybe<{ readonly type?: Maybe<Code>; readonly sub_type?: Maybe<Code> }>;
  readonly traffic_direction?: Maybe<Code>;
  readonly policy_match_type?: Maybe<Code>;
  readonly trace_observation_point?: Maybe<Code>;
  readonly is_reply?: Maybe<boolean>;
  readonly ingress_allowed_by?: Maybe<readonly WirePolicy[]>;
  readonly ingress_denied_by?: Maybe<readonly WirePolicy[]>;
  readonly egress_allowed_by?: Maybe<readonly WirePolicy[]>;
  readonly egress_denied_by?: Maybe<readonly WirePolicy[]>;
  readonly policy_log?: Maybe<readonly string[]>;
  readonly aggregate?: Maybe<JsonObject>;
  readonly extensions?: Maybe<JsonObject>;
}

export interface WireLost {
  readonly source?: Maybe<Code>;
  readonly num_events_lost?: Maybe<Code>;
  readonly first?: Maybe<string>;
  readonly last?: Maybe<string>;
}

/** @returns the path of the first field that has a wrong type; '' when there is none. */
export function flowFault(flow: JsonObject): string {
  if (!isText(flow['time'])) return 'time';
  if (!isText(flow['uuid'])) return 'uuid';
  if (!isText(flow['node_name'])) return 'node_name';
  if (!isCode(flow['verdict'])) return 'verdict';
  if (!isCode(flow['drop_reason'])) return 'drop_reason';
  if (!isCode(flow['drop_reason_desc'])) return 'drop_reason_desc';
  if (!isCode(flow['auth_type'])) return 'auth_type';
  if (!isCode(flow['traffic_direction'])) return 'traffic_direction';
  if (!isCode(flow['policy_match_type'])) return 'policy_match_type';
  if (!isCode(flow['trace_observation_point'])) return 'trace_observation_point';
  if (!isCode(flow['Type'])) return 'Type';
  if (!isFlag(flow['is_reply'])) return 'is_reply';
  if (!isTexts(flow['source_names'])) return 'source_names';
  if (!isTexts(flow['destination_names'])) return 'destination_names';
  if (!isTexts(flow['policy_log'])) return 'policy_log';
  return partsFault(flow);
}

function partsFault(flow: JsonObject): string {
  return (
    partFault(flow, 'IP', addressesFault) ||
    partFault(flow, 'l4', anything) ||
    partFault(flow, 'l7', anything) ||
    partFault(flow, 'aggregate', anything) ||
    partFault(flow, 'extensions', anything) ||
    partFault(flow, 'event_type', eventTypeFault) ||
    partFault(flow, 'source', endpointFault) ||
    partFault(flow, 'destination', endpointFault) ||
    listFault(flow, 'ingress_allowed_by', policyFault) ||
    listFault(flow, 'ingress_denied_by', policyFault) ||
    listFault(flow, 'egress_allowed_by', policyFault) ||
    listFault(flow, 'egress_denied_by', policyFault)
  );
}

/** The same object, checked; undefined when {@link flowFault} names a fault. */
export function wireFlow(flow: JsonObject): WireFlow | undefined {
  const value: unknown = flow;
  return isWireFlow(value) ? value : undefined;
}

function isWireFlow(value: unknown): value is WireFlow {
  return isObject(value) && flowFault(value) === '';
}

export function lostFault(lost: JsonObject): string {
  if (!isText(lost['first'])) return 'first';
  if (!isText(lost['last'])) return 'last';
  if (!isCode(lost['source'])) return 'source';
  return isCode(lost['num_events_lost']) ? '' : 'num_events_lost';
}

/** The same object, checked; undefined when {@link lostFault} names a fault. */
export function wireLost(lost: JsonObject): WireLost | undefined {
  const value: unknown = lost;
  return isWireLost(value) ? value : undefined;
}

function isWireLost(value: unknown): value is WireLost {
  return isObject(value) && lostFault(value) === '';
}

/** Path of the first fault within a part, or ''. */
type FaultOf = (part: JsonObject) => string;

function anything(): string {
  return '';
}

function addressesFault(addresses: JsonObject): string {
  if (!isText(addresses['source'])) return 'source';
  return isText(addresses['destination']) ? '' : 'destination';
}

function eventTypeFault(eventType: JsonObject): string {
  if (!isCode(eventType['type'])) return 'type';
  return isCode(eventType['sub_type']) ? '' : 'sub_type';
}

function endpointFault(endpoint: JsonObject): string {
  if (!isCode(endpoint['identity'])) return 'identity';
  if (!isText(endpoint['cluster_name'])) return 'cluster_name';
  if (!isText(endpoint['namespace'])) return 'namespace';
  if (!isText(endpoint['pod_name'])) return 'pod_name';
  if (!isTexts(endpoint['labels'])) return 'labels';
  return listFault(endpoint, 'workloads', workloadFault);
}

function workloadFault(workload: JsonObject): string {
  if (!isText(workload['name'])) return 'name';
  return isText(workload['kind']) ? '' : 'kind';
}

function policyFault(policy: JsonObject): string {
  if (!isText(policy['name'])) return 'name';
  if (!isText(policy['namespace'])) return 'namespace';
  if (!isText(policy['kind'])) return 'kind';
  if (!isCode(policy['revision'])) return 'revision';
  return isTexts(policy['labels']) ? '' : 'labels';
}

// Keys are looked up without an own-property check: none of them is a name that Object.prototype has.

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || isAbsent(value);
}

function isCode(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || isAbsent(value);
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean' || isAbsent(value);
}

function isTexts(value: unknown): boolean {
  if (!Array.isArray(value)) return isAbsent(value);
  for (const item of value) if (typeof item !== 'string') return false;
  return true;
}

function partFault(value: JsonObject, key: string, faultOf: FaultOf): string {
  const part = value[key];
  if (part === undefined || part === null) return '';
  if (!isObject(part)) return key;
  const fault = faultOf(part);
  return fault === '' ? '' : `${key}.${fault}`;
}

function listFault(value: JsonObject, key: string, faultOf: FaultOf): string {
  const list = value[key];
  if (list === undefined || list === null) return '';
  if (!Array.isArray(list)) return key;
  for (const item of list) {
    if (!isObject(item)) return key;
    const fault = faultOf(item);
    if (fault !== '') return `${key}[].${fault}`;
  }
  return '';
}
