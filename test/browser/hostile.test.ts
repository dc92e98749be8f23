// Pages whose every name was chosen to do harm, in a real browser: nothing runs, nothing is asked for, and no element
// comes of a name, neither in the HTML nor out of the script that fills the tables.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageScripts, queryPageScripts } from '../../src/cli/report/pageScripts.ts';
import { queryPage } from '../../src/report/html/queryPage.ts';
import { reportPage } from '../../src/report/html/reportPage.ts';
import { HOSTILE, hostileAnswer, hostileFindings, hostileScene } from '../report/html/hostile.ts';
import { inputOf } from '../report/html/pageOf.ts';
import { makeFolder, removeFolder } from '../support/command.ts';
import { findBrowser, launch, openPage } from './browser.ts';

const executable = findBrowser();
const PAGES = [
  ['the report', '#chart svg', '#table-flows tbody tr', reportOf],
  ['the page of a query', '#table-answer thead button', '#table-answer tbody tr', answerOf],
] as const;

async function reportOf(evil: string): Promise<string> {
  const input = await inputOf(hostileScene(evil), hostileFindings(evil));
  return reportPage(input, { scripts: await pageScripts() }, { redact: false });
}

async function answerOf(evil: string): Promise<string> {
  const scripts = await queryPageScripts();
  return queryPage(hostileAnswer('changes', evil), { scripts }, { redact: false });
}

/** Elements by name, and what could run or load in any of them. Runs in the page. */
const ELEMENTS = `(() => {
  const counts = {};
  for (const { localName } of document.querySelectorAll('*')) counts[localName] = (counts[localName] ?? 0) + 1;
  const acting = [...document.querySelectorAll('*')].flatMap((element) =>
    [...element.attributes].filter(({ name }) => /^on|^src$|^srcdoc$/.test(name)).map(({ name }) => name));
  return { counts, acting };
})()`;

describe.skipIf(executable === null)('a page of hostile names', () => {
  const folder = makeFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(executable ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    removeFolder(folder);
  });

  async function shown(html: string, ready: string, row: string) {
    const file = join(folder, 'page.html');
    writeFileSync(file, html);
    const address = pathToFileURL(file).href;
    const { page, complaints, requests } = await openPage(browser, address, {}, ready);
    await page.locator(row).first().waitFor();
    await page.evaluate(`for (const fold of document.querySelectorAll('details')) fold.open = true`);
    const elements = await page.evaluate(ELEMENTS);
    const others = requests.filter((asked) => !asked.startsWith(address) && asked !== 'data:,');
    await page.context().close();
    return { elements, complaints, others };
  }

  describe.each(PAGES)('%s', (_, ready, row, pageOf) => {
    let harmless: Awaited<ReturnType<typeof shown>>;
    beforeAll(async () => {
      harmless = await shown(await pageOf('harmless'), ready, row);
    });

    it('has nothing that acts or loads, without any such name', () => {
      expect(harmless).toMatchObject({ elements: { acting: [] }, complaints: [], others: [] });
    });

    it.each(HOSTILE)('does nothing with %j but to show it', async (evil) => {
      expect(await shown(await pageOf(evil), ready, row)).toEqual(harmless);
    });

    it('would be found out, were a name let through', async () => {
      const html = (await pageOf('harmless')).replace('</h1>', '<img src=x onerror=alert(1)></h1>');
      const { elements, complaints } = await shown(html, ready, row);
      expect(elements).toMatchObject({ acting: ['src', 'onerror'] });
      expect(complaints.join('\n')).toContain('Content Security Policy');
    });
  });
});
