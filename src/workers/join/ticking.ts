// What goes on by the clock: the policy log is taken in, the gate lets go, what was provisional settles, paused
// partitions try again, and due work is started. Nothing here awaits.
import { isSettled, type Released } from '../../join/gate.ts';
import { traceOf } from '../../join/touched.ts';
import type { Micros } from '../../model/time.ts';
import { mayRead } from './appetite.ts';
import { createEventReader } from './eventRecord.ts';
import type { Owned } from './owned.ts';
import type { JoinState } from './parts.ts';
import { type Held, readInbox, type ReadingParts } from './reading.ts';

/** Comparing two states of a large timeline takes a while; it may take this part of the time. */
const RAISE_SHARE = 0.1;

export function createTick(
  state: JoinState,
  takeIn: (owned: Owned) => void,
  startWork: (owned: Owned) => void,
): (nowMs: number) => void {
  const { parts, gate, owned } = state;
  let raiseAtMs = 0;
  let settleAtMs = 0;
  return (nowMs) => {
    if (nowMs >= raiseAtMs) {
      state.advance();
      raiseAtMs = nowMs + (parts.nowMs() - nowMs) / RAISE_SHARE;
    }
    if (isUpToDate(state)) {
      for (const released of gate.release(nowMs)) release(state, released);
      if (nowMs >= settleAtMs) {
        settle(state, nowMs);
        settleAtMs = nowMs + parts.settings.flushMs;
      }
    }
    for (const one of owned.values()) if (!one.inbox.isEmpty() || one.paused) takeIn(one);
    for (const one of owned.values()) startWork(one);
  };
}

/** A watermark speaks for all that was read of the policy log: what is final must be joined with all of it. */
function isUpToDate({ parts: { policyLog } }: JoinState): boolean {
  return policyLog.policyOffset() >= policyLog.readOffset();
}

function release(
  { parts: { metrics } }: JoinState,
  { item: { owned, offset }, status, reason, assumed }: Released<Held>,
): void {
  if (owned.partition.signal.aborted) return;
  metrics.joined(owned.partition.release(offset, status), reason, assumed);
}

/** What was released before all changes were known, and is now. */
function settle({ parts: { policyLog, settings }, owned }: JoinState, nowMs: number): void {
  const known = new Map<string, Micros>();
  const isNow = (cluster: string, t: Micros): boolean => {
    const completeUntil = known.get(cluster) ?? policyLog.watermarks.of(cluster, nowMs).completeUntil;
    known.set(cluster, completeUntil);
    return isSettled(t, completeUntil, settings.gate.clockSkewMs);
  };
  for (const { partition } of owned.values()) partition.settle(isNow);
}

/** The one place where the timelines alter: every open block is joined again where that can matter. */
export function advance({ parts: { policyLog, metrics, nowMs }, owned }: JoinState): void {
  if (policyLog.readOffset() <= policyLog.policyOffset()) return;
  const begun = nowMs();
  const { policyOffset, isTouched } = policyLog.advance();
  let touched = 0;
  for (const { partition } of owned.values())
    partition.raise(policyOffset, (verdict) => {
      const again = isTouched(traceOf(verdict));
      if (again) touched += 1;
      return again;
    });
  metrics.raised(touched, nowMs() - begun);
}

/** Reads what is there of a partition, and pauses it when no more may be read. */
export function createTakeIn(state: JoinState): (owned: Owned) => void {
  const { parts, gate } = state;
  const reading: ReadingParts = {
    gate,
    readEvent: createEventReader(parts.codec),
    letterOf: parts.letters.ofRecord,
    check: state.limits.read,
    note: parts.metrics.record,
  };
  return (owned) => {
    const all = [...state.owned.values()];
    const hungry = mayRead(
      all.map(({ partition }) => partition.load()),
      parts.settings.maxOpenRecords,
    );
    const goesOn = hungry.has(all.indexOf(owned)) && readInbox(reading, owned, parts.nowMs());
    if (goesOn === !owned.paused) return;
    owned.paused = !goesOn;
    if (goesOn) state.group?.resume([owned.partition.at]);
    else state.group?.pause([owned.partition.at]);
  };
}
