// Where to look for what a change can concern: the stretch of time that holds every verdict which the touch test
// (touched.ts) can name, so that stored documents need not all be read to be asked.
import type { PolicyRef } from '../model/refs.ts';
import { FOREVER, MICROS_PER_MS, type Micros } from '../model/time.ts';
import type { JoinSettings } from './enriched.ts';
import type { Alteration } from './lateChanges.ts';

export interface TouchedSpan {
  /** Verdicts at or after it. There is no end: the cause of a verdict can lie any time before it. */
  readonly from: Micros;
  readonly until: Micros;
  /** Verdicts of any time, too, that name one of these policies, or one that was not known; absent: none. */
  readonly naming?: readonly PolicyRef[];
}

/** @returns null when nothing was altered */
export function touchedSpan(
  changes: readonly Alteration[],
  { clockSkewMs }: JoinSettings,
): TouchedSpan | null {
  if (changes.length === 0) return null;
  const begins = changes.map((change) => (change.kind === 'everything' ? 0 : change.from));
  const naming = changes.flatMap((change) =>
    change.kind === 'policy' && change.incarnations ? [change.ref] : [],
  );
  return {
    from: Math.max(0, Math.min(...begins) - clockSkewMs * MICROS_PER_MS),
    until: FOREVER,
    ...(naming.length === 0 ? {} : { naming }),
  };
}
