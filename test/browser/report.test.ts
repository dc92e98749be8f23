// The report of the example in a real browser, as a reader uses it: opened from a file, sorted, filtered, a figure
// followed to its flows. Nothing may be complained of, nothing may be asked for beside the file itself.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolder, run } from '../support/command.ts';
import { findBrowser, launch, openPage, type Watched } from './browser.ts';

const shop = fileURLToPath(new URL('../../examples/shop/', import.meta.url));
const executable = findBrowser();

let folder = '';
let report = '';
let browser: Browser;
let shown: Watched;
let page: Page;

/** Of a column of a table, from top to bottom. */
async function column(table: string, title: string): Promise<readonly string[]> {
  return page.locator(`#table-${table} td[data-label="${title}"]`).allInnerTexts();
}

async function verdictsShown(): Promise<number> {
  return (await column('flows', 'verdicts')).reduce((sum, text) => sum + Number(text), 0);
}

async function showEverything(): Promise<void> {
  const button = page.getByRole('button', { name: 'Show everything' });
  if (await button.isVisible()) await button.click();
  await page.locator('#filters output', { hasText: /^355 verdicts$/ }).waitFor();
}

function heading(table: string, title: string) {
  return page.locator(`#table-${table} thead button`, { hasText: new RegExp(`^${title}$`) });
}

