// A flow like one that is known, but for its id and what differs from connection to connection. Fields are spelled out:
// this is done for nearly every line, and copying by spread is several times as slow.
import type { Endpoint, FlowVerdict } from './event.ts';

/** Another connection between the same ends, judged alike. */
export function seenAgain(like: FlowVerdict, uuid: string, sourcePort: number): FlowVerdict {
  return {
    kind: like.kind,
    judgement: like.judgement,
    uuid,
    observed: like.observed,
    direction: like.direction,
    source: withPort(like.source, sourcePort, like.source.dns),
    destination: like.destination,
    transport: like.transport,
    icmpType: like.icmpType,
    icmpCode: like.icmpCode,
    dropReason: like.dropReason,
    matchType: like.matchType,
    authType: like.authType,
    reported: like.reported,
    policyLog: like.policyLog,
    isReply: like.isReply,
    node: like.node,
    l7: like.l7,
    weight: like.weight,
  };
}

/**
 * An end seen at another port, or under other names. The same object where it says so already: most
 * destinations listen on one port.
 */
export function withPort(end: Endpoint, port: number, dns: readonly string[]): Endpoint {
  if (end.port === port && end.dns === dns) return end;
  return {
    namespace: end.namespace,
    pod: end.pod,
    workload: end.workload,
    workloadKind: end.workloadKind,
    identity: end.identity,
    labels: end.labels,
    ip: end.ip,
    port,
    entity: end.entity,
    dns,
    cluster: end.cluster,
  };
}
