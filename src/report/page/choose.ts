// Which rows the reader's choice leaves, and how many verdicts of each. Pure: rows and a view in, rows out.

import { FILTER_KEYS, type FilterKey } from './filter.ts';
import type { ChangeRow, FlowRow, PageData, TimeSlots } from './pageData.ts';
import type { View } from './view.ts';

/** A flow within the chosen time. */
export interface Chosen {
  readonly flow: FlowRow;
  /** Its verdicts in that time: at least one. */
  readonly count: number;
}

/** First and last slot that are meant, both inclusive; a slot is meant whole. */
export function chosenSlots(
  { startMs, slotMs, slots }: TimeSlots,
  { fromMs, untilMs }: View,
): [number, number] {
  const first = fromMs === null ? 0 : Math.floor((fromMs - startMs) / slotMs);
  const last = untilMs === null ? slots - 1 : Math.ceil((untilMs - startMs) / slotMs) - 1;
  return [Math.max(0, first), Math.min(slots - 1, Math.max(last, first))];
}

/** In the order of the data. */
export function chosenFlows(data: PageData, view: View): readonly Chosen[] {
  const [first, last] = chosenSlots(data.time, view);
  const isWhole = first === 0 && last === data.time.slots - 1;
  const words = wordsOf(view);
  return data.flows.flatMap((flow) => {
    if (!isMeant(flow, data, view) || !holdsAll(() => flowText(flow, data), words)) return [];
    const count = isWhole ? flow.count : countWithin(flow, first, last);
    return count === 0 ? [] : [{ flow, count }];
  });
}

function countWithin({ slots, counts }: FlowRow, first: number, last: number): number {
  let count = 0;
  for (const [index, slot] of slots.entries()) if (slot >= first && slot <= last) count += counts[index] ?? 0;
  return count;
}

function isMeant(flow: FlowRow, { rules }: PageData, { filter }: View): boolean {
  return FILTER_KEYS.every((key) => {
    const wanted = filter[key];
    if (wanted === undefined) return true;
    return valuesOf(flow, key, rules).some((value) => wanted.includes(value));
  });
}

function valuesOf(flow: FlowRow, key: FilterKey, rules: PageData['rules']): readonly string[] {
  switch (key) {
    case 'drift':
      return flow.drift;
    case 'policy':
      return flow.rules.map((place) => rules[place]?.policy ?? '');
    case 'rule':
      return flow.rules.map((place) => rules[place]?.ref ?? '');
    case 'together':
      return [together(flow.rules.flatMap((place) => rules[place] ?? []))];
    case 'still':
      return flow.still === '' ? [] : [flow.still];
    case 'outcome':
      return [];
    case 'undecidable':
      return flow.undecidable;
    default:
      return [flow[key]];
  }
}

/** The value of that filter. */
export function together(rules: PageData['rules']): string {
  return rules.map(({ ref }) => ref).join(' ');
}

/** By time, by their policy and outcome, by the flows that they caused and by words; the rest says nothing of changes. */
export function chosenChanges(data: PageData, view: View): readonly ChangeRow[] {
  const { filter } = view;
  const [first, last] = chosenSlots(data.time, view);
  const { startMs, slotMs } = data.time;
  const words = wordsOf(view);
  const ofNamespace = [...(filter.subject ?? []), ...(filter.peer ?? [])];
  return data.changes.filter(
    (change) =>
      (view.fromMs === null || change.atMs >= startMs + first * slotMs) &&
      (view.untilMs === null || change.atMs < startMs + (last + 1) * slotMs) &&
      isOneOf(filter.cluster, change.cluster) &&
      isOneOf(filter.policy, change.policy) &&
      isOneOf(filter.cause, change.id) &&
      isOneOf(filter.outcome, change.outcome) &&
      (ofNamespace.length === 0 || change.namespace === '' || ofNamespace.includes(change.namespace)) &&
      holdsAll(() => changeText(change), words),
  );
}

function isOneOf(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.includes(value);
}

function wordsOf({ words }: View): readonly string[] {
  return words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function holdsAll(text: () => string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const searched = text().toLowerCase();
  return words.every((word) => searched.includes(word));
}

function flowText(flow: FlowRow, { rules }: PageData): string {
  const { cluster, talk, service, direction, observed, declared, reason, drift } = flow;
  const named = flow.rules.map((place) => `${rules[place]?.name ?? ''} ${rules[place]?.rule ?? ''}`);
  return [cluster, talk, service, direction, observed, declared, reason, ...drift, ...named]
    .join(' ')
    .replaceAll('\u00a0', ' ');
}

function changeText({ cluster, who, kind, deed, name, result, remarks, diff, client }: ChangeRow): string {
  const lines = diff.map(({ path, before, after }) => `${path} ${before} ${after}`);
  return [cluster, who, kind, deed, name, result, ...remarks, ...lines, client]
    .join(' ')
    .replaceAll('\u00a0', ' ');
}
