// What the chosen flows add up to: over time, between namespaces, by what decided. Pure.

import type { Chosen } from './choose.ts';
import type { FlowRow, RuleText, TimeSlots } from './pageData.ts';

export interface Point {
  /** Start of the slot, milliseconds since 1970. */
  readonly time: number;
  readonly observed: string;
  readonly count: number;
}

/** The observed verdicts in the order in which areas lie on each other: what was let through at the bottom. */
export const OBSERVED_ORDER = ['forwarded', 'redirected', 'audited', 'dropped', 'error'] as const;

/** One point for every slot and every observed verdict that occurs, zeros too; one more slot closes the areas. */
export function pointsOf(chosen: readonly Chosen[], { startMs, slotMs, slots }: TimeSlots): readonly Point[] {
  const found = new Set(chosen.map(({ flow }) => flow.observed));
  return OBSERVED_ORDER.filter((observed) => found.has(observed)).flatMap((observed) => {
    const sums = Array.from({ length: slots }, () => 0);
    for (const { flow } of chosen)
      if (flow.observed === observed)
        for (const [index, slot] of flow.slots.entries())
          if (slot < slots) sums[slot] = (sums[slot] ?? 0) + (flow.counts[index] ?? 0);
    return [...sums, sums.at(-1) ?? 0].map((count, slot) => ({
      time: startMs + slot * slotMs,
      observed,
      count,
    }));
  });
}

/** How bad the worst is that happened, in the order in which somebody should look. */
export const BADNESS = ['hole', 'broken', 'odd', 'opened', 'audited', 'denied', 'unknown', 'fine'] as const;
export type Badness = (typeof BADNESS)[number];

export function badnessOf({ drift, observed, declared }: FlowRow): Badness {
  const has = (...names: readonly string[]): boolean => names.some((name) => drift.includes(name));
  if (has('not-enforced')) return 'hole';
  if (has('denied-by-change', 'newly-enforced')) return 'broken';
  if (has('unexpected-deny', 'stale-version', 'unknown-policy')) return 'odd';
  if (has('newly-allowed')) return 'opened';
  if (observed === 'audited') return 'audited';
  if (observed === 'dropped' || observed === 'error') return 'denied';
  return declared === 'unknown' ? 'unknown' : 'fine';
}

export interface Cell {
  readonly count: number;
  readonly worst: Badness;
  /** Verdicts of the worst kind. */
  readonly worstCount: number;
}

export interface Matrix {
  /** Namespaces and other places, those with the worst first. */
  readonly subjects: readonly string[];
  readonly peers: readonly string[];
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>;
}

export function matrixOf(chosen: readonly Chosen[]): Matrix {
  const cells = new Map<string, Map<string, Cell>>();
  for (const { flow, count } of chosen) {
    const row = cells.get(flow.subject) ?? new Map<string, Cell>();
    row.set(flow.peer, added(row.get(flow.peer), badnessOf(flow), count));
    cells.set(flow.subject, row);
  }
  const all = [...cells].flatMap(([subject, row]) =>
    [...row].map(([peer, cell]) => ({ subject, peer, cell })),
  );
  return {
    subjects: worstFirst(all.map(({ subject, cell }) => [subject, cell])),
    peers: worstFirst(all.map(({ peer, cell }) => [peer, cell])),
    cells,
  };
}

function added(cell: Cell | undefined, badness: Badness, count: number): Cell {
  if (cell === undefined) return { count, worst: badness, worstCount: count };
  const order = BADNESS.indexOf(badness) - BADNESS.indexOf(cell.worst);
  return {
    count: cell.count + count,
    worst: order < 0 ? badness : cell.worst,
    worstCount: order < 0 ? count : cell.worstCount + (order === 0 ? count : 0),
  };
}

function worstFirst(cells: readonly (readonly [string, Cell])[]): readonly string[] {
  const worst = new Map<string, number>();
  for (const [place, cell] of cells)
    worst.set(place, Math.min(worst.get(place) ?? BADNESS.length, BADNESS.indexOf(cell.worst)));
  return [...worst].sort(([a, one], [b, other]) => one - other || (a < b ? -1 : 1)).map(([place]) => place);
}

/** What one rule, or the default deny of one policy, did. */
export interface RuleSum {
  readonly rule: RuleText;
  readonly allowed: number;
  readonly denied: number;
  readonly audited: number;
  readonly lastMs: number;
}

/**
 * Verdicts that went as the policies say, by what decided. On a default deny all policies that switched it on
 * share it: figures of two policies must not be added up.
 */
export function ruleSums(chosen: readonly Chosen[], rules: readonly RuleText[]): readonly RuleSum[] {
  const sums = new Map<number, RuleSum>();
  for (const { flow, count } of chosen) {
    const use = useOf(flow);
    if (use === null) continue;
    for (const place of flow.rules) {
      const rule = rules[place];
      if (rule === undefined) continue;
      const known = sums.get(place) ?? { rule, allowed: 0, denied: 0, audited: 0, lastMs: 0 };
      sums.set(place, {
        ...known,
        [use]: known[use] + count,
        lastMs: Math.max(known.lastMs, flow.lastMs),
      });
    }
  }
  return [...sums.values()];
}

function useOf({ observed, declared }: FlowRow): 'allowed' | 'denied' | 'audited' | null {
  if (declared === 'allowed') return observed === 'forwarded' || observed === 'redirected' ? 'allowed' : null;
  if (declared !== 'denied') return null;
  if (observed === 'dropped') return 'denied';
  return observed === 'audited' ? 'audited' : null;
}

/** Denials that one set of policies shares. */
export interface DenialSum {
  readonly rules: readonly RuleText[];
  readonly reason: string;
  readonly dropped: number;
  readonly audited: number;
  readonly talks: number;
  readonly ends: readonly string[];
}

export function denialSums(chosen: readonly Chosen[], rules: readonly RuleText[]): readonly DenialSum[] {
  const denials = chosen.filter(({ flow }) => flow.declared === 'denied' && isDenial(flow));
  return [...Map.groupBy(denials, ({ flow }) => `${flow.reason} ${flow.rules.join(' ')}`).values()].flatMap(
    (same) => {
      const [first] = same;
      if (first === undefined) return [];
      const sum = (observed: string): number =>
        same.reduce((total, { flow, count }) => total + (flow.observed === observed ? count : 0), 0);
      return [
        {
          rules: first.flow.rules.flatMap((place) => rules[place] ?? []),
          reason: first.flow.reason,
          dropped: sum('dropped'),
          audited: sum('audited'),
          talks: new Set(same.map(({ flow }) => `${flow.cluster} ${flow.talk} ${flow.service}`)).size,
          ends: [...new Set(same.map(({ flow }) => flow.end))],
        },
      ];
    },
  );
}

function isDenial({ observed }: FlowRow): boolean {
  return observed === 'dropped' || observed === 'audited';
}
