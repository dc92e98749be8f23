// What reading takes, whatever the pages are shown on: contrast in both themes, and paper, on which nothing can be
// clicked open or scrolled aside.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolder, run } from '../support/command.ts';
import { findBrowser, launch, openPage, type Watched } from './browser.ts';
import { contrastsMeasured, weakContrasts } from './contrast.ts';

const shop = fileURLToPath(new URL('../../examples/shop/', import.meta.url));
const executable = findBrowser();
const PAGES = [
  ['the report', 'drift.html', '#chart svg'],
  ['the page of a query', 'page.html', '#table-answer thead button'],
] as const;
/** A4 without margins of a centimetre, at 96 dots per inch. */
const PAPER = { width: 718, height: 1047 };

let folder = '';
let browser: Browser;

function open(file: string, ready: string, options: Parameters<typeof openPage>[2]): Promise<Watched> {
  return openPage(browser, pathToFileURL(join(folder, file)).href, options, ready);
}

describe.skipIf(executable === null)('a page in a browser', () => {
  beforeAll(async () => {
    folder = makeFolder();
    const inputs = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'policies.json'];
    const args = inputs.map((word) => (word.startsWith('--') ? word : join(shop, word)));
    const outputs = ['--store', 'drift.duckdb', '--report', 'drift.html'];
    expect(await run(['analyze', ...args, ...outputs], folder)).toMatchObject({ code: 0 });
    const asked = ['query', 'still-denied', '--store', 'drift.duckdb', '--report', 'page.html'];
    expect(await run(asked, folder)).toMatchObject({ code: 0 });
    browser = await launch(executable ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    removeFolder(folder);
  });

  describe.each(PAGES)('%s', (_, file, ready) => {
    it.each([
      'light',
      'dark',
    ] as const)('has contrast enough for every text and mark: %s', async (colorScheme) => {
      const { page } = await open(file, ready, { colorScheme });
      await page.evaluate(`for (const fold of document.querySelectorAll('details')) fold.open = true`);
      expect(await weakContrasts(page)).toEqual([]);
      expect(await contrastsMeasured(page)).toBeGreaterThan(100);
      await page.context().close();
    });

    it('fits on paper, with everything open that says why, and dark ink on white', async () => {
      const { page } = await open(file, ready, { colorScheme: 'dark', viewport: PAPER });
      const printed = await page.pdf({ format: 'A4' });
      // One of these begins every page of a PDF.
      expect(printed.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(0);
      const folded = `document.querySelectorAll('details:not([open]):not(#table-flows details)').length`;
      expect(await page.evaluate(folded)).toBe(0);
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PAPER.width);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      expect(await weakContrasts(page)).toEqual([]);
      await page.context().close();
    });
  });

  it('shows all rows of the report on paper, though the screen shows them piece by piece', async () => {
    const { page } = await open('drift.html', '#chart svg', { viewport: PAPER });
    const rows = `document.querySelectorAll('#table-flows tbody tr').length`;
    const before = Number(await page.evaluate(rows));
    await page.pdf();
    expect(before).toBe(100);
    expect(await page.evaluate(rows)).toBeGreaterThan(before);
    await page.context().close();
  });
});
