// Runs a story of test/scenarios: policy changes and flows in the order in which they are told. Each step is
// turned into the JSON line that a real API server or Hubble would have written, and goes through the real
// normalisers, timelines and join, and through the real rules on which record is of which cluster.
//
//   steps:
//     - at: '09:00:00'
//       write: NetworkPolicy/shop/cart     verb, by, generation, spec; `body: false` for level Metadata
//     - at: '09:00:05'
//       flow: shop/web -> shop/cart tcp 8080 dropped
//       expect: { declared: denied, cause: alice patch NetworkPolicy/shop/cart, drift: [denied-by-change] }
//
// `cluster: east` on a step: a flow of that cluster (else of `prod`); a write, or an object of the snapshot,
// whose log names that cluster (else none, as real ones do).
import { auditHandler } from '../../src/cli/analyze/auditPass.ts';
import { type Clusters, createClusters, SecondCluster } from '../../src/cli/analyze/clusters.ts';
import { changeDocument } from '../../src/documents/changeDocument.ts';
import { createAuditedConversations } from '../../src/join/auditedConversations.ts';
import type { Enriched } from '../../src/join/enriched.ts';
import { type ChangeEvent, type FlowEvent, subjectOf } from '../../src/model/event.ts';
import { formatInstant } from '../../src/model/time.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import type { ChangeRecord } from '../../src/timeline/reader.ts';
import { type AuditLog, auditLog, flowEvents } from './cluster.ts';
import {
  auditLine,
  type FlowStep,
  flowLine,
  leaseLine,
  type LoggingStep,
  objectOf,
  type WriteStep,
} from './scenarioLines.ts';

/** More than any story has. */
const MOST_CONVERSATIONS = 1_000;

export interface Story {
  readonly story: string;
  /** Policies as `kubectl get -o json` showed them; absent = no snapshot was taken. */
  readonly snapshot?: readonly (Omit<WriteStep, 'at' | 'write'> & {
    readonly policy: string;
    readonly created?: string;
  })[];
  readonly steps: readonly (WriteStep | FlowStep | LoggingStep)[];
  /**
   * What the timeline makes of the writes, in the order of time: `09:00:00 version NetworkPolicy/shop/cart bob`;
   * of several clusters one after another, with the cluster's name before each.
   */
  readonly changes?: readonly string[];
  /** Workloads, sorted, that are still in audit mode at the end, as far as verdicts tell. */
  readonly stillAudited?: readonly string[];
}

export interface Told {
  readonly verdicts: readonly { readonly step: FlowStep; readonly verdict: Enriched }[];
  readonly changes: readonly string[];
  readonly stillAudited: readonly string[];
}

/** What a story's records are before anybody joins them. */
export interface StoryEvents {
  readonly snapshot: readonly ChangeEvent[];
  readonly audit: AuditLog;
  readonly flows: readonly FlowEvent[];
}

/** Of a story of one cluster. */
export function eventsOf(story: Story): StoryEvents {
  return {
    snapshot: snapshotOf(story, ''),
    audit: auditLog(auditLinesOf(story, ''), story.story),
    flows: story.steps.flatMap((step, index) => ('flow' in step ? [flowOf(story, step, index)] : [])),
  };
}

export function runStory(story: Story): Told {
  try {
    return tell(story, 'adopt');
  } catch (cause) {
    if (cause instanceof SecondCluster) return tell(story, 'reject');
    throw cause;
  }
}

/** @param unnamed what becomes of records that name no cluster, as in `analyze`. */
function tell(story: Story, unnamed: 'adopt' | 'reject'): Told {
  const clusters = createClusters();
  for (const name of clustersOf(story)) {
    if (unnamed === 'reject' && name === '') continue;
    for (const event of snapshotOf(story, name)) clusters.addChange(event);
    readAudit(story, name, clusters);
  }
  const verdicts = story.steps.flatMap((step, index) => {
    if (!('flow' in step)) return [];
    const event = flowOf(story, step, index);
    return [{ step, verdict: clusters.joinerFor(event.cluster).join(event) }];
  });
  const states = clusters.all();
  const changes = states.flatMap(({ name, timeline }) => {
    const told = timeline.changes().filter(isAudited).map(changeTold);
    return states.length > 1 ? told.map((line) => `${name} ${line}`) : told;
  });
  return { verdicts, changes, stillAudited: stillAudited(verdicts.map(({ verdict }) => verdict)) };
}

