// What a decision may know beside the policies, as of one time: the cluster's settings, CIDR groups.
// Contexts are cut at the changes of those objects, so equal times share one.
import { FOREVER, type Micros } from '../model/time.ts';
import type { DecisionContext } from '../policy/decision.ts';
import { NO_POD_PORTS, type PodPorts } from '../policy/podPorts.ts';
import type { ChangeRecord, TimelineReader } from '../timeline/reader.ts';
import { lastAtOrBefore, spanAt } from './heldAt.ts';

export interface ContextEpoch {
  /** Equal for equal contexts of one timeline revision. */
  readonly number: number;
  readonly from: Micros;
  readonly context: DecisionContext;
  /** The changes of CIDR groups or settings that began it; [] for the first. */
  readonly changes: readonly ChangeRecord[];
}

/** Sorted by `from`; the first begins at -infinity, so every time has one. */
export function contextEpochs(
  timeline: TimelineReader,
  ports: PodPorts = NO_POD_PORTS,
): readonly ContextEpoch[] {
  const begins = new Map<Micros, ChangeRecord[]>();
  const names = timeline.cidrGroupNames();
  const spans = [...names.flatMap((name) => timeline.cidrGroup(name)), ...timeline.config()];
  for (const span of spans) {
    const changes = begins.get(span.from) ?? [];
    begins.set(span.from, span.change === null ? changes : [...changes, span.change]);
    if (span.until < FOREVER && !begins.has(span.until)) begins.set(span.until, []);
  }
  const times = [...begins.keys()].sort((a, b) => a - b).filter((time) => time > 0);
  return [0, ...times].map((from, number) => ({
    number,
    from: number === 0 ? Number.NEGATIVE_INFINITY : from,
    context: { ...contextAt(timeline, names, from), namedPort: ports.namedPort },
    changes: begins.get(from) ?? [],
  }));
}

export function contextEpochAt(epochs: readonly ContextEpoch[], t: Micros): ContextEpoch {
  const found = epochs[lastAtOrBefore(epochs, t)] ?? epochs[0];
  if (found === undefined) throw new RangeError('no context epoch');
  return found;
}

function contextAt(
  timeline: TimelineReader,
  names: readonly string[],
  t: Micros,
): Omit<DecisionContext, 'namedPort'> {
  const config = spanAt(timeline.config(), t)?.value;
  const groupsComplete = timeline.hasSnapshot();
  const groups = names.flatMap((name) => spanAt(timeline.cidrGroup(name), t)?.value ?? []);
  return {
    localCluster: '',
    enforcement: config?.enablePolicy ?? 'default',
    defaultLocalCluster: config?.policyDefaultLocalCluster ?? true,
    cidrMatch: config?.policyCidrMatchMode ?? [],
    cidrGroup: (name) => {
      const group = spanAt(timeline.cidrGroup(name), t);
      return group?.value?.cidrs ?? (group?.change?.outcome === 'tombstone' ? 'absent' : 'unknown');
    },
    cidrGroups: () => (groupsComplete ? groups : 'unknown'),
  };
}
