// The answer for machines: one JSON object, under the field names that the documents have, kinds in full,
// times in RFC 3339. Nothing is cut.
import type { JsonObject } from '../../model/json.ts';
import { formatInstant, type Micros } from '../../model/time.ts';
import type { End } from '../../queries/flows.ts';
import { changeLine } from '../changeLine.ts';
import { createFrame } from '../terminal/frame.ts';
import type { Account, Declaration, Seen, WhyAnswer } from './answer.ts';
import { headlineOf } from './headline.ts';
import { NEEDS } from './needs.ts';
import { LIMIT_TEXTS } from './storeLimits.ts';

export function whyObject(answer: WhyAnswer): JsonObject {
  const { asked, cluster, flows, seen, accounts, assumed, limits, commits, caveats, others } = answer;
  const { word, text } = headlineOf(answer, createFrame(flows?.from ?? null, []));
  return {
    question: {
      source: asked.source,
      destination: asked.destination,
      service: asked.service,
      at: time(asked.at),
    },
    'orchestrator.cluster.name': cluster,
    from: time(flows?.from ?? null),
    until: time(flows?.until ?? null),
    answer: word,
    text: text.replaceAll('\u00a0', ' '),
    seen: seen.map(seenObject),
    accounts: accounts.map(accountObject),
    assumed,
    limits: limits.map((limit) => ({ not_in_store: limit, text: LIMIT_TEXTS[limit] })),
    'manifests.history': commits ?? undefined,
    caveats: caveats.map(({ code, message, remedy }) => ({ code, message, remedy })),
    others: others.map(({ question, verdicts }) => ({ question, verdicts })),
  };
}

function seenObject(seen: Seen): JsonObject {
  return {
    'network.direction': seen.direction,
    ...endsObject(seen.subject, seen.peer),
    pairs: seen.pairs,
    'verdict.observed': seen.observed,
    'verdict.declared': seen.declared,
    'verdict.reason': seen.reason,
    'verdict.undecidable': seen.undecidable,
    'policy.isolating': seen.isolating,
    'policy.deciding': seen.deciding,
    'policy.reported': seen.reported,
    drift: seen.drift,
    count: seen.count,
    first_seen: time(seen.firstSeen),
    last_seen: time(seen.lastSeen),
  };
}

function accountObject(account: Account): JsonObject {
  const { cause, ended, latest } = account;
  return {
    'network.direction': account.direction,
    ...endsObject(account.subject, account.peer),
    'verdict.observed': account.sighting?.observed,
    as_of: declarationObject(account.asOf),
    now: declarationObject(account.now),
    cause:
      cause === null
        ? null
        : {
            ...changeLine(cause.change),
            'cause.before': cause.before,
            'cause.lag_ms': cause.lagMs,
          },
    'cause.history': account.isHistoryComplete ? 'complete' : 'partial',
    ended:
      ended === null
        ? null
        : {
            ...(ended.change === null ? {} : changeLine(ended.change)),
            at: time(ended.at),
            'verdict.declared': ended.after,
          },
    latest: latest === null ? null : { ...changeLine(latest.change), 'verdict.declared': latest.after },
    helps: account.helps.map(({ kind, ref, managedBy, manifest, lines, fragment }) => ({
      kind,
      'policy.ref': ref,
      'policy.managed_by': managedBy,
      'policy.manifest': manifest || undefined,
      difference: lines,
      fragment,
    })),
  };
}

function declarationObject(declaration: Declaration): JsonObject {
  const { at, declared, reason, undecidable, lines, selecting } = declaration;
  return {
    at: time(at),
    'verdict.declared': declared,
    'verdict.reason': reason,
    'verdict.undecidable': undecidable,
    needs: undecidable.map((why) => NEEDS[why]),
    'policy.selecting': selecting,
    rules: lines.map(({ policy, text }) => ({ 'policy.ref': policy, text })),
  };
}

function endsObject(subject: End, peer: End): JsonObject {
  return {
    'subject.namespace': subject.namespace,
    'subject.workload': subject.workload,
    'peer.namespace': peer.namespace,
    'peer.workload': peer.workload,
    'peer.entity': peer.entity,
    'peer.ip': peer.ip,
  };
}

function time(t: Micros | null): string | null {
  return t === null ? null : formatInstant(t);
}
