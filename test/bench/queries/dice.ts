// Numbers that look random and are the same on every run.

export interface Dice {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in 0 … sides - 1. */
  below(sides: number): number;
}

/** mulberry32, by Tommy Ettinger (public domain). */
export function createDice(seed: number): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (sides) => Math.floor(next() * sides) };
}
