// Trying again: with growing pauses, as long as it can heal and somebody still wants it.
import { setTimeout as pause } from 'node:timers/promises';
import { closed } from '../faults.ts';
import type { KafkaLogger, KafkaSettings } from '../settings.ts';
import { faultOf, isFinal } from './failure.ts';

export interface Persistence {
  /** For messages: 'joining group g'. */
  readonly what: string;
  /** Tries in all; Infinity: until the signal. */
  readonly attempts: number;
  readonly signal: AbortSignal;
  readonly settings: Pick<KafkaSettings, 'firstRetryMs' | 'maxRetryMs'>;
  readonly log: KafkaLogger;
  /** Before each repetition: what may mend the cause. Its own failure is no failure. */
  readonly mend?: (cause: unknown) => Promise<void>;
}

/** @throws Fault what cannot heal, or what did not in all its tries, or `kafka-unavailable` at the signal */
export async function persist<T>(work: () => Promise<T>, options: Persistence): Promise<T> {
  const { what, attempts, signal, settings, log, mend } = options;
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw closed(what);
    try {
      return await work();
    } catch (cause) {
      if (isFinal(cause) || attempt >= attempts) throw faultOf(cause, what);
      if (signal.aborted) throw closed(what);
      // The first trouble and then every tenth: a dead broker fills no log.
      if (attempt % 10 === 1) log('warn', `${what}: trying again`, { attempt, cause: String(cause) });
      await pause(delayMs(attempt, settings), undefined, { signal }).catch(() => undefined);
      await mend?.(cause).catch((trouble: unknown) =>
        log('debug', `${what}: not mended yet`, { cause: String(trouble) }),
      );
    }
  }
}

/** Doubling up to the maximum, and between half and all of it, so that workers do not come back together. */
export function delayMs(
  attempt: number,
  { firstRetryMs, maxRetryMs }: Pick<KafkaSettings, 'firstRetryMs' | 'maxRetryMs'>,
): number {
  const full = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempt - 1, 20));
  return full / 2 + (Math.random() * full) / 2;
}
