// Where verdicts wait until the policy log is known as far as their time. Time comes in as an argument and
// records go out as values; nothing here reads, writes or sleeps. Every record taken in goes out exactly
// once, after maxWaitMs at the latest, and never more bytes wait than the bound allows.
//
//   offer ─▶ share of its cluster ─┬─ watermark ≥ t + clockSkewMs ──────────────▶ final
//     │                            ├─ waited maxWaitMs ─────────────────────────▶ provisional
//     │ share full:                └─ pushed out, the audit feed being silent,
//     └ false, when the audit feed    stuck or absent ──────────────────────────▶ provisional
//       is only late: read no more of this cluster until it takes again
//
// Records leave one by one, not in the order of their offsets. Clusters share nothing but the bound: each has
// bytes / clusters of it, so a cluster without an audit feed holds up no other.
import { MICROS_PER_MS, type Micros } from '../model/time.ts';
import { createWaitingRoom, type WaitingRecord, type WaitingRoom } from './waitingRoom.ts';
import type { Watermarks } from './watermarks.ts';

export interface GateSettings {
  /** How far a node's clock may run ahead of the API server's. */
  readonly clockSkewMs: number;
  readonly maxWaitMs: number;
  /** How far out of order the audit backend delivers (join.md: 35,000 by webhook, 5,000 by log). */
  readonly disorderMs: number;
  /** How often an idle audit source says that it is up to date. */
  readonly heartbeatMs: number;
  /** Bound of all that waits. */
  readonly bytes: number;
  /** How many clusters share `bytes`; records of further ones do not wait. */
  readonly clusters: number;
}

/** How a record was released: judged by all changes that can concern it, or before all of them were known. */
export const RELEASES = ['watermark', 'waited', 'pushed-out'] as const;
export type ReleaseReason = (typeof RELEASES)[number];

export interface Released<T> {
  readonly cluster: string;
  readonly item: T;
  readonly status: 'final' | 'provisional';
  readonly reason: ReleaseReason;
  /** Final, but only by what an idle audit source assumed: coverage counts these. */
  readonly assumed: boolean;
}

export interface Gate<T> {
  /** @returns false: not taken; offer it again later, and read nothing more of its cluster until then. */
  offer(record: WaitingRecord<T>, nowMs: number): boolean;
  /** What may go on now. */
  release(nowMs: number): readonly Released<T>[];
  /** What waits, by cluster, sorted. */
  waiting(): readonly { readonly cluster: string; readonly records: number; readonly bytes: number }[];
}

/** @returns why the program must not start with these settings, each a sentence; [] when it may. */
export function gateProblems(settings: GateSettings): readonly string[] {
  const { maxWaitMs, disorderMs, heartbeatMs, bytes, clusters } = settings;
  const problems = Object.entries(settings).flatMap(([name, value]) =>
    Number.isSafeInteger(value) && value >= 0
      ? []
      : [`${name} is ${value}: expected a whole number from 0 on`],
  );
  if (maxWaitMs <= disorderMs + heartbeatMs)
    problems.push(
      `maxWaitMs is ${maxWaitMs}: it must exceed disorderMs + heartbeatMs (${disorderMs + heartbeatMs}), or every verdict would go on before its watermark can come`,
    );
  if (clusters < 1 || bytes < clusters)
    problems.push(`${bytes} bytes for ${clusters} clusters: each cluster needs a share`);
  return problems;
}

/** Whether all changes that can concern a verdict at t are known: the watermark has passed t by the clock skew. */
export function isSettled(t: Micros, completeUntil: Micros, clockSkewMs: number): boolean {
  return completeUntil >= t + clockSkewMs * MICROS_PER_MS;
}

export function createGate<T>(settings: GateSettings, watermarks: Watermarks): Gate<T> {
  const rooms = new Map<string, WaitingRoom<T>>();
  const share = Math.floor(settings.bytes / settings.clusters);
  const skewMicros = settings.clockSkewMs * MICROS_PER_MS;
  let ready: Released<T>[] = [];

  function roomOf(cluster: string): WaitingRoom<T> | null {
    const known = rooms.get(cluster);
    if (known !== undefined) return known;
    if (rooms.size >= settings.clusters) return null;
    const room = createWaitingRoom<T>();
    rooms.set(cluster, room);
    return room;
  }

  function go(record: WaitingRecord<T>, reason: ReleaseReason, provenUntil: Micros): void {
    const isProven = isSettled(record.at, provenUntil, settings.clockSkewMs);
    ready.push(releasedFor(record, reason, isProven));
  }

  function letThrough(cluster: string, room: WaitingRoom<T>, nowMs: number): void {
    const { completeUntil, provenUntil } = watermarks.of(cluster, nowMs);
    for (const record of room.takeUpTo(completeUntil - skewMicros)) go(record, 'watermark', provenUntil);
    for (const record of room.takeArrivedBy(nowMs - settings.maxWaitMs)) go(record, 'waited', provenUntil);
  }

  return {
    offer(record, nowMs) {
      const { completeUntil, provenUntil, feed } = watermarks.of(record.cluster, nowMs);
      const room = roomOf(record.cluster);
      if (isSettled(record.at, completeUntil, settings.clockSkewMs)) go(record, 'watermark', provenUntil);
      else if (room === null || record.bytes > share) go(record, 'pushed-out', provenUntil);
      else {
        if (room.bytes() + record.bytes > share) letThrough(record.cluster, room, nowMs);
        while (room.bytes() + record.bytes > share) {
          const first = feed === 'moving' ? null : room.takeFirst();
          if (first === null) return false;
          go(first, 'pushed-out', provenUntil);
        }
        room.add(record, nowMs);
      }
      return true;
    },
    release(nowMs) {
      for (const [cluster, room] of rooms) {
        letThrough(cluster, room, nowMs);
        if (room.size() === 0) rooms.delete(cluster);
      }
      const released = ready;
      ready = [];
      return released;
    },
    waiting: () =>
      [...rooms]
        .map(([cluster, room]) => ({ cluster, records: room.size(), bytes: room.bytes() }))
        .sort((a, b) => (a.cluster < b.cluster ? -1 : 1)),
  };
}

function releasedFor<T>(
  { cluster, item }: WaitingRecord<T>,
  reason: ReleaseReason,
  isProven: boolean,
): Released<T> {
  const isFinal = reason === 'watermark';
  return { cluster, item, status: isFinal ? 'final' : 'provisional', reason, assumed: isFinal && !isProven };
}
