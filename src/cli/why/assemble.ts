// Puts the answer together: which verdicts it is about, and for each end of the conversation what its
// policies say. The same for files and stores; reads nothing.
import { createInquiry } from '../../join/inquiry.ts';
import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { type FlowEvent, subjectOf } from '../../model/event.ts';
import type { Micros } from '../../model/time.ts';
import type { Declared, Direction } from '../../model/verdict.ts';
import type { Account, Range, WhyAnswer } from '../../report/why/answer.ts';
import type { GivenManifests } from '../analyze/manifests.ts';
import { accountOf } from './account.ts';
import type { ClusterEvidence, Evidence } from './evidence.ts';
import { distanceTo, focusOf } from './focus.ts';
import type { Inquest } from './inquest.ts';
import { manifestOf, withCommit } from './manifests.ts';
import type { WhyOptions } from './options.ts';
import { assumptions, checkNames, clusterOf, untried } from './resolve.ts';
import { seenRows } from './seen.ts';
import { serviceOf } from './service.ts';
import type { Sighting } from './sightings.ts';
import { storeLimits } from './storeLimits.ts';
import { beyondLogs, timeAsked } from './when.ts';

/** @throws Fault `usage` for names that are wrong or mean several, and times that are none */
export function assemble(
  options: WhyOptions,
  evidence: Evidence,
  manifests: GivenManifests | null,
): WhyAnswer {
  const { question } = options;
  checkNames(question, evidence);
  const cluster = clusterOf(evidence, question, options.cluster);
  const at =
    options.at === '' ? null : timeAsked(options.at, evidence.flows ?? cluster.timeline.auditRange());
  const sightings = ofOneTransport(evidence.sightings.filter(({ event }) => event.cluster === cluster.name));
  const inquest: Inquest = {
    inquiry: createInquiry(cluster.timeline, cluster.joiner, JOIN_DEFAULTS, cluster.ports),
    timeline: cluster.timeline,
    told: (change) => withCommit(evidence.told(cluster.name, change), change, manifests),
    ownerOf: (ref) => evidence.ownerOf(cluster.name, ref),
    manifestOf: (ref) => manifestOf(ref, manifests),
    sightings,
    end: endOfLogs(evidence, cluster),
  };
  const focus = focusOf(sightings, at);
  const accounts =
    focus === null
      ? untriedAccounts(inquest, untried(question, evidence, cluster.name), at)
      : seenAccounts(inquest, focus, at);
  return {
    asked: {
      source: question.source.text,
      destination: question.destination.text,
      service: focus === null ? question.service.text : serviceOf(focus.event.body),
      at,
    },
    cluster: cluster.name,
    flows: evidence.flows,
    seen: seenRows(sightings),
    accounts,
    limits: storeLimits(question, evidence, accounts),
    commits: manifests?.account.history ?? null,
    assumed: assumptions(question, evidence),
    caveats:
      at === null ? evidence.caveats : [...beyondLogs(at, logsOf(evidence, cluster)), ...evidence.caveats],
    others: evidence.others,
  };
}

function endOfLogs(evidence: Evidence, cluster: ClusterEvidence): Micros {
  return logsOf(evidence, cluster)?.until ?? 0;
}

/** What the two logs cover together; null without either. */
function logsOf({ flows }: Evidence, { timeline }: ClusterEvidence): Range | null {
  const audit = timeline.auditRange();
  if (flows === null || audit === null) return flows ?? audit;
  return { from: Math.min(flows.from, audit.from), until: Math.max(flows.until, audit.until) };
}

/** A port without a protocol means the one that is used most: DNS answers on two. */
function ofOneTransport(sightings: readonly Sighting[]): readonly Sighting[] {
  const counts = new Map<string, number>();
  for (const { event, count } of sightings)
    counts.set(event.body.transport, (counts.get(event.body.transport) ?? 0) + count);
  const [most] = [...counts].toSorted(([a, one], [b, two]) => two - one || (a < b ? -1 : 1));
  return sightings.filter(({ event }) => event.body.transport === most?.[0]);
}

/** The end whose verdict is explained, then the other one as of the same time. */
function seenAccounts(inquest: Inquest, focus: Sighting, at: Micros | null): readonly Account[] {
  const t = at ?? focus.lastSeen;
  const own = accountAt(inquest, focus, t);
  const back = turned(focus.event);
  if (subjectOf(back.body).namespace === '') return [own];
  const pair = pairOf(focus.event);
  const there = inquest.sightings.filter(
    ({ event }) => event.body.direction === back.body.direction && pairOf(event) === pair,
  );
  const [closest] = there.toSorted((a, b) => distanceTo(a, t) - distanceTo(b, t));
  return [own, closest === undefined ? accountOf(inquest, back, t, null) : accountAt(inquest, closest, t)];
}

/** Verdicts speak for a time among them; for another time only the policies do. */
function accountAt(inquest: Inquest, sighting: Sighting, t: Micros): Account {
  const { event, judgement } = sighting;
  if (event.observedAt === t) return accountOf(inquest, event, t, sighting);
  const said = inquest.inquiry.standing(event, t).decision.declared;
  return accountOf(inquest, event, t, said === judgement.declared ? sighting : null);
}

const WEIGHT: Readonly<Record<Declared, number>> = { denied: 2, unknown: 1, allowed: 0 };

/** Of a connection that nobody tried; the end that denies it first. */
function untriedAccounts(inquest: Inquest, example: FlowEvent, at: Micros | null): readonly Account[] {
  const t = at ?? inquest.end;
  return [example, turned(example)]
    .filter(({ body }) => subjectOf(body).namespace !== '')
    .map((event) => accountOf(inquest, { ...event, observedAt: t }, t, null))
    .toSorted((a, b) => WEIGHT[b.asOf.declared] - WEIGHT[a.asOf.declared]);
}

function turned(event: FlowEvent): FlowEvent {
  const direction: Direction = event.body.direction === 'ingress' ? 'egress' : 'ingress';
  return { ...event, body: { ...event.body, direction } };
}

function pairOf({ body: { source, destination } }: FlowEvent): string {
  return JSON.stringify(
    [source, destination].map(({ namespace, workload, entity }) => [namespace, workload, entity]),
  );
}
