// A limited number of slots, given in the order of asking. The limit may change while slots are held: what is
// held stays held, and nothing new is given until the number has come below the limit.

export interface Slots {
  /** Resolves with the function that gives the slot back. @throws the signal's reason, waiting or not */
  take(signal: AbortSignal): Promise<() => void>;
  /** At least 1; fractions are cut. */
  setLimit(limit: number): void;
}

export function createSlots(initialLimit: number): Slots {
  const waiting = new Set<() => void>();
  let limit = Math.max(1, Math.floor(initialLimit));
  let held = 0;

  function giveNext(): void {
    for (const give of waiting) {
      if (held >= limit) return;
      waiting.delete(give);
      give();
    }
  }

  function hold(): () => void {
    let isHeld = true;
    held += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      held -= 1;
      giveNext();
    };
  }

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (held < limit && waiting.size === 0) return hold();
      return new Promise((resolve, reject) => {
        const give = (): void => {
          signal.removeEventListener('abort', abandon);
          resolve(hold());
        };
        const abandon = (): void => {
          waiting.delete(give);
          reject(signal.reason);
        };
        waiting.add(give);
        signal.addEventListener('abort', abandon, { once: true });
      });
    },
    setLimit(next) {
      limit = Math.max(1, Math.floor(next));
      giveNext();
    },
  };
}
