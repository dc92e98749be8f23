// Which cluster a record belongs to, and each cluster's timeline and joiner. Hubble names the cluster with
// every node; audit events and snapshots name none. Where exactly one cluster is seen in the flows, the
// records without a cluster are that cluster's; where there are several, they cannot be placed. A flow that
// names none is of Cilium's own default cluster.
import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { createJoiner, type Joiner } from '../../join/join.ts';
import type { ChangeEvent } from '../../model/event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Micros } from '../../model/time.ts';
import { NO_POD_PORTS, type PodPorts, podPortsOf } from '../../policy/podPorts.ts';
import type { TimelineReader } from '../../timeline/reader.ts';
import { createTimeline, type Timeline } from '../../timeline/writer.ts';
import { createNamedPolicies, type NamedPolicies } from './namedPolicies.ts';

/** Cilium's name for a cluster that nobody named (`cluster-name`). */
export const DEFAULT_CLUSTER = 'default';

/** Thrown when a second cluster shows up after records without one were given to the first. */
export class SecondCluster extends Error {
  readonly clusters: readonly [string, string];

  constructor(first: string, second: string) {
    super(`flows of several clusters: ${first}, ${second}`);
    this.name = 'SecondCluster';
    this.clusters = [first, second];
  }
}

export interface ClusterState {
  readonly name: string;
  readonly timeline: TimelineReader;
  readonly joiner: Joiner;
  /** What the joiner knows of named ports. */
  readonly ports: PodPorts;
  /** Flows of it were seen. */
  readonly hasFlows: boolean;
}

export interface Clusters {
  /** What the logs of all of them name. */
  readonly named: NamedPolicies;
  /** Pods of the snapshot; to be told before anything else. */
  knowPods(pods: readonly JsonObject[]): void;
  /** Changes without a cluster wait for the one cluster that the flows name. */
  addChange(change: ChangeEvent): void;
  /** An audit record of any kind: the log was being written then. */
  coverAudit(cluster: string, at: Micros): void;
  /**
   * The joiner for a verdict's cluster.
   * @throws SecondCluster
   */
  joinerFor(cluster: string): Joiner;
  /** Sorted by name. What nobody claimed is under '' or, when there were no flows at all, the default name. */
  all(): readonly ClusterState[];
}

interface Entry {
  readonly timeline: Timeline;
  readonly joiner: Joiner;
  hasFlows: boolean;
}

export function createClusters(): Clusters {
  const entries = new Map<string, Entry>();
  const homeless = createHomeless();
  let ports = NO_POD_PORTS;

  function entry(name: string): Entry {
    const known = entries.get(name);
    if (known !== undefined) return known;
    const timeline = createTimeline(name);
    const made = { timeline, joiner: createJoiner(timeline.reader, JOIN_DEFAULTS, ports), hasFlows: false };
    entries.set(name, made);
    return made;
  }

  return {
    named: createNamedPolicies(),
    knowPods(pods) {
      ports = podPortsOf(pods);
    },
    coverAudit(cluster, at) {
      if (cluster === '') homeless.cover(at);
      else entry(cluster).timeline.cover(at, at);
    },
    addChange(change) {
      if (change.cluster === '') homeless.add(change);
      else entry(change.cluster).timeline.add(change);
    },
    joinerFor(cluster) {
      const known = entries.get(cluster);
      if (known?.hasFlows === true) return known.joiner;
      const made = entry(cluster);
      homeless.moveTo(cluster, made.timeline);
      made.hasFlows = true;
      return made.joiner;
    },
    all() {
      const [only] = entries.keys();
      const name = entries.size === 1 && only !== undefined ? only : DEFAULT_CLUSTER;
      if (homeless.isWaiting()) homeless.moveTo(name, entry(name).timeline);
      return [...entries]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { timeline, joiner, hasFlows }]) => ({
          name,
          timeline: timeline.reader,
          joiner,
          ports,
          hasFlows,
        }));
    },
  };
}

/** The records that name no cluster, until one adopts them. */
function createHomeless() {
  const changes: ChangeEvent[] = [];
  let range: { from: Micros; until: Micros } | null = null;
  let adopter: string | null = null;
  /** Records that are no changes count, too: they say that there is an audit log. */
  const isEmpty = (): boolean => changes.length === 0 && range === null;

  return {
    add(change: ChangeEvent): void {
      changes.push(change);
    },
    cover(at: Micros): void {
      range = { from: Math.min(range?.from ?? at, at), until: Math.max(range?.until ?? at, at) };
    },
    isWaiting: (): boolean => !isEmpty() && adopter === null,
    moveTo(name: string, timeline: Timeline): void {
      if (isEmpty()) return;
      if (adopter !== null) throw new SecondCluster(adopter, name);
      adopter = name;
      for (const change of changes) timeline.add({ ...change, cluster: name });
      if (range !== null) timeline.cover(range.from, range.until);
    },
  };
}