describe.skipIf(executable === null)('the report in a browser', () => {
  beforeAll(async () => {
    folder = makeFolder();
    const inputs = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'policies.json'];
    const args = inputs.map((word) => (word.startsWith('--') ? word : join(shop, word)));
    expect(await run(['analyze', ...args, '--report', 'drift.html'], folder)).toMatchObject({ code: 0 });
    report = pathToFileURL(join(folder, 'drift.html')).href;
    browser = await launch(executable ?? '');
    shown = await openPage(browser, report, { viewport: { width: 1280, height: 900 } });
    page = shown.page;
  });
  afterAll(async () => {
    await browser?.close();
    removeFolder(folder);
  });

  it('begins with the four answers', async () => {
    const titles = await page.locator('.cards').first().locator('h2').allInnerTexts();
    expect(titles.map((title) => title.split(' ').slice(0, 2).join(' '))).toEqual([
      'STILL DENIED',
      'BROKEN BY',
      'OPENED BY',
      'NOT AS',
    ]);
    const box = await page.locator('#card-misfits .figure').boundingBox();
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(900);
  });

  it('follows a figure to its flows, and back undoes it', async () => {
    const all = await page.locator('#filters output').innerText();
    await page.locator('#card-broken .figure a').click();
    await page.locator('#filters output', { hasText: '39 of' }).waitFor();
    expect(await verdictsShown()).toBe(39);
    expect(await page.evaluate('document.activeElement.id')).toBe('flows-title');
    await page.goBack();
    await page.locator('#filters output', { hasText: new RegExp(`^${all}$`) }).waitFor();
  });

  it.each([
    ['still-denied', '8', 8],
    ['still-denied', '37 audited denies', 37],
    ['still-denied', '29 more audited', 29],
    ['still-denied', '22 of workloads that are enforced by now', 22],
    ['still-denied', "7 that today's policies allow", 7],
    ['undecided', '10×', 10],
    ['undecided', '2×', 2],
  ])('follows a figure of the card %s to as many flows: %s', async (card, text, count) => {
    await showEverything();
    await page.evaluate(`document.querySelector('#card-${card} details')?.setAttribute('open', '')`);
    await page.locator(`#card-${card} a`).getByText(text, { exact: true }).first().click();
    await page.locator('#filters output', { hasText: `${count} of 355` }).waitFor();
    expect(await verdictsShown()).toBe(count);
  });

  it('follows what a change did to one conversation to its flows: as many as it says', async () => {
    const links = page.locator('#card-broken .note a, #card-opened .note a', { hasText: /^[\d,]+×$/ });
    const addresses = await links.evaluateAll((all) =>
      all.map((link) => [link.textContent, link.getAttribute('href')]),
    );
    expect(addresses.length).toBeGreaterThan(5);
    for (const [text, href] of addresses) {
      await page.evaluate(`location.hash = ${JSON.stringify(href)}`);
      await page
        .locator('#filters output', { hasText: `${Number.parseInt(text ?? '', 10)} of 355` })
        .waitFor();
    }
    await showEverything();
  });

  it.each([
    ['3 changes', 3],
    ['1 not reverted', 1],
  ])('follows what was changed by hand to the changes: %s', async (text, count) => {
    await showEverything();
    await page.locator('#card-changed-by-hand .figure a').getByText(text, { exact: true }).click();
    await page
      .locator('#filters .chip')
      .nth(count - 1)
      .waitFor();
    expect(await column('changes', 'policy')).toHaveLength(count);
    expect(await page.evaluate('document.activeElement.id')).toBe('changes-title');
    await showEverything();
  });

  it('sorts by a heading, up and down, and says so', async () => {
    await heading('flows', 'verdicts').click();
    const down = (await column('flows', 'verdicts')).map(Number);
    expect(down).toEqual(down.toSorted((a, b) => b - a));
    await heading('flows', 'verdicts').press('Enter');
    const up = (await column('flows', 'verdicts')).map(Number);
    expect(up).toEqual(up.toSorted((a, b) => a - b));
    expect(await page.locator('#table-flows th[data-column=count]').getAttribute('aria-sort')).toBe(
      'ascending',
    );
    expect(page.url()).toContain('sort.flows=count');
  });

  it('filters all tables by words, and keeps them in the address', async () => {
    await page.getByRole('searchbox').fill('stream producer');
    await page.waitForURL(/words=stream\+producer/);
    for (const talk of await column('flows', 'who → whom')) expect(talk).toMatch(/stream\/producer/);
    for (const name of await column('changes', 'policy')) expect(name).toContain('stream');
    await page.reload();
    expect(await page.getByRole('searchbox').inputValue()).toBe('stream producer');
    await showEverything();
  });

  it('shows the flows of a cell of the matrix, and a chip takes it back', async () => {
    await showEverything();
    const cell = page.locator('#matrix td a').first();
    const count = Number((await cell.innerText()).split('\n')[0]);
    await cell.click();
    await page.locator('#filters .chip').nth(1).waitFor();
    expect(await verdictsShown()).toBe(count);
    while ((await page.locator('#filters .chip').count()) > 0)
      await page.locator('#filters .chip').first().click();
    expect(await page.locator('#filters output').innerText()).toBe('355 verdicts');
  });

  it('narrows everything to the time that is dragged over the chart', async () => {
    await showEverything();
    const chart = page.locator('#chart svg');
    await chart.scrollIntoViewIfNeeded();
    const box = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width * 0.3, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 100, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*until=/);
    const within = Number(/^(\d+) of/.exec(await page.locator('#filters output').innerText())?.[1]);
    expect(await verdictsShown()).toBe(within);
    expect(within).toBeGreaterThan(0);
    expect(within).toBeLessThan(355);
    await page.locator('#filters select').first().selectOption('');
    await page.waitForURL(/#until=/);
    await page.goBack();
    await page.waitForURL(/from=.*until=/);
    await showEverything();
  });

  it('tells who changed what at a mark of the chart', async () => {
    await page.locator('#chart .mark-symbol path').first().hover();
    const tip = page.locator('#tip');
    await tip.waitFor();
    expect(await tip.innerText()).toMatch(/at: 2026-11-02 \d\d:\d\d:\d\d\nwho: .+\nchange: .+\neffect: /);
  });

  it('names every section, table and column, and begins with a way past the answer', async () => {
    const headings = await page.locator('h1, h2').allInnerTexts();
    expect(new Set(headings).size).toBe(headings.length);
    expect(headings.length).toBeGreaterThan(10);
    const unnamed = await page.locator('table:not(:has(caption)):not(.matrix), th:not([scope])').count();
    expect(unnamed).toBe(0);
    await page.reload();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the flows');
  });

  it('complains of nothing and asks for nothing but itself', () => {
    expect(shown.complaints).toEqual([]);
    expect(shown.requests.filter((address) => !address.startsWith(report) && address !== 'data:,')).toEqual(
      [],
    );
  });

  const ground = 'getComputedStyle(document.body).backgroundColor';

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('looks as the system wants it: %s, %i wide, nothing beyond the edge', async (colorScheme, width) => {
    const watched = await openPage(browser, report, { colorScheme, viewport: { width, height: 800 } });
    expect(await watched.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const [red = 0] =
      String(await watched.page.evaluate(ground))
        .match(/\d+/g)
        ?.map(Number) ?? [];
    expect(red > 128).toBe(colorScheme === 'light');
    const picture = join(folder, `${colorScheme}-${width}.png`);
    await watched.page.screenshot({ path: picture });
    expect(statSync(picture).size).toBeGreaterThan(10_000);
    expect(watched.complaints).toEqual([]);
    await watched.page.context().close();
  });

  it('looks otherwise when the reader says so, and keeps it', async () => {
    const watched = await openPage(browser, report, { colorScheme: 'light' });
    const light = await watched.page.evaluate(ground);
    await watched.page.locator('#theme').click();
    const dark = await watched.page.evaluate(ground);
    expect(dark).not.toBe(light);
    await watched.page.reload();
    expect(await watched.page.evaluate(ground)).toBe(dark);
    await watched.page.context().close();
  });
});
