// What the role `join` tells, as metrics; among them what the verdicts say, which alert rules look at.
import { type FlowEvent, subjectOf } from '../../../model/event.ts';
import { MICROS_PER_HOUR, MICROS_PER_MS, MICROS_PER_SECOND } from '../../../model/time.ts';
import type { Enriched } from '../../../join/enriched.ts';
import { JUST_NOW, REGRESSION_MINUTES } from '../../../provision/alerts.ts';
import { INTAKE } from '../../../runtime/metrics/intake.ts';
import { JOINING } from '../../../runtime/metrics/joining.ts';
import type { Metrics } from '../../../runtime/metrics/metrics.ts';
import { WRITING } from '../../../runtime/metrics/writing.ts';
import type { JoinMetrics } from '../../../workers/join/parts.ts';

const ROLE = { role: 'join' } as const;
const MS_PER_SECOND = 1_000;
const MINUTES_PER_HOUR = 60;

/** Clusters of which verdicts came; more are not remembered. */
const MOST_CLUSTERS = 1_000;

export interface JoinFigures extends JoinMetrics {
  /** Of which verdicts came, whether or not the policy log knows them. */
  readonly clusters: ReadonlySet<string>;
}

export function joinFigures(metrics: Metrics, nowMs: () => number): JoinFigures {
  const clusters = new Set<string>();
  const events = metrics.counter(JOINING.events);
  const released = metrics.counter(JOINING.released);
  const delay = metrics.histogram(JOINING.delay);
  const rejoined = metrics.counter(JOINING.rejoined);
  const raises = metrics.histogram(JOINING.raiseDuration);
  const documents = metrics.counter(WRITING.documents);
  const flushes = metrics.counter(JOINING.flushes);
  const closes = metrics.counter(JOINING.closed);
  const commits = metrics.counter(INTAKE.commits);
  const countVerdict = verdictFigures(metrics);
  return {
    clusters,
    record(kind, event) {
      events.add({ kind });
      if (kind === 'verdict' && event !== null && clusters.size < MOST_CLUSTERS) clusters.add(event.cluster);
    },
    joined(verdict, reason, assumed) {
      const { cluster, observedAt } = verdict.event;
      released.add({ cluster, reason, assumed: String(assumed) });
      delay.observe({}, Math.max(0, nowMs() * MICROS_PER_MS - observedAt) / MICROS_PER_SECOND);
      countVerdict(verdict);
    },
    raised(touched, tookMs) {
      rejoined.add({}, touched);
      raises.observe({}, tookMs / MS_PER_SECOND);
    },
    written(kind, { acknowledged, superseded, refused }) {
      documents.add({ ...ROLE, result: 'acknowledged' }, acknowledged);
      documents.add({ ...ROLE, result: 'superseded' }, superseded);
      documents.add({ ...ROLE, result: 'refused' }, refused);
      if (kind === 'flush') flushes.add({});
    },
    closed: () => closes.add({}),
    committed: (result) => commits.add({ ...ROLE, result }),
  };
}

function verdictFigures(metrics: Metrics): (verdict: Enriched) => void {
  const verdicts = metrics.counter(JOINING.verdicts);
  const denials = metrics.counter(JOINING.denials);
  const drifts = metrics.counter(JOINING.drifts);
  const regressions = metrics.counter(JOINING.regressions);
  return ({ event, decision, drift, cause }) => {
    const { cluster, body } = event;
    const { observed, weight } = body;
    verdicts.add({ cluster, observed, declared: decision.declared }, weight);
    const isDenial = observed === 'dropped' || observed === 'audited';
    if (!isDenial && drift.length === 0) return;
    const { namespace } = subjectOf(body);
    if (isDenial) denials.add({ cluster, namespace, observed }, weight);
    for (const name of drift) drifts.add({ cluster, namespace, drift: name }, weight);
    if (cause !== null && drift.includes('denied-by-change'))
      regressions.add({ cluster, namespace, cause_age: ageOf(event, cause.change.at) }, weight);
  };
}

function ageOf({ observedAt }: FlowEvent, changedAt: number): string {
  const hours = (observedAt - changedAt) / MICROS_PER_HOUR;
  if (hours * MINUTES_PER_HOUR <= REGRESSION_MINUTES) return JUST_NOW;
  if (hours < 1) return 'hour';
  return hours < 24 ? 'day' : 'older';
}
