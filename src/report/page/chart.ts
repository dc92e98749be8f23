// The time line: verdicts as areas, policy changes as marks. Dragging over it chooses a time. What the mark under
// the pointer says, and what each colour means, is HTML beside it; the time can be chosen without a pointer by the
// filters above.

import { fill, make } from './dom.ts';
import { toggled } from './link.ts';
import type { ChangeRow, PageData } from './pageData.ts';
import type { Scene } from './scene.ts';
import { OBSERVED_ORDER, pointsOf } from './sums.ts';
import { createVegaView, type VegaView } from './vega.ts';
import { formatView, type View } from './view.ts';
import { figure } from './wording.ts';

/** @returns what draws the chart anew for a scene */
export function createChart(
  data: PageData,
  view: () => View,
  choose: Scene['choose'],
): (scene: Scene) => void {
  const container = document.getElementById('chart');
  if (container === null) return () => {};
  const chart = createVegaView(data.chart, container).tooltip((_handler, event, _item, value) =>
    showTip(event, value),
  );
  // A finger does not hover: what it taps tells as much, until it touches the page again.
  addEventListener('pointerdown', hideTip);
  addEventListener('scroll', hideTip, { passive: true });
  chart.addEventListener('click', (event, item) => showTip(event, item?.tooltip));
  let drawn: readonly [number | null, number | null] = [null, null];
  afterDragging(container, () => {
    const { fromMs, untilMs } = view();
    const chosen = timeOf(chart.signal('brush'), data);
    if (chosen[0] === fromMs && chosen[1] === untilMs) return;
    drawn = chosen;
    choose({ ...view(), fromMs: chosen[0], untilMs: chosen[1], show: '' }, 'push');
  });
  return (scene) => {
    const { fromMs, untilMs } = scene.view;
    const isMoved = drawn[0] !== fromMs || drawn[1] !== untilMs;
    drawn = [fromMs, untilMs];
    void draw(chart, scene, isMoved);
  };
}

/**
 * The chart keeps the whole time, with what is chosen of it by other means than time.
 * @param isMoved the time was chosen elsewhere: the mark of it has to follow. It goes before the data come, since
 *   Vega would put it back where it was.
 */
async function draw(chart: VegaView, { data, flows, changes, view }: Scene, isMoved: boolean): Promise<void> {
  if (isMoved) await chart.signal('brush_x', []).runAsync();
  chart.data('verdicts', pointsOf(flows, data.time));
  chart.data('changes', marksOf(changes));
  await chart.runAsync();
  const { fromMs, untilMs } = view;
  if (!isMoved || (fromMs === null && untilMs === null)) return;
  const { startMs, slotMs, slots } = data.time;
  const x = chart.scale('x');
  await chart.signal('brush_x', [x(fromMs ?? startMs), x(untilMs ?? startMs + slots * slotMs)]).runAsync();
}

/** Later ones stand on top: those that broke something may not be hidden by others of the same time. */
function marksOf(changes: readonly ChangeRow[]): readonly object[] {
  const marks = changes.filter(({ took }) => took).map(markOf);
  return [...marks.filter(({ tone }) => tone === ''), ...marks.filter(({ tone }) => tone !== '')];
}

interface Mark {
  readonly time: number;
  readonly who: string;
  readonly change: string;
  readonly effect: string;
  /** `bad`: it broke something; ''. */
  readonly tone: string;
}

function markOf({ atMs, who, deed, name, effects }: ChangeRow): Mark {
  return {
    time: atMs,
    who,
    change: `${deed} ${name}`,
    effect:
      effects.map(({ word, count, state }) => `${word} ${figure(count)} (${state})`).join(', ') ||
      'none seen',
    tone: effects.some(({ word }) => word === 'broke') ? 'bad' : '',
  };
}

/** Only what the reader does with the chart chooses a time, never what the page itself does to it. */
function afterDragging(container: Element, done: () => void): void {
  let isDown = false;
  container.addEventListener('pointerdown', () => {
    isDown = true;
  });
  addEventListener('pointerup', () => {
    // The chart hears of it after the page: its selection is as the reader left it a moment later.
    if (isDown) setTimeout(done);
    isDown = false;
  });
}

/** Snapped outwards to whole slots; nulls when nothing is chosen. */
function timeOf(
  value: unknown,
  { time: { startMs, slotMs, slots } }: PageData,
): readonly [number | null, number | null] {
  const range: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'time') : undefined;
  if (!Array.isArray(range) || range.length !== 2) return [null, null];
  const [from, until] = range.map(Number).sort((a, b) => a - b);
  if (from === undefined || until === undefined || !(until > from)) return [null, null];
  const first = Math.max(0, Math.floor((from - startMs) / slotMs));
  const end = Math.min(slots, Math.ceil((until - startMs) / slotMs));
  if (first === 0 && end === slots) return [null, null];
  return [startMs + first * slotMs, startMs + Math.max(end, first + 1) * slotMs];
}

function hideTip(): void {
  const tip = document.getElementById('tip');
  if (tip !== null) tip.hidden = true;
}

function showTip(event: MouseEvent, value: unknown): void {
  const tip = document.getElementById('tip');
  if (tip === null) return;
  tip.hidden = typeof value !== 'object' || value === null;
  if (tip.hidden) return;
  fill(
    'tip',
    Object.entries(value ?? {}).map(([key, text]) => make('div', {}, `${key}: ${String(text)}`)),
  );
  tip.style.left = `${Math.min(event.clientX + 14, Math.max(0, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

/** What each colour means, with its figure; each narrows to it. */
export function drawLegend({ flows, view }: Scene): void {
  const items = OBSERVED_ORDER.flatMap((observed) => {
    const count = flows.reduce((sum, row) => sum + (row.flow.observed === observed ? row.count : 0), 0);
    if (count === 0) return [];
    const href = `#${formatView(toggled(view, 'observed', observed))}`;
    return [
      make(
        'a',
        { href },
        make('span', { class: `swatch swatch-${observed}`, 'aria-hidden': 'true' }),
        `${observed} ${figure(count)}`,
      ),
    ];
  });
  fill('legend', items);
}
