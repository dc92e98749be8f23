// Sums by labels, until somebody takes them. There is something to add for each record, several times: so the labels
// lead from one map to the next, and no key is made of them.
import type { LabelValues } from './boundedSeries.ts';

export interface LabelSum {
  readonly labels: LabelValues;
  amount: number;
}

export interface LabelSums {
  add(labels: LabelValues, amount: number): void;
  size(): number;
  /** In the order in which their labels first came; none is left. */
  take(): readonly LabelSum[];
}

interface Level {
  readonly below: Map<string, Level>;
  /** Where the labels end. */
  sum: LabelSum | null;
}

/** @param names of the labels that count */
export function createLabelSums(names: readonly string[]): LabelSums {
  let root = newLevel();
  let sums: LabelSum[] = [];
  return {
    add(labels, amount) {
      let level = root;
      for (const name of names) level = levelBelow(level, labels[name] ?? '');
      if (level.sum === null) {
        level.sum = { labels, amount: 0 };
        sums.push(level.sum);
      }
      level.sum.amount += amount;
    },
    size: () => sums.length,
    take() {
      const taken = sums;
      root = newLevel();
      sums = [];
      return taken;
    },
  };
}

function newLevel(): Level {
  return { below: new Map(), sum: null };
}

function levelBelow({ below }: Level, value: string): Level {
  const known = below.get(value);
  if (known !== undefined) return known;
  const level = newLevel();
  below.set(value, level);
  return level;
}
