// The same answers for machines: one object for each finding, under the field names that the documents
// have, kinds in full, times in RFC 3339. Before the findings of a section stands one object that says
// whether the section was answered at all. Nothing is cut but the conversations of one change.

import type { JsonObject } from '../../model/json.ts';
import { formatInstant, type Micros } from '../../model/time.ts';
import type { Conversation } from '../../queries/flows.ts';
import type { Impact } from '../../queries/impacts.ts';
import { ciliumWords } from '../../queries/policyUse.ts';
import type { Summary } from '../../queries/summary.ts';
import { changeLine, commitLine } from '../changeLine.ts';
import { hitRate } from '../caches.ts';
import { doubtsAbout } from '../doubts.ts';
import type { Findings, ManifestsAccount } from '../findings.ts';
import { type CutOff, stillDenied } from '../stillDenied.ts';
import { auditModeRecords } from './auditModeRecords.ts';
import { endRecord } from './endRecord.ts';
import type { SectionName } from './section.ts';

/** In the order of the terminal summary. Absent values are left out. */
export function summaryLines(summary: Summary, findings: Findings): readonly JsonObject[] {
  const section = (name: SectionName, found: readonly JsonObject[], figures: JsonObject = {}) => {
    const doubts = doubtsAbout(name, summary, findings);
    const open = figures['unknown_now'] || figures['not_judged_again'];
    const forbidden = open || doubts.some(({ weight }) => weight === 'forbids');
    const answer = found.length > 0 ? 'found' : forbidden ? 'cannot-tell' : 'none';
    const head = {
      section: name,
      answer,
      findings: found.length,
      doubts: doubts.map(({ because }) => because),
    };
    return [{ ...head, ...figures }, ...found.map((line) => ({ section: name, ...line }))];
  };
  const denied = stillDenied(findings);
  return [
    totals(summary, findings),
    ...findings.caveats.map(({ code, message, remedy }) => ({ section: 'caveat', code, message, remedy })),
    ...auditModeRecords(summary.auditMode),
    ...section('still-denied', denied.denied.map(cutOffLine), {
      count: denied.deniedCount,
      audited: denied.auditedCount,
      allowed_now: denied.allowedCount,
      unknown_now: denied.unknownCount,
      enforced_by_now: denied.enforcedCount,
      not_judged_again: denied.unjudgedCount,
    }),
    ...section('broken', summary.broken.map(impactLine)),
    ...section('opened', summary.opened.map(impactLine)),
    ...section('misfits', misfitLines(summary)),
    ...section('not-in-force', notInForceLines(summary)),
    ...section('changed-by-hand', handLines(summary)),
    ...(findings.manifests === null
      ? []
      : section('manifests', manifestLines(summary), accountLine(findings.manifests))),
    ...evidenceLines(summary, findings),
  ];
}

function totals({ verdicts, changes }: Summary, findings: Findings): JsonObject {
  const { range, kept } = findings;
  return {
    section: 'totals',
    clusters: findings.clusters,
    from: time(range?.from ?? null),
    until: time(range?.until ?? null),
    verdicts: verdicts.verdicts,
    'verdict.observed': Object.fromEntries(verdicts.byObserved),
    'verdict.declared': Object.fromEntries(verdicts.byDeclared),
    drift: Object.fromEntries(verdicts.byDrift),
    changes: changes.changes,
    people: changes.people,
    controllers: changes.controllers,
    refused: changes.refused,
    dry_run: changes.dryRun,
    missing_writes: changes.lost,
    stopped: findings.stopped,
    took_ms: Math.round(findings.tookMs),
    kept: { ...kept },
  };
}

function evidenceLines(summary: Summary, findings: Findings): readonly JsonObject[] {
  const feeds = [
    { name: 'flows', account: findings.flows },
    ...(findings.audit === null ? [] : [{ name: 'audit', account: findings.audit }]),
  ];
  return [
    ...summary.undecided.map(({ reason, count }) => ({
      section: 'undecided',
      'verdict.undecidable': reason,
      count,
    })),
    ...summary.policyUse.map((use) => ({
      section: 'policy-use',
      'orchestrator.cluster.name': use.cluster,
      'policy.ref': use.ref,
      use: use.use,
      'network.direction': use.direction,
      'verdict.match_type': use.matchType,
      words: ciliumWords(use),
      count: use.count,
    })),
    ...findings.monitor.map(({ words, policyName, count }) => ({
      section: 'monitor',
      words,
      'policy.name': policyName,
      count,
    })),
    ...feeds.map(({ name, account }) => ({
      section: 'feed',
      'feed.name': name,
      files: account.files,
      records: account.records,
      accepted: account.accepted,
      lost: account.lostEvents,
      ignored: Object.fromEntries(account.ignored),
      rejected: Object.fromEntries(account.rejected),
    })),
    ...summary.reporters.map((reporter) => ({
      section: 'reporter',
      'orchestrator.cluster.name': reporter.cluster,
      'feed.name': reporter.feed,
      'observer.name': reporter.name,
      lost: reporter.lost,
      lost_from: time(reporter.lostFrom),
      lost_until: time(reporter.lostUntil),
    })),
    ...findings.caches.map((cache) => ({
      section: 'caches',
      'orchestrator.cluster.name': cache.cluster,
      cache: cache.name,
      hits: cache.hits,
      misses: cache.misses,
      hit_rate: Number(hitRate(cache).toFixed(4)),
      evictions: cache.evictions,
      entries: cache.entries,
    })),
  ];
}

