// The fields that verdict and rollup documents share: who talked to whom, how it was judged, what caused it.
import type { Enriched } from '../join/enriched.ts';
import { reportedRef } from '../join/drift.ts';
import { type Endpoint, peerOf, subjectOf } from '../model/event.ts';
import { type PolicyRef, policyOfRule } from '../model/refs.ts';
import { formatInstant } from '../model/time.ts';
import type { Document, FieldValue } from './document.ts';

/** Fields as they come, those included of which nothing is known: for {@link present}. */
export type Fields = Readonly<Record<string, FieldValue | null | undefined>>;

/**
 * One after the other, without what is not known: '', null, undefined and empty lists never stand in a document.
 * @param parts so that none of them is copied into another one first
 */
export function present(...parts: readonly Fields[]): Document['fields'] {
  const kept: Record<string, FieldValue> = {};
  for (const part of parts)
    for (const name of Object.keys(part)) {
      const value = part[name];
      if (value === null || value === undefined || value === '') continue;
      if (Array.isArray(value) && value.length === 0) continue;
      kept[name] = value;
    }
  return kept;
}

export function conversationFields(verdict: Enriched): Fields {
  const { event } = verdict;
  const flow = event.body;
  const subject = subjectOf(flow);
  const { port } = flow.destination;
  return {
    'orchestrator.cluster.name': event.cluster,
    'network.transport': flow.transport,
    'network.direction': flow.direction,
    'destination.port': port === 0 ? null : port,
    'subject.namespace': subject.namespace,
    'subject.workload': subject.workload,
    ...peerFields(peerOf(flow)),
  };
}

function peerFields(peer: Endpoint): Fields {
  return {
    'peer.namespace': peer.namespace,
    'peer.workload': peer.workload,
    'peer.entity': peer.entity,
  };
}

export function judgementFields(verdict: Enriched, lagMs: number | null): Fields {
  const { event, decision, cause } = verdict;
  const flow = event.body;
  const reported = new Set(flow.reported.map(reportedRef).filter((ref) => ref !== ''));
  const change = cause?.change;
  const actor = change?.event?.body.actor;
  return {
    'verdict.observed': flow.observed,
    'verdict.declared': decision.declared,
    'verdict.reason': decision.reason,
    'verdict.undecidable': decision.undecidable,
    'policy.selecting': decision.selecting,
    'policy.isolating': decision.isolating,
    'policy.deciding': decision.deciding,
    'policy.responsible': responsibleFor(decision),
    'policy.reported': [...reported].sort(),
    'cause.change_id': change?.id,
    'cause.at': change === undefined ? null : formatInstant(change.at),
    'cause.policy': change?.ref,
    'cause.verb': change?.event?.body.verb,
    'cause.actor': actor?.user,
    'cause.actor_kind': actor?.user === '' ? null : actor?.kind,
    'cause.lag_ms': lagMs,
    'cause.before': cause?.before,
    'cause.history': verdict.history,
    drift: verdict.drift,
    'join.confidence': verdict.confidence,
  };
}

/** Sorted. On a default deny the policies that switch it on share the responsibility. */
export function responsibleFor({
  reason,
  isolating,
  deciding,
}: Pick<Enriched['decision'], 'reason' | 'isolating' | 'deciding'>): readonly PolicyRef[] {
  if (reason === 'default-deny') return isolating;
  return [...new Set(deciding.map(policyOfRule))].sort();
}
