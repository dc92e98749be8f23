// Numbers that a seed decides, so that a run can be told again. (mulberry32: small, and good enough to shuffle.)

export interface Random {
  /** From 0 to `below` - 1. */
  nat(below: number): number;
  pick<T>(items: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const nat = (below: number): number => Math.floor(next() * below);
  return {
    nat,
    pick(items) {
      const item = items[nat(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}
