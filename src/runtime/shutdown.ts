// How a worker ends. The first SIGTERM or SIGINT asks it to: it stops reading, writes what it holds, commits and
// leaves its groups. It has ten seconds for that; then, or at a second signal, the process ends as it is, which
// loses nothing either (another worker takes over at the last commit).
//
//   running ── signal ──▶ stopping ── done ─────────────▶ the code that the work gave
//      │                     ├─ limitMs passed ─────────▶ `trouble`
//      │                     └─ second signal ──────────▶ 128 + its number
//      └── the work ends or fails by itself ────────────▶ the code that it gave
import { constants } from 'node:os';
import { EXIT } from '../model/fault.ts';

export const STOP_LIMIT_MS = 10_000;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface ShutdownParts {
  readonly limitMs: number;
  /** One line for whoever watches. */
  readonly say: (message: string) => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/**
 * Runs the work and hands it a signal that is raised when it should end.
 * @param work resolves with the exit code when everything is written and left behind in order
 */
export async function runUntilStopped(
  work: (stop: AbortSignal) => Promise<number>,
  { limitMs, say, exit }: ShutdownParts,
): Promise<number> {
  const stop = new AbortController();
  let limit: NodeJS.Timeout | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      say(`${name} again: ending at once`);
      exit(128 + constants.signals[name]);
      return;
    }
    say(`${name}: finishing what is in hand, ${limitMs / 1_000} s at most; once more ends at once`);
    limit = setTimeout(() => {
      say(
        `not done within ${limitMs / 1_000} s: ending as it is; the next worker goes on at the last commit`,
      );
      exit(EXIT.trouble);
    }, limitMs);
    stop.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(limit);
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
