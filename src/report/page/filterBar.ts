// The filters that hold for everything below: words, time, and one chip for each value that was chosen by following
// a figure. Built once, so that typing keeps its place; then only brought up to date.

import { fill, make } from './dom.ts';
import { type FilterKey, FILTER_KEYS } from './filter.ts';
import { toggled } from './link.ts';
import type { PageData } from './pageData.ts';
import type { Scene } from './scene.ts';
import { EVERYTHING, isNarrowed, type View } from './view.ts';
import { counted, figure, minuteText } from './wording.ts';

interface Bar {
  readonly words: HTMLInputElement;
  readonly from: HTMLSelectElement;
  readonly until: HTMLSelectElement;
  readonly chips: HTMLElement;
  readonly all: HTMLButtonElement;
  readonly count: HTMLOutputElement;
}

const TYPING_MS = 150;

/** @returns what brings the bar up to date with a scene */
export function createFilterBar(
  data: PageData,
  view: () => View,
  choose: Scene['choose'],
): (scene: Scene) => void {
  const { startMs, slotMs, slots } = data.time;
  const times = Array.from({ length: slots + 1 }, (_, slot) => startMs + slot * slotMs);
  const select = (ends: readonly number[], none: string): HTMLSelectElement =>
    make(
      'select',
      {},
      make('option', { value: '' }, none),
      ends.map((ms) => make('option', { value: String(ms) }, minuteText(ms, data.day))),
    );
  const bar: Bar = {
    words: make('input', {
      type: 'search',
      placeholder: 'Filter: names, ports, policies, people …',
      'aria-label': 'Words that rows must hold',
    }),
    from: select(times.slice(0, -1), 'start'),
    until: select(times.slice(1), 'end'),
    chips: make('span', {}),
    all: make('button', { type: 'button' }, 'Show everything'),
    count: make('output', { 'aria-live': 'polite' }),
  };
  fill(
    'filters',
    bar.words,
    make('label', {}, 'from', bar.from),
    make('label', {}, 'until', bar.until),
    bar.chips,
    bar.all,
    bar.count,
  );
  let typing: ReturnType<typeof setTimeout> | undefined;
  bar.words.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => choose({ ...view(), words: bar.words.value, show: '' }, 'replace'), TYPING_MS);
  });
  const time = (): void =>
    choose(
      { ...view(), fromMs: numberOf(bar.from.value), untilMs: numberOf(bar.until.value), show: '' },
      'push',
    );
  bar.from.addEventListener('change', time);
  bar.until.addEventListener('change', time);
  bar.all.addEventListener('click', () => choose({ ...EVERYTHING, sorts: view().sorts }, 'push'));
  return (scene) => update(bar, scene);
}

function update(bar: Bar, { data, view, flows, choose }: Scene): void {
  if (document.activeElement !== bar.words) bar.words.value = view.words;
  showTime(bar.from, view.fromMs);
  showTime(bar.until, view.untilMs);
  bar.all.hidden = !isNarrowed(view);
  const shown = flows.reduce((sum, { count }) => sum + count, 0);
  const total = data.flows.reduce((sum, { count }) => sum + count, 0);
  bar.count.textContent =
    shown === total ? counted(total, 'verdict') : `${figure(shown)} of ${counted(total, 'verdict')}`;
  bar.chips.replaceChildren(
    ...FILTER_KEYS.flatMap((key) =>
      (view.filter[key] ?? []).map((value) => {
        const text = chipText(key, value, data);
        const chip = make(
          'button',
          { type: 'button', class: 'chip', 'aria-label': `Take away: ${text}` },
          text,
        );
        chip.addEventListener('click', () => choose(toggled(view, key, value), 'push'));
        return chip;
      }),
    ),
  );
}

/** A time that is the start of no slot (somebody typed it) gets an option of its own. */
function showTime(select: HTMLSelectElement, ms: number | null): void {
  const value = ms === null ? '' : String(ms);
  const isThere = [...select.options].some((option) => option.value === value);
  if (!isThere && ms !== null) select.append(make('option', { value }, minuteText(ms, '')));
  select.value = value;
}

function numberOf(value: string): number | null {
  return value === '' ? null : Number(value);
}

const STILL: ReadonlyMap<string, string> = new Map([
  ['denied', 'still denied'],
  ['enforced', 'enforced already'],
  ['allowed', 'allowed'],
  ['unknown', 'cannot be told'],
]);

/** `whose policies: shop`, `changed by: 09:24 alice patched NP shop/cart`. */
function chipText(key: FilterKey, value: string, data: PageData): string {
  switch (key) {
    case 'cause': {
      const change = data.changes.find(({ id }) => id === value);
      const told =
        change === undefined
          ? value
          : `${minuteText(change.atMs, data.day)} ${change.who} ${change.deed} ${change.name}`;
      return `cause: ${told}`;
    }
    case 'policy':
      return `policy: ${data.rules.find(({ policy }) => policy === value)?.name ?? value}`;
    case 'rule':
    case 'together':
      return `decided by: ${value
        .split(' ')
        .map((ref) => ruleName(ref, data))
        .join(', ')}`;
    case 'still':
      return `if audit mode ended now: ${STILL.get(value) ?? value}`;
    case 'undecidable':
      return `cannot tell: ${value}`;
    case 'subject':
      return `whose policies: ${value}`;
    case 'peer':
      return `other end: ${value}`;
    case 'talk':
    case 'service':
      return value;
    default:
      return `${key}: ${value}`;
  }
}

function ruleName(ref: string, { rules }: PageData): string {
  const rule = rules.find((one) => one.ref === ref);
  return rule === undefined ? ref : rule.rule === 'default deny' ? rule.name : `${rule.name} ${rule.rule}`;
}
