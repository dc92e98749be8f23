// Asks the timeline about one conversation at any time, whether or not somebody tried it then: what the
// policies in force say and why, the change that made it so, the next one that made it otherwise. The verdict
// handed in lends its two ends and their labels. Uses the joiner's own judge, and changes nothing.
import type { FlowEvent } from '../model/event.ts';
import type { Micros } from '../model/time.ts';
import type { Declared } from '../model/verdict.ts';
import type { Decision, DecisionContext, Question } from '../policy/decision.ts';
import { explain, type Explained } from '../policy/explain.ts';
import { NO_POD_PORTS, type PodPorts } from '../policy/podPorts.ts';
import type { Selection } from '../policy/select.ts';
import type { ChangeRecord, PolicyVersion, TimelineReader } from '../timeline/reader.ts';
import { type CauseFound, findCause } from './cause.ts';
import { contextEpochAt, contextEpochs } from './context.ts';
import type { JoinSettings } from './enriched.ts';
import type { Joiner } from './join.ts';
import { createJudge } from './judge.ts';
import { labelsAt } from './namespaceLabels.ts';

/** What the policies in force at a time say, and everything it was decided from. */
export interface Standing {
  /** The verdict that lent its ends. */
  readonly event: FlowEvent;
  readonly at: Micros;
  /** Unknown where policies may exist that nothing tells of. */
  readonly decision: Decision;
  /** Of the policies that are known; [] where none of them has a part in it. */
  readonly explained: readonly Explained[];
  readonly question: Question;
  readonly context: DecisionContext;
  readonly selections: readonly Selection[];
  /** The versions behind `selections`, in the same order. */
  readonly versions: readonly PolicyVersion[];
}

/** A moment at which the declared decision turned. */
export interface Flip {
  readonly at: Micros;
  /** null: what happened is known by its traces only. */
  readonly change: ChangeRecord | null;
  readonly after: Declared;
}

export interface Inquiry {
  standing(event: FlowEvent, t: Micros): Standing;
  /** The change at which the decision of time t last became what it is. */
  causeAt(event: FlowEvent, t: Micros): CauseFound;
  /** The first flip in (t, until]; null: the decision stayed. */
  nextFlip(event: FlowEvent, t: Micros, until: Micros): Flip | null;
}

/** @param ports as the joiner has them */
export function createInquiry(
  timeline: TimelineReader,
  joiner: Joiner,
  settings: JoinSettings,
  ports: PodPorts = NO_POD_PORTS,
): Inquiry {
  const judge = createJudge(timeline, settings, ports);
  const contexts = contextEpochs(timeline, ports);

  return {
    standing(event, t) {
      const view = judge.view(event);
      const { epoch } = judge.at(view, t);
      const { context } = contextEpochAt(contexts, t);
      const peer = { ...view.peer, labels: labelsAt(timeline, view.peer, view.own, t) };
      const question = { ...view.question, peer };
      const { selections, versions } = epoch;
      const explained = explain(selections, question, context);
      return {
        event,
        at: t,
        decision: joiner.decideAt(event, t),
        explained,
        question,
        context,
        selections,
        versions,
      };
    },
    causeAt: (event, t) => findCause(judge, judge.view(event), t, timeline.completeAround(t)),
    nextFlip(event, t, until) {
      const view = judge.view(event);
      const was = judge.at(view, t).decision.declared;
      let found: Flip | null = null;
      let boundary = judge.boundaryBefore(view, until);
      while (boundary !== null && boundary.at > t) {
        const after = judge.at(view, boundary.at).decision.declared;
        // The walk goes backwards, so what is found last came first.
        if (after !== was) found = { at: boundary.at, change: boundary.changes.at(-1) ?? null, after };
        boundary = judge.boundaryBefore(view, boundary.at - 1);
      }
      return found;
    },
  };
}
