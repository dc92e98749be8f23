// A crowded report on a screen that is too small for it, with a mouse and with a finger: nothing hides behind
// something else, and what cannot be seen at once says that it is there.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../support/cluster.ts';
import { makeFolder, removeFolder, run } from '../support/command.ts';
import { findBrowser, launch, openPage, type Watched } from './browser.ts';

const cluster = fileURLToPath(new URL('cluster/', SAMPLES));
const executable = findBrowser();
const DESK = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const MATRIX = '#matrix-body .scroll';

let folder = '';
let browser: Browser;

function open(file: string, options: BrowserContextOptions, ready?: string): Promise<Watched> {
  return openPage(browser, pathToFileURL(join(folder, file)).href, options, ready);
}

describe.skipIf(executable === null)('a crowded page', () => {
  beforeAll(async () => {
    folder = makeFolder();
    const inputs = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'snapshot.json'];
    const args = inputs.map((word) => (word.startsWith('--') ? word : join(cluster, word)));
    await run(['analyze', ...args, '--store', 'drift.duckdb', '--report', 'drift.html'], folder);
    await run(['query', 'changes', '--store', 'drift.duckdb', '--report', 'changes.html'], folder);
    browser = await launch(executable ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    removeFolder(folder);
  });

  it('never hides the mark of a change that broke something behind another, nor a mark behind a bar', async () => {
    const { page } = await open('drift.html', DESK);
    const marks = await page.locator('#chart .mark-symbol path').evaluateAll((paths) =>
      paths.map((path) => ({
        x: Number(/translate\(([\d.]+)/.exec(path.getAttribute('transform') ?? '')?.[1]),
        bottom: path.getBoundingClientRect().bottom,
        isBad: (path.getAttribute('fill') ?? '').includes('--bad'),
      })),
    );
    const bad = marks.filter(({ isBad }) => isBad);
    const shared = bad.filter(({ x }) => marks.some((other) => !other.isBad && Math.abs(other.x - x) < 1));
    expect(shared.length).toBeGreaterThan(0);
    expect(marks.slice(-bad.length)).toEqual(bad);
    const tops = await page
      .locator('#chart .mark-area path')
      .evaluateAll((paths) => paths.map((path) => path.getBoundingClientRect().top));
    expect(Math.max(...marks.map(({ bottom }) => bottom))).toBeLessThanOrEqual(Math.min(...tops));
    await page.context().close();
  });

  it.each([
    ['on a desk', DESK],
    ['on a phone', PHONE],
  ])('says that the matrix scrolls, until its end is reached, and keeps its first column: %s', async (_, options) => {
    const { page } = await open('drift.html', options);
    const matrix = page.locator(MATRIX);
    const words = () =>
      page.evaluate(`getComputedStyle(document.querySelector('${MATRIX}'), '::before').content`);
    expect(await words()).toContain('scroll sideways');
    await page.locator(`${MATRIX}[data-more]`).waitFor();
    await matrix.evaluate((box) => box.scrollTo({ left: box.scrollWidth }));
    await page.locator(`${MATRIX}:not([data-more])`).waitFor();
    const [edge, first] = await matrix.evaluate((box) => [
      box.getBoundingClientRect().left,
      box.querySelector('tbody th')?.getBoundingClientRect().left,
    ]);
    expect(Math.abs((first ?? 0) - (edge ?? 0))).toBeLessThan(3);
    await page.context().close();
  });

  it('says so no more where all of the matrix fits', async () => {
    const { page } = await open('drift.html', DESK);
    await page.locator(`${MATRIX} tbody th a`, { hasText: 'legacy' }).click();
    await page.locator(`${MATRIX}:not([data-wide])`).waitFor();
    expect(await page.locator(MATRIX).evaluate((box) => box.scrollWidth <= box.clientWidth + 1)).toBe(true);
    await page.context().close();
  });

  it('has no cell without a word where a change did nothing, or said nothing new', async () => {
    const { page } = await open('drift.html', DESK);
    const cells = await page.locator('#table-changes td').allInnerTexts();
    expect(cells.filter((text) => text.trim() === '')).toEqual([]);
    expect(cells).toContain('none seen');
    await page.context().close();
  });

  it('shows at its headings that they sort', async () => {
    const { page } = await open('drift.html', DESK);
    const signs = await page.evaluate(
      `[...document.querySelectorAll('thead th button')].map((button) => getComputedStyle(button, '::after').content)`,
    );
    expect(new Set(Array.isArray(signs) ? signs : [])).toEqual(new Set(['" ↕"']));
    await page.context().close();
  });

  it('promises a finger only what a finger can do: a tap on a mark tells whose it is', async () => {
    const { page } = await open('drift.html', PHONE);
    expect(await page.locator('#time .lead').innerText()).not.toContain('Drag');
    const mark = page.locator('#chart .mark-symbol path').last();
    await mark.scrollIntoViewIfNeeded();
    await mark.tap();
    await page.locator('#tip', { hasText: /who: / }).waitFor();
    await page.context().close();
  });

  it('fits all columns of a query at a desk, long names and all', async () => {
    const { page } = await open('changes.html', DESK, '#table-answer thead button');
    expect(await page.locator('.scroll[data-wide]').count()).toBe(0);
    await page.context().close();
  });
});
