// The page of a saved query in a real browser: sorted, filtered, the choice kept in the address; nothing complained
// of, nothing asked for beside the file itself.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolder, run } from '../support/command.ts';
import { findBrowser, launch, openPage, type Watched } from './browser.ts';

const shop = fileURLToPath(new URL('../../examples/shop/', import.meta.url));
const executable = findBrowser();
const READY = '#table-answer thead button';

let folder = '';
let address = '';
let browser: Browser;
let shown: Watched;
let page: Page;

/** Of a column, from top to bottom, as far as the rows are shown. */
async function column(title: string): Promise<readonly string[]> {
  const cells = page.locator(`#table-answer tbody:not([hidden]) td[data-label="${title}"]`);
  return (await cells.allInnerTexts()).map((text) => text.replaceAll('\u00a0', ' '));
}

describe.skipIf(executable === null)('the page of a query in a browser', () => {
  beforeAll(async () => {
    folder = makeFolder();
    const inputs = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'policies.json'];
    const args = inputs.map((word) => (word.startsWith('--') ? word : join(shop, word)));
    await run(['analyze', ...args, '--store', 'drift.duckdb'], folder);
    const asked = ['query', 'broken-by-change', '--store', 'drift.duckdb', '--report', 'page.html'];
    expect(await run(asked, folder)).toMatchObject({ code: 0 });
    address = pathToFileURL(join(folder, 'page.html')).href;
    browser = await launch(executable ?? '');
    shown = await openPage(browser, address, { viewport: { width: 1280, height: 900 } }, READY);
    page = shown.page;
  });
  afterAll(async () => {
    await browser?.close();
    removeFolder(folder);
  });

  it('shows all rows as the query orders them', async () => {
    expect(await column('verdicts')).toEqual(['17', '6', '6', '5', '3', '2']);
    expect(await page.locator('#filters output').innerText()).toBe('6 rows');
  });

  it('sorts by a heading, up and down, and back undoes it', async () => {
    const heading = page.locator('#table-answer thead button', { hasText: /^at$/ });
    await heading.click();
    await heading.press('Enter');
    const times = await column('at');
    expect(times).toEqual(times.toSorted());
    const at = page.locator('th[data-column="change.at"]');
    expect(await at.getAttribute('aria-sort')).toBe('ascending');
    await page.goBack();
    await page.goBack();
    expect(await column('verdicts')).toEqual(['17', '6', '6', '5', '3', '2']);
  });

  it('filters by words, of the lists below a row, too, and keeps them in the address', async () => {
    await page.getByRole('searchbox').fill('9092 PRODUCER-v2');
    await page.waitForURL(/words=9092/);
    expect(await column('policy')).toEqual(['CNP stream/ingest']);
    expect(await page.locator('#filters output').innerText()).toBe('1 of 6 rows');
    await page.reload();
    await page.locator(READY).first().waitFor();
    expect(await column('policy')).toEqual(['CNP stream/ingest']);
    await page.getByRole('button', { name: 'Show everything' }).click();
    expect(await column('policy')).toHaveLength(6);
  });

  it('complains of nothing and asks for nothing but itself', () => {
    expect(shown.complaints).toEqual([]);
    const others = shown.requests.filter((asked) => !asked.startsWith(address) && asked !== 'data:,');
    expect(others).toEqual([]);
  });

  it.each([
    ['light', 360],
    ['dark', 1280],
  ] as const)('fits, %s, %i wide', async (colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 800 } };
    const watched = await openPage(browser, address, options, READY);
    expect(await watched.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(watched.complaints).toEqual([]);
    await watched.page.context().close();
  });

  it('holds its rows without scripts', async () => {
    const options = { javaScriptEnabled: false };
    const watched = await openPage(browser, address, options, '#table-answer tbody');
    expect(await watched.page.locator('#table-answer tbody').count()).toBe(6);
    await watched.page.context().close();
  });
});