function cutOffLine({ conversation, count, firstSeen, lastSeen, denials }: CutOff): JsonObject {
  return {
    ...conversationLine(conversation),
    count,
    first_seen: time(firstSeen),
    last_seen: time(lastSeen),
    denials: denials.map((denial) => ({
      'network.direction': denial.direction,
      'verdict.reason': denial.reasonNow,
      'policy.isolating': denial.isolatingNow,
      'policy.deciding': denial.decidingNow,
    })),
  };
}

function impactLine(impact: Impact): JsonObject {
  return {
    ...(impact.change === null ? { 'change.id': impact.changeId } : changeLine(impact.change)),
    'change.at': time(impact.at),
    state: impact.state,
    ended_at: time(impact.endedAt),
    'ended_by.change_id': impact.endedBy?.id,
    count: impact.count,
    audited: impact.audited,
    conversations: impact.conversations,
    conversations_undone: impact.undone,
    hint:
      impact.denySectionAlone === null ? undefined : `${impact.denySectionAlone}-switches-on-default-deny`,
    effects: impact.effects.map((effect) => ({
      ...conversationLine(effect.conversation),
      count: effect.count,
      audited: effect.audited,
      first_seen: time(effect.firstSeen),
      last_seen: time(effect.lastSeen),
      'cause.lag_ms': effect.lagMs ?? undefined,
      undone_at: time(effect.undoneAt),
    })),
  };
}

function misfitLines({ misfits }: Summary): readonly JsonObject[] {
  return misfits.map((misfit) => ({
    drift: misfit.drift,
    count: misfit.count,
    conversations: misfit.conversations,
    ...conversationLine(misfit.example),
    first_seen: time(misfit.firstSeen),
    last_seen: time(misfit.lastSeen),
    'policy.isolating': misfit.isolating,
    'policy.reported': misfit.reported,
  }));
}

function notInForceLines({ notInForce }: Summary): readonly JsonObject[] {
  return notInForce.map((policy) => ({
    'orchestrator.cluster.name': policy.cluster,
    'policy.ref': policy.ref,
    'policy.problem': policy.problem,
    'policy.since': time(policy.since),
    'policy.managed_by': policy.managedBy,
  }));
}

function handLines({ byHand }: Summary): readonly JsonObject[] {
  return byHand.map(({ change, revertedBy }) => ({
    ...changeLine(change),
    'reverted_by.change_id': revertedBy?.id,
    'reverted_by.at': time(revertedBy?.at ?? null),
  }));
}

function manifestLines({ notAsDeclared }: Summary): readonly JsonObject[] {
  return notAsDeclared.map((policy) => ({
    drift: policy.drift,
    'orchestrator.cluster.name': policy.cluster,
    'policy.ref': policy.ref,
    'policy.manifest': policy.manifest || undefined,
    'policy.manifest_diff': policy.diff,
    'policy.managed_by': policy.managedBy || undefined,
    ...(policy.cause === null ? {} : { cause: changeLine(policy.cause) }),
    ...commitLine('manifest.commit', policy.newestCommit),
  }));
}

function accountLine(account: ManifestsAccount): JsonObject {
  return {
    policies: account.policies,
    without_namespace: account.withoutNamespace,
    templates: account.templates,
    kustomizations: account.kustomizations,
    unreadable: account.problems,
    not_compared: account.uncompared,
    history: account.history,
  };
}

function conversationLine({ cluster, direction, subject, peer, transport, port }: Conversation): JsonObject {
  return {
    'orchestrator.cluster.name': cluster,
    'network.direction': direction,
    ...endRecord('subject', subject),
    ...endRecord('peer', peer),
    'network.transport': transport,
    'destination.port': port,
  };
}

/** undefined, which JSON leaves out, where there is no time. */
function time(t: Micros | null): string | undefined {
  return t === null ? undefined : formatInstant(t);
}
