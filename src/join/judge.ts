// Answers "what do the policies in force at t say about this conversation?" for any t, memoised. Both the
// decision at a verdict's own time and every step of the walk to its cause are this one question.
//
//   flow ─ view ─▶ labels at t ─▶ subject history ─▶ epoch of t ─┐
//                                 context epochs  ─▶ context of t ├─▶ decide(), once per
//                                 peer, port, protocol ───────────┘   (epoch, context, peer, port)
//
// Label sets are interned; every cache is bounded and dropped when the timeline's revision grows.
import { type Endpoint, type FlowEvent, peerOf, subjectOf } from '../model/event.ts';
import type { LabelSet } from '../model/labels.ts';
import type { Micros } from '../model/time.ts';
import { decide } from '../policy/decide.ts';
import type { Decision, Party, Question } from '../policy/decision.ts';
import { NO_POD_PORTS, type PodPorts } from '../policy/podPorts.ts';
import type { ChangeRecord, TimelineReader } from '../timeline/reader.ts';
import { type ContextEpoch, contextEpochAt, contextEpochs } from './context.ts';
import type { JoinSettings } from './enriched.ts';
import { spanAt } from './heldAt.ts';
import { createInterner, type Interner } from './interner.ts';
import { type CacheStats, createLru, type Lru } from './lru.ts';
import { areLabelsKnown, labelsAt } from './namespaceLabels.ts';
import { buildSubjectHistory, epochAt, type SubjectEpoch, type SubjectHistory } from './subjectHistory.ts';

/** A conversation as seen from one verdict: what the question is, and whose labels it was asked with. */
export interface FlowView {
  readonly own: Micros;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly question: Question;
}

/** One and the same object: the same decision for the same reasons, and the same history before it. */
export interface Judged {
  readonly decision: Decision;
  readonly epoch: SubjectEpoch;
}

/** A moment at which the answer can change, and the changes made then. */
export interface Boundary {
  readonly at: Micros;
  readonly changes: readonly ChangeRecord[];
}

export interface Judge {
  view(event: FlowEvent): FlowView;
  at(view: FlowView, t: Micros): Judged;
  /** Every time at which the answer can change, as long as the labels of both ends stay: lists that ascend. */
  boundaries(view: FlowView, t: Micros): readonly (readonly Micros[])[];
  /** The newest boundary at or before t that can matter to the view; null = none. */
  boundaryBefore(view: FlowView, t: Micros): Boundary | null;
  /** Whether the labels of both ends at t are known, their namespaces' included. */
  areLabelsKnown(view: FlowView, t: Micros): boolean;
  stats(this: void): JudgeStats;
}

export interface JudgeStats {
  readonly decisions: CacheStats;
  readonly histories: CacheStats;
}

export function createJudge(
  timeline: TimelineReader,
  settings: JoinSettings,
  ports: PodPorts = NO_POD_PORTS,
): Judge {
  const caches = createCaches(timeline, settings, ports);

  function at(view: FlowView, t: Micros): Judged {
    const { interner, contexts, decisions } = caches.current();
    const epoch = epochAt(caches.history(view, t), t);
    const { number, context } = contextEpochAt(contexts, t);
    const labels = labelsAt(timeline, view.peer, view.own, t);
    const { peer, port, transport, icmpType } = view.question;
    // Addresses of pods decide nothing (unless Cilium is told so): without them replicas share one answer.
    const hasAddress = peer.pod === '' || epoch.asksPodAddresses || context.cidrMatch.includes('pods');
    const address = hasAddress ? `${peer.ip} ${peer.dns.join(' ')}` : '';
    const who = `${interner.id(labels)}${unlabelled(peer, labels)}`;
    // A port's name may stand for another number in each replica.
    const replica = ports.isKnown ? view.subject.pod : '';
    const key = `${epoch.id}|${number}|${who}|${replica}|${address}|${transport}|${port}|${icmpType ?? ''}`;
    return decisions.get(key, () => {
      const question = { ...view.question, peer: { ...peer, labels } };
      return { decision: decide(epoch.selections, question, context), epoch };
    });
  }

  function boundaryBefore(view: FlowView, t: Micros): Boundary | null {
    const epoch = epochAt(caches.history(view, t), t);
    const context = contextEpochAt(caches.current().contexts, t);
    const spans = [view.subject, view.peer].flatMap((end) =>
      end.namespace === '' ? [] : (spanAt(timeline.namespaceLabels(end.namespace), t) ?? []),
    );
    const candidates: readonly Boundary[] = [
      { at: epoch.from, changes: epoch.changes },
      { at: context.from, changes: context.changes },
      ...spans.map((span) => ({ at: span.from, changes: span.change === null ? [] : [span.change] })),
    ];
    const newest = Math.max(...candidates.map((boundary) => boundary.at));
    if (!(newest > 0)) return null;
    const changes = candidates.flatMap((boundary) => (boundary.at === newest ? boundary.changes : []));
    return { at: newest, changes };
  }

  const boundaries: Judge['boundaries'] = (view, t) => [
    boundariesOf(caches.history(view, t)),
    caches.current().contexts.map(({ from }) => from),
  ];

  const areBothKnown: Judge['areLabelsKnown'] = ({ subject, peer, own }, t) =>
    areLabelsKnown(timeline, subject, own, t) && areLabelsKnown(timeline, peer, own, t);

  return { view: viewOf, at, boundaries, boundaryBefore, areLabelsKnown: areBothKnown, stats: caches.stats };
}

