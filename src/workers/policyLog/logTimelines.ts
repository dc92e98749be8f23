// The records of the policy log as timelines, one per cluster. Offsets and events come in, nothing is read,
// written or asked of a clock here.
//
//   read ─▶ [ waiting, by offset ] ─ advance(until) ─▶ PolicyChange           ─▶ timeline.add
//                                                      of Git manifests       ─▶ kept apart
//                                                      FeedStatus of `audit`  ─▶ timeline.cover
//
// What `advance` altered follows from one image per cluster before and one after, however many records it takes.
import type { JoinSettings } from '../../join/enriched.ts';
import { createJoiner, type Joiner } from '../../join/join.ts';
import { alterations, type Alteration } from '../../join/lateChanges.ts';
import { createLru } from '../../join/lru.ts';
import { imageOf, type TimelineImage } from '../../join/timelineImage.ts';
import { createTouchTest, type Trace } from '../../join/touched.ts';
import type { ChangeEvent, Event } from '../../model/event.ts';
import { createTimeline, type Timeline } from '../../timeline/writer.ts';
import type { Advance, PolicyLog } from './policyLog.ts';

export interface LogTimelines {
  /**
   * Takes a record in, to wait. null: it says nothing, but its offset counts.
   * @throws RangeError for an offset that is not above `readOffset`
   */
  read(offset: number, event: Event | null): void;
  readonly answers: Pick<
    PolicyLog,
    'readOffset' | 'policyOffset' | 'advance' | 'joiner' | 'timeline' | 'manifests' | 'clusters'
  >;
}

interface Waiting {
  readonly offset: number;
  readonly event: Event | null;
}

interface ClusterState {
  readonly timeline: Timeline;
  readonly joiner: Joiner;
  readonly manifests: ChangeEvent[];
  /** As the timeline stands; null: not asked for yet. */
  image: TimelineImage | null;
}

/** Clusters that only flows name may be anybody's invention: so many of them are remembered. */
const MAX_UNNAMED = 64;

export function createLogTimelines(settings: JoinSettings): LogTimelines {
  const named = new Map<string, ClusterState>();
  const unnamed = createLru<ClusterState>(MAX_UNNAMED);
  let waiting: Waiting[] = [];
  let readOffset = -1;
  let policyOffset = -1;

  function nameCluster(cluster: string): ClusterState {
    const known = named.get(cluster) ?? emptyState(cluster, settings);
    named.set(cluster, known);
    return known;
  }

  function stateOf(cluster: string): ClusterState {
    return named.get(cluster) ?? unnamed.get(cluster, () => emptyState(cluster, settings));
  }

  function takeUpTo(until: number): readonly Waiting[] {
    const first = waiting.findIndex(({ offset }) => offset > until);
    const taken = first < 0 ? waiting : waiting.slice(0, first);
    waiting = first < 0 ? [] : waiting.slice(first);
    return taken;
  }

  function advance(until = readOffset): Advance {
    const taken = takeUpTo(until);
    policyOffset = Math.max(policyOffset, taken.at(-1)?.offset ?? -1);
    const events = taken.flatMap(({ event }) => event ?? []);
    const byCluster = Map.groupBy(events, ({ cluster }) => cluster);
    const found = [...byCluster].map(([cluster, own]) => alter(nameCluster(cluster), own, settings));
    return advanceOf(policyOffset, found);
  }

  return {
    read(offset, event) {
      if (offset <= readOffset) throw new RangeError(`offset ${offset} was read already`);
      readOffset = offset;
      waiting.push({ offset, event });
    },
    answers: {
      readOffset: () => readOffset,
      policyOffset: () => policyOffset,
      advance,
      joiner: (cluster) => stateOf(cluster).joiner,
      timeline: (cluster) => stateOf(cluster).timeline.reader,
      manifests: (cluster) => named.get(cluster)?.manifests ?? [],
      clusters: () => [...named.keys()].sort(),
    },
  };
}

interface AlteredCluster {
  readonly cluster: string;
  readonly changes: readonly Alteration[];
  readonly isTouched: (trace: Trace) => boolean;
}

function alter(state: ClusterState, events: readonly Event[], settings: JoinSettings): AlteredCluster {
  const { reader } = state.timeline;
  const before = state.image ?? imageOf(reader);
  for (const event of events) take(state, event);
  const after = imageOf(reader);
  state.image = after;
  const changes = alterations(before, after);
  return { cluster: reader.cluster, changes, isTouched: createTouchTest(changes, after, settings) };
}

function advanceOf(policyOffset: number, clusters: readonly AlteredCluster[]): Advance {
  const altered = clusters.filter(({ changes }) => changes.length > 0);
  const tests = new Map(altered.map(({ cluster, isTouched }) => [cluster, isTouched]));
  return {
    policyOffset,
    alterations: new Map(altered.map(({ cluster, changes }) => [cluster, changes])),
    isTouched: (trace) => tests.get(trace.cluster)?.(trace) ?? false,
  };
}

/** A watermark, or what belongs into the topic of the flows, alters nothing here. */
function take({ timeline, manifests }: ClusterState, event: Event): void {
  const { body } = event;
  switch (body.kind) {
    case 'PolicyChange':
      if (!isChange(event)) return;
      if (body.changeOrigin === 'manifests') manifests.push(event);
      else timeline.add(event);
      return;
    case 'FeedStatus':
      if (body.feed === 'audit') timeline.cover(body.from, body.until);
      return;
    case 'FlowVerdict':
    case 'Watermark':
  }
}

/** The same object, not a copy: there are as many as the log has records. */
function isChange(event: Event): event is ChangeEvent {
  return event.body.kind === 'PolicyChange';
}

function emptyState(cluster: string, settings: JoinSettings): ClusterState {
  const timeline = createTimeline(cluster);
  return { timeline, joiner: createJoiner(timeline.reader, settings), manifests: [], image: null };
}
