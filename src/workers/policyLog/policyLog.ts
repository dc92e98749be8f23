// The policy log as a worker holds it: one timeline per cluster, the watermarks, and how far both reach.
//
//   netpol.policy-changes ─▶ read ─▶ [ waiting ] ─ advance ─▶ timelines (as of `policyOffset`)
//   netpol.watermarks     ─▶ believed once the log was read up to their offset
//
// What was read alters no timeline before somebody calls `advance`: in between, everything is joined as of one
// policy offset, and that call is the one place where an owner learns what to join again.
import type { Alteration } from '../../join/lateChanges.ts';
import type { Joiner } from '../../join/join.ts';
import type { Trace } from '../../join/touched.ts';
import type { Watermarks } from '../../join/watermarks.ts';
import type { ChangeEvent } from '../../model/event.ts';
import type { TimelineReader } from '../../timeline/reader.ts';

export interface Advance {
  /** The last record that is in the timelines now; -1: the log is empty. */
  readonly policyOffset: number;
  /** By cluster; clusters of which nothing altered are left out. */
  readonly alterations: ReadonlyMap<string, readonly Alteration[]>;
  /** Whether what altered can concern a verdict. */
  readonly isTouched: (trace: Trace) => boolean;
}

export interface PolicyLog {
  /** Resolves when all that stood in the log when the reading began has been read. Rejects when that fails. */
  readonly caughtUp: Promise<void>;
  /** The last offset read, waiting or not; -1 when none. */
  readOffset(): number;
  /** The last offset that is in the timelines; -1 when none. */
  policyOffset(): number;
  /** Resolves when `offset` has been read. */
  reached(offset: number): Promise<void>;
  /** Takes what waits, up to `until` included (everything when not given), into the timelines. */
  advance(until?: number): Advance;
  /** Makes an empty one for a cluster that the log never named. */
  joiner(cluster: string): Joiner;
  timeline(cluster: string): TimelineReader;
  /** Records of Git manifests up to `policyOffset`, of that cluster, in the order of the log. */
  manifests(cluster: string): readonly ChangeEvent[];
  /** Sorted. */
  clusters(): readonly string[];
  /** Also knows what `readOffset` has reached. */
  readonly watermarks: Watermarks;
  /** The same, but believed only as far as `policyOffset` has come: of what is joined now, what is settled. */
  readonly settled: Pick<Watermarks, 'of'>;
  stop(): Promise<void>;
}