function stillAudited(verdicts: readonly Enriched[]): readonly string[] {
  const audited = createAuditedConversations(MOST_CONVERSATIONS);
  for (const verdict of verdicts) audited.add(verdict);
  const still = audited.list().filter(({ example }) => audited.isStillInAuditMode(example));
  const names = still.map(({ example }) => {
    const { namespace, workload } = subjectOf(example.body);
    return `${namespace}/${workload}`;
  });
  return [...new Set(names)].sort();
}

/** The names that stand with writes and objects of the snapshot; '' for those without one. */
function clustersOf({ snapshot = [], steps }: Story): ReadonlySet<string> {
  const logged = [...snapshot, ...steps.filter((step) => !('flow' in step))];
  return new Set(logged.map(({ cluster = '' }) => cluster));
}

function readAudit(story: Story, cluster: string, clusters: Clusters): void {
  const handler = auditHandler(cluster, 'adopt', clusters, () => {});
  const encoder = new TextEncoder();
  auditLinesOf(story, cluster).forEach((line, index) =>
    handler.record(encoder.encode(line), story.story, index + 1),
  );
}

function flowOf(story: Story, step: FlowStep, index: number): FlowEvent {
  const [event] = flowEvents([JSON.stringify(flowLine(step, index))], story.story);
  if (event === undefined) throw new Error(`${story.story}: step ${index + 1} gave no verdict`);
  return event;
}

function isAudited(change: ChangeRecord): boolean {
  return change.event === null || change.event.body.changeOrigin === 'audit';
}

function changeTold(change: ChangeRecord): string {
  const time = formatInstant(change.at).slice(11, 19);
  const drift = changeDocument('prod', change).fields['drift'];
  const words = [time, change.outcome, change.ref, change.event?.body.actor.user ?? 'nobody knows who'];
  return [...words, ...(Array.isArray(drift) ? drift : [])].join(' ');
}

/** The parts of a verdict that a story may expect, in its words. */
export function toldBy(verdict: Enriched): Readonly<Record<string, unknown>> {
  const { decision, cause, latest } = verdict;
  const change = cause?.change;
  return {
    declared: decision.declared,
    reason: decision.reason,
    undecidable: decision.undecidable,
    selecting: decision.selecting,
    isolating: decision.isolating,
    deciding: decision.deciding,
    cause:
      change === undefined
        ? 'none'
        : `${change.event?.body.actor.user || 'somebody'} ${change.event?.body.verb ?? 'lost write'} ${change.ref}`,
    before: cause?.before ?? 'none',
    history: verdict.history,
    confidence: verdict.confidence,
    latest: latest === null ? 'none' : latest.ref,
    drift: verdict.drift,
  };
}

/** Objects of one cluster are one complete list; of a cluster without any, no list was taken. */
function snapshotOf(story: Story, cluster: string): readonly ChangeEvent[] {
  const items = (story.snapshot ?? []).flatMap((item, index) =>
    (item.cluster ?? '') === cluster ? [{ ...item, rv: item.rv ?? 10 + index }] : [],
  );
  if (story.snapshot === undefined || (items.length === 0 && story.snapshot.length > 0)) return [];
  const objects = items.map((item) => ({
    object: objectOf({ ...item, write: item.policy }, item.created ?? '2026-10-01T00:00:00Z'),
    source: 'snapshot',
  }));
  return snapshotEvents(objects, { cluster, complete: true }).flatMap((outcome) =>
    outcome.outcome === 'accepted' ? [outcome.value] : [],
  );
}

function auditLinesOf(story: Story, cluster: string): readonly string[] {
  return story.steps.flatMap((step, index) => {
    if ('flow' in step || (step.cluster ?? '') !== cluster) return [];
    return [JSON.stringify('write' in step ? auditLine(step, index) : leaseLine(step, index))];
  });
}
