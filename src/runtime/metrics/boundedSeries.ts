// Keeps the number of series of one metric bounded, however many clusters and namespaces there are. The first
// ones are shown each; beyond the limit the innermost open label becomes `other`, then the next one out, so that
// what is left still tells the cluster. Series that exist stay what they are.
import { OPEN_LABELS } from './definition.ts';

export type LabelValues = Readonly<Record<string, string>>;

export const MOST_SERIES = 2_000;
const OTHER = 'other';
const BETWEEN = '\u0000';

/**
 * At most `most` series with all their labels, `most / 10` with one label folded, and so on; where every open
 * label is folded, the closed lists of the others are the bound.
 * @param names the labels of the metric
 * @returns the labels to use for those given; one object for each series
 */
export function createBoundedSeries(
  names: readonly string[],
  most: number = MOST_SERIES,
): (labels: LabelValues) => LabelValues {
  const known = new Map<string, LabelValues>();
  const counts: number[] = [];
  const folds = OPEN_LABELS.filter((name) => names.includes(name)).reverse();

  function roomAt(level: number): boolean {
    return level === folds.length || (counts[level] ?? 0) < Math.ceil(most / 10 ** level);
  }

  return (labels) => {
    const values = names.map((name) => labels[name] ?? '');
    for (let level = 0; ; level += 1) {
      const key = values.join(BETWEEN);
      const found = known.get(key);
      if (found !== undefined) return found;
      if (roomAt(level)) {
        const series = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
        known.set(key, series);
        counts[level] = (counts[level] ?? 0) + 1;
        return series;
      }
      values[names.indexOf(folds[level] ?? '')] = OTHER;
    }
  };
}
