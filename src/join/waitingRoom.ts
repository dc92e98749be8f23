// Records of one cluster that wait for the policy log, to be taken out by their event time or by their
// arrival. A heap orders them by time, a queue by arrival; what was taken through one stays as an empty stub
// in the other until that is cleared, and stubs never outnumber the records that wait.
import type { Micros } from '../model/time.ts';

export interface WaitingRecord<T> {
  readonly cluster: string;
  /** Event time. */
  readonly at: Micros;
  /** What it takes of the cluster's share. */
  readonly bytes: number;
  readonly item: T;
}

export interface WaitingRoom<T> {
  add(record: WaitingRecord<T>, nowMs: number): void;
  /** Takes out what happened at or before `at`, earliest first. */
  takeUpTo(at: Micros): readonly WaitingRecord<T>[];
  /** Takes out what arrived at or before a time, in order of arrival. */
  takeArrivedBy(ms: number): readonly WaitingRecord<T>[];
  /** Takes out what arrived first; null when nobody waits. */
  takeFirst(): WaitingRecord<T> | null;
  bytes(): number;
  size(): number;
}

interface Seat<T> {
  readonly at: Micros;
  readonly arrivedMs: number;
  /** null: taken out through the other order. */
  record: WaitingRecord<T> | null;
}

/** Below this many seats, clearing is not worth its cost. */
const SMALL = 32;

export function createWaitingRoom<T>(): WaitingRoom<T> {
  const arrivals = createArrivals<T>();
  let heap: Seat<T>[] = [];
  let bytes = 0;
  let size = 0;

  function empty(seat: Seat<T>): WaitingRecord<T> | null {
    const { record } = seat;
    if (record === null) return null;
    seat.record = null;
    bytes -= record.bytes;
    size -= 1;
    return record;
  }

  function takeWhile(next: () => Seat<T> | null): readonly WaitingRecord<T>[] {
    const taken: WaitingRecord<T>[] = [];
    for (let seat = next(); seat !== null; seat = next()) {
      const record = empty(seat);
      if (record !== null) taken.push(record);
    }
    if (isMostlyStubs(heap.length, size))
      heap = heap.filter(({ record }) => record !== null).sort((a, b) => a.at - b.at);
    arrivals.clear(size);
    return taken;
  }

  return {
    add(record, nowMs) {
      const seat = { at: record.at, arrivedMs: nowMs, record };
      pushSeat(heap, seat);
      arrivals.add(seat);
      bytes += record.bytes;
      size += 1;
    },
    takeUpTo: (at) =>
      takeWhile(() => ((heap[0]?.at ?? Number.POSITIVE_INFINITY) <= at ? popSeat(heap) : null)),
    takeArrivedBy: (ms) => takeWhile(() => arrivals.next(({ arrivedMs }) => arrivedMs <= ms)),
    takeFirst() {
      let found = 0;
      const isFirst = (): boolean => {
        found += 1;
        return found === 1;
      };
      return takeWhile(() => arrivals.next(isFirst))[0] ?? null;
    },
    bytes: () => bytes,
    size: () => size,
  };
}

function isMostlyStubs(seats: number, records: number): boolean {
  return seats > SMALL && seats > 2 * records;
}

interface Arrivals<T> {
  add(seat: Seat<T>): void;
  /** Takes off the first seat if it is a stub or due; null when the first one is neither, or there is none. */
  next(isDue: (seat: Seat<T>) => boolean): Seat<T> | null;
  /** Lets go of stubs when they outnumber the records. */
  clear(records: number): void;
}

function createArrivals<T>(): Arrivals<T> {
  let queue: Seat<T>[] = [];
  let head = 0;
  return {
    add: (seat) => void queue.push(seat),
    next(isDue) {
      const seat = queue[head];
      if (seat === undefined || (seat.record !== null && !isDue(seat))) return null;
      head += 1;
      return seat;
    },
    clear(records) {
      if (!isMostlyStubs(queue.length, records)) return;
      queue = queue.slice(head).filter(({ record }) => record !== null);
      head = 0;
    },
  };
}

function pushSeat<T>(heap: Seat<T>[], seat: Seat<T>): void {
  let index = heap.push(seat) - 1;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || parent.at <= seat.at) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = seat;
}

function popSeat<T>(heap: Seat<T>[]): Seat<T> | null {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined) return null;
  if (heap.length === 0) return top;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const child = right !== undefined && left !== undefined && right.at < left.at ? right : left;
    if (child === undefined || child.at >= last.at) break;
    heap[index] = child;
    index = 2 * index + (child === right ? 2 : 1);
  }
  heap[index] = last;
  return top;
}
