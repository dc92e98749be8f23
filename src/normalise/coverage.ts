// What a feed covered: counts of records by what became of them, and the first and last time, for each
// source, cluster and reporter (node, API server); and what was lost. Both feeds use it. An answer such as
// "this policy is unused" rests on these figures, so no record is left out; where there are too many
// reporters, the rest share one entry.

import type { Event, FeedStatus } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import type { Micros } from '../model/time.ts';
import { createLosses } from './losses.ts';

export type Feed = FeedStatus['feed'];

/** One record, and what became of it. Records of flows and of the audit log both fit. */
export interface CoverageRecord {
  readonly outcome: 'accepted' | 'ignored' | 'rejected';
  /** The kind of an accepted record (`verdict`, `change`, …), or the reason. */
  readonly name: string;
  /** '' when not known. */
  readonly cluster: string;
  /** Of flows; '' when not known. */
  readonly node?: string;
  /** Of audit events: which API server; '' when not known. */
  readonly auditSource?: string;
  /** null when the record has no usable time: it is counted all the same. */
  readonly micros: Micros | null;
}

export interface Coverage {
  /** `source` is the file or topic. */
  readonly add: (feed: Feed, record: CoverageRecord, source: string) => void;
  /**
   * An event of the flow normaliser that says how many events Hubble lost.
   * @returns false for a copy of one already taken
   */
  readonly lost: (event: Event<FeedStatus>) => boolean;
  /**
   * One event for each feed, source, cluster and reporter, sorted by them, then one for each loss. `counts`
   * names accepted records by kind (`verdict`), the others by outcome and reason (`ignored:trace`,
   * `rejected:not-json`). `from` and `until` are 0 when no record had a time. `lost` stands only in the losses.
   */
  readonly events: () => readonly Event<FeedStatus>[];
}

/** Kubernetes supports 5,000 nodes; beyond so many entries in all, the rest are counted under ''. */
const MAX_REPORTERS = 20_000;

interface Tally {
  readonly cluster: string;
  readonly reporter: string;
  readonly counts: Map<string, number>;
  from: Micros;
  until: Micros;
}

interface Table {
  readonly feed: Feed;
  readonly source: string;
  /** By cluster and reporter. */
  readonly tallies: Map<string, Tally>;
}

export function createCoverage(maxReporters = MAX_REPORTERS): Coverage {
  const tables: Table[] = [];
  const losses = createLosses();
  let current: Table | undefined;
  let reporters = 0;

  const tableOf = (feed: Feed, source: string): Table => {
    if (current?.feed === feed && current.source === source) return current;
    current = tables.find((table) => table.feed === feed && table.source === source);
    if (current === undefined) {
      current = { feed, source, tallies: new Map() };
      tables.push(current);
    }
    return current;
  };

  const tallyOf = (table: Table, cluster: string, reporter: string): Tally => {
    const key = `${cluster}\n${reporter}`;
    const known = table.tallies.get(key);
    if (known !== undefined) return known;
    if (reporters >= maxReporters && key !== '\n') return tallyOf(table, '', '');
    const tally = { cluster, reporter, counts: new Map<string, number>(), from: Infinity, until: -Infinity };
    table.tallies.set(key, tally);
    reporters += 1;
    return tally;
  };

  return {
    add: (feed, record, source) => {
      const reporter = record.node ?? record.auditSource ?? '';
      const tally = tallyOf(tableOf(feed, source), record.cluster, reporter);
      const name = record.outcome === 'accepted' ? record.name : `${record.outcome}:${record.name}`;
      tally.counts.set(name, (tally.counts.get(name) ?? 0) + 1);
      if (record.micros === null) return;
      if (record.micros < tally.from) tally.from = record.micros;
      if (record.micros > tally.until) tally.until = record.micros;
    },
    lost: losses.add,
    events: () => [...tables.toSorted(byPlace).flatMap(eventsOf), ...losses.events()],
  };
}

function byPlace(a: Table, b: Table): number {
  return compare(a.feed, b.feed) || compare(a.source, b.source);
}

function eventsOf({ feed, source, tallies }: Table): readonly Event<FeedStatus>[] {
  return [...tallies.values()]
    .sort((a, b) => compare(a.cluster, b.cluster) || compare(a.reporter, b.reporter))
    .map((tally) => {
      const body = statusOf(feed, tally);
      return {
        id: hashHex(128, [source, tally.cluster, JSON.stringify(body)]),
        cluster: tally.cluster,
        observedAt: body.from,
        observedAtNanos: 0,
        origin: { source, partition: 0, offset: 0, index: 0 },
        body,
      };
    });
}

function statusOf(feed: Feed, tally: Tally): FeedStatus {
  const hasTime = tally.from <= tally.until;
  return {
    kind: 'FeedStatus',
    feed,
    reporter: tally.reporter,
    lost: 0,
    lostSource: '',
    from: hasTime ? tally.from : 0,
    until: hasTime ? tally.until : 0,
    counts: [...tally.counts].sort(([a], [b]) => compare(a, b)).map(([name, count]) => ({ name, count })),
  };
}

/** By UTF-16 code units, as everywhere. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
