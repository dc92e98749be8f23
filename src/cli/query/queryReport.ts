// The answer of a saved query to the one file of a page.
import { basename } from 'node:path';
import { openAside } from '../../files/aside.ts';
import { queryPage } from '../../report/html/queryPage.ts';
import { rowsText } from '../../report/query/scope.ts';
import { queryPageScripts } from '../report/pageScripts.ts';
import { REPORT_MODE } from '../report/reportPlace.ts';
import type { Asked } from './ask.ts';
import type { QueryOptions } from './options.ts';

/**
 * @param command its words
 * @returns the line that says where the page is
 * @throws Fault `output-unwritable`
 */
export async function writeQueryReport(
  { query, limit, store: file, report: { path, redact } }: QueryOptions,
  { table, parameters, store }: Asked,
  command: readonly string[],
): Promise<string> {
  const shown = redact && file !== '' ? basename(file) : store;
  const input = { query, table, parameters, limit, store: shown, command };
  const page = await openAside(path, REPORT_MODE);
  try {
    await page.write(queryPage(input, { scripts: await queryPageScripts() }, { redact }));
    await page.commit();
  } catch (cause) {
    await page.discard();
    throw cause;
  }
  return `${query.name}: ${rowsText(table)}${table.cut ? ' (CUT)' : ''}, report: ${path}\n`;
}
