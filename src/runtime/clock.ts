// The two clocks of a process. Everything that needs the time is given one of them; nothing else asks for it.

export interface Clock {
  /** Milliseconds since 1970, as the machine has it: may jump. For times that others read. */
  readonly nowMs: () => number;
  /** Milliseconds since some moment: never goes back. For durations and limits. */
  readonly monotonicMs: () => number;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
