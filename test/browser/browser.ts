// A real Chromium, headless: where it is, and what a page says and asks for while a test uses it.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** null: there is none on this machine. In CI that is a failure, not a reason to skip. */
export function findBrowser(): string | null {
  const found = PLACES.find((place) => existsSync(place));
  if (found !== undefined) return found;
  if (process.env['CI'])
    throw new Error(`in CI every test runs, but there is no browser: ${PLACES.join(', ')}`);
  return null;
}

/** Without a sandbox, since tests may run as root in a container; the pages are our own. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console (violations of the page's policy, too), what scripts threw, and dialogs. */
  readonly complaints: readonly string[];
  /** Every address that the page asked for. */
  readonly requests: readonly string[];
}

/** @param ready selector of what is there once the page's script has run */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
  ready = '#chart svg',
): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(address);
  await page.locator(ready).first().waitFor();
  return { page, complaints, requests };
}
