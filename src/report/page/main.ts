// Where the page's script starts: reads the data, follows the address, and draws everything anew when the reader's
// choice changes. The one place that touches the address.

import { createChart, drawLegend } from './chart.ts';
import { drawChanges } from './changeTable.ts';
import { chosenChanges, chosenFlows } from './choose.ts';
import { createFilterBar } from './filterBar.ts';
import { drawFlows } from './flowTable.ts';
import { drawMatrix } from './matrix.ts';
import type { PageData } from './pageData.ts';
import type { Scene } from './scene.ts';
import { followScrolls, showScrolls } from './scrollHint.ts';
import { drawDenials, drawPolicies } from './sumTables.ts';
import { setUpTheme } from './theme.ts';
import { formatView, parseView, type View } from './view.ts';

function readData(): PageData {
  const text = document.getElementById('page-data')?.textContent ?? '';
  // The generator of this very file wrote it.
  const data: PageData = JSON.parse(text);
  return data;
}

function start(): void {
  setUpTheme();
  const data = readData();
  let view = parseView(location.hash);
  const choose: Scene['choose'] = (wanted, trail) => {
    view = wanted;
    const address = `#${formatView(view)}`;
    if (trail === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    draw();
  };
  const current = (): View => view;
  const updateBar = createFilterBar(data, current, choose);
  followScrolls();
  const drawChart = createChart(data, current, choose);

  function draw(): void {
    const flows = chosenFlows(data, view);
    const scene: Scene = { data, view, choose, flows, changes: chosenChanges(data, view) };
    const anytime = { ...view, fromMs: null, untilMs: null };
    updateBar(scene);
    drawLegend(scene);
    drawChart({ ...scene, flows: chosenFlows(data, anytime), changes: chosenChanges(data, anytime) });
    drawMatrix(scene);
    drawChanges(scene);
    drawFlows(scene);
    drawDenials(scene);
    drawPolicies(scene);
    showScrolls();
  }

  addEventListener('popstate', () => {
    view = parseView(location.hash);
    draw();
    showSection(view.show);
  });
  draw();
  showSection(view.show);
}

/** For keys and screen readers the heading has the focus then. */
function showSection(name: string): void {
  const heading = /^[a-z]+$/.test(name) ? document.getElementById(`${name}-title`) : null;
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

/** On paper nothing can be clicked open. */
function unfold(): void {
  for (const more of document.querySelectorAll<HTMLButtonElement>('button.more'))
    while (!more.hidden) more.click();
  // Last: what was shown only now is folded, too. A command for each row would fill pages.
  for (const fold of document.querySelectorAll<HTMLDetailsElement>('details:not(#table-flows details)'))
    fold.open = true;
}

/** The address of a link that is followed again does not change, so nothing else would tell. */
function followAgain({ target }: MouseEvent): void {
  const link = target instanceof Element ? target.closest('a') : null;
  if (link !== null && link.hash !== '' && link.hash === location.hash)
    showSection(parseView(link.hash).show);
}

addEventListener('beforeprint', unfold);
addEventListener('click', followAgain);
start();