/** Remembered for as long as the history lives: it may be long, and is asked about for each of its peers. */
const boundariesOfHistories = new WeakMap<SubjectHistory, readonly Micros[]>();

function boundariesOf(history: SubjectHistory): readonly Micros[] {
  const known = boundariesOfHistories.get(history);
  if (known !== undefined) return known;
  const times = history.flatMap(({ from, provenFrom }) => [from, provenFrom]);
  const boundaries = [...new Set(times)].sort((a, b) => a - b);
  boundariesOfHistories.set(history, boundaries);
  return boundaries;
}

interface Caches {
  /** Dropped first when the timeline has changed: interned numbers and epochs then mean nothing. */
  current(): {
    readonly interner: Interner;
    readonly decisions: Lru<Judged>;
    readonly contexts: readonly ContextEpoch[];
  };
  /** All that ever concerned the view's subject, with the labels that it had at t. */
  history(view: FlowView, t: Micros): SubjectHistory;
  readonly stats: Judge['stats'];
}

function createCaches(timeline: TimelineReader, settings: JoinSettings, ports: PodPorts): Caches {
  const interner = createInterner(settings.cacheEntries);
  const decisions = createLru<Judged>(settings.cacheEntries);
  const histories = createLru<SubjectHistory>(Math.ceil(settings.cacheEntries / 10));
  let contexts: readonly ContextEpoch[] = [];
  let revision = -1;
  let generation = 0;
  let epochs = 0;
  const nextEpoch = (): number => {
    epochs += 1;
    return epochs;
  };

  function current() {
    if (revision !== timeline.revision || generation !== interner.generation) {
      revision = timeline.revision;
      generation = interner.generation;
      contexts = contextEpochs(timeline, ports);
      decisions.clear();
      histories.clear();
    }
    return { interner, decisions, contexts };
  }

  return {
    current,
    history(view, t) {
      current();
      const labels = labelsAt(timeline, view.subject, view.own, t);
      const { direction, subject } = view.question;
      const who = `${interner.id(labels)}${unlabelled(subject, labels)}`;
      return histories.get(`${who}|${direction}|${subject.namespace}`, () => {
        const { context } = contextEpochAt(contexts, t);
        const key = { labels, party: { ...subject, labels }, direction };
        return buildSubjectHistory(timeline, key, context, nextEpoch);
      });
    },
    stats: () => ({ decisions: decisions.stats(), histories: histories.stats() }),
  };
}

/** What stands for an end in a key beside its labels: only without any do identity and namespace speak. */
function unlabelled(party: Party, labels: LabelSet): string {
  return labels.length === 0 ? `${party.identity}/${party.namespace}` : '';
}

function viewOf(event: FlowEvent): FlowView {
  const flow = event.body;
  const subject = subjectOf(flow);
  const peer = peerOf(flow);
  return {
    own: event.observedAt,
    subject,
    peer,
    question: {
      direction: flow.direction,
      subject,
      peer,
      transport: flow.transport,
      port: flow.destination.port,
      icmpType: flow.icmpType,
    },
  };
}
