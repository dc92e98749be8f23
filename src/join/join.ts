// The join: a verdict and the timeline in, the enriched verdict out. Pure but for its caches, which are
// bounded and change no answer. It never reads a clock: everything is as of the verdict's own time.
import type { Endpoint, FlowEvent } from '../model/event.ts';
import { MICROS_PER_HOUR, type Micros } from '../model/time.ts';
import type { Decision } from '../policy/decision.ts';
import { NO_POD_PORTS, type PodPorts } from '../policy/podPorts.ts';
import type { Stretch, TimelineReader } from '../timeline/reader.ts';
import { believedAt, weigh } from './belief.ts';
import { auditModeSwitchedOff, type CauseFound, findCause, isProven } from './cause.ts';
import { createDriftFinder } from './drift.ts';
import type { Cause, Enriched, JoinSettings } from './enriched.ts';
import { createJudge, type FlowView, type Judge, type Judged, type JudgeStats } from './judge.ts';
import { createRecentFlows } from './recentFlows.ts';
import { type Steady, steadyAround } from './steady.ts';

export interface Joiner {
  join(event: FlowEvent): Enriched;
  /**
   * The decision for the conversation of a verdict under the policies in force at another time; unknown where
   * policies may exist that nothing tells of, since no observed verdict speaks for it then.
   */
  decideAt(event: FlowEvent, t: Micros): Decision;
  stats(this: void): JudgeStats;
}

/** A cause, and what beside the judgement it was found by. */
interface KnownCause {
  readonly stretch: Stretch | null;
  readonly proven: boolean;
  readonly found: CauseFound;
}

/** A verdict, and for which times one like it is joined alike. */
interface KnownVerdict {
  readonly verdict: Enriched;
  readonly steady: Steady;
}

/** @param ports what is known of named ports; nothing unless Pods were given. */
export function createJoiner(
  timeline: TimelineReader,
  settings: JoinSettings,
  ports: PodPorts = NO_POD_PORTS,
): Joiner {
  const judge = createJudge(timeline, settings, ports);
  const drifts = createDriftFinder(timeline, judge, settings);
  // Lives as long as the judge's own cache holds the judgement, so it needs no bound of its own.
  const causes = new WeakMap<Judged, KnownCause>();

  function causeOf(view: FlowView, judged: Judged, stretch: Stretch | null): CauseFound {
    // Where namespace labels have a history, the same labels can have come from different versions of it.
    if (hasLabelHistory(view.subject) || hasLabelHistory(view.peer))
      return findCause(judge, view, view.own, stretch);
    const proven = isProven(judged.epoch, view.own);
    const known = causes.get(judged);
    if (known?.stretch === stretch && known.proven === proven) return known.found;
    const found = findCause(judge, view, view.own, stretch);
    causes.set(judged, { stretch, proven, found });
    return found;
  }

  function hasLabelHistory({ namespace }: Endpoint): boolean {
    return namespace !== '' && timeline.namespaceLabels(namespace).length > 1;
  }

  /** A denial that began to bite when audit mode was switched off is caused by that, not by the older policy. */
  function causeInForce(event: FlowEvent, decision: Decision, cause: Cause | null): Cause | null {
    if (event.body.observed !== 'dropped' || decision.declared !== 'denied') return cause;
    const off = auditModeSwitchedOff(timeline, event.observedAt);
    if (off === null || event.observedAt - off.at > settings.changeDriftHours * MICROS_PER_HOUR) return cause;
    return cause !== null && cause.change.at >= off.at ? cause : { change: off, before: 'denied' };
  }

  function joined(event: FlowEvent): Enriched {
    const view = judge.view(event);
    const t = event.observedAt;
    const judged = judge.at(view, t);
    const stretch = timeline.completeAround(t);
    const { decision, confidence } = weigh(timeline, event, judged, stretch);
    const found = causeOf(view, judged, stretch);
    const cause = decision === judged.decision ? causeInForce(event, decision, found.cause) : null;
    const history = decision === judged.decision ? found.history : 'partial';
    const isCertain = confidence !== 'incomplete';
    const drift = drifts.find({ event, view, decision, cause, stretch, isCertain });
    return { event, decision, confidence, cause, history, latest: found.latest, drift };
  }

  const memory = createMemory(timeline, settings, judge);
  const join = (event: FlowEvent): Enriched => memory.known(event) ?? memory.keep(joined(event));

  return {
    join,
    decideAt: (event, t) => believedAt(timeline, judge.at(judge.view(event), t), t),
    stats: memory.stats,
  };
}

interface Memory {
  /** What joining the event would give, if one like it was joined for such a time. */
  known(event: FlowEvent): Enriched | null;
  /** Gives it back. */
  keep(verdict: Enriched): Enriched;
  /** The judge's, with what was found here among the hits. */
  readonly stats: Joiner['stats'];
}

function createMemory(timeline: TimelineReader, settings: JoinSettings, judge: Judge): Memory {
  const recent = createRecentFlows<KnownVerdict>(settings.cacheEntries);
  let revision = -1;
  let hits = 0;
  return {
    known(event) {
      if (revision !== timeline.revision) recent.clear();
      revision = timeline.revision;
      const t = event.observedAt;
      const known = recent.find(event, ({ steady }) => steady.from <= t && t < steady.until);
      if (known === undefined) return null;
      hits += 1;
      const { decision, confidence, cause, history, latest, drift } = known.verdict;
      return { event, decision, confidence, cause, history, latest, drift };
    },
    keep(verdict) {
      const { event } = verdict;
      const boundaries = judge.boundaries(judge.view(event), event.observedAt);
      const steady = steadyAround(event, timeline, settings, boundaries);
      if (steady !== null) recent.add(event, { verdict, steady });
      return verdict;
    },
    stats() {
      const { decisions, histories } = judge.stats();
      return { decisions: { ...decisions, hits: decisions.hits + hits }, histories };
    },
  };
}
