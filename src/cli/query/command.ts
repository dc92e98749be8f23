// `netpol-drift query NAME`: asks a saved query, and prints a table, CSV or NDJSON, or makes a page of it.
import type { Config } from '../../config.ts';
import { EXIT, Fault } from '../../model/fault.ts';
import { createLineOutput } from '../evaluate/lineOutput.ts';
import { askStore } from './ask.ts';
import { tableCsv, tableJson } from './cellText.ts';
import { describeQuery, listJson, listText } from './describe.ts';
import { checkQueryOptions, namedQuery, type RawQueryOptions } from './options.ts';
import { visible } from '../../report/terminal/visible.ts';
import { tableText } from '../../report/query/tableText.ts';
import { checkReportPlace } from '../report/reportPlace.ts';
import { commandOf } from './commandOf.ts';
import { writeQueryReport } from './queryReport.ts';
import { reportOptionsOf } from './reportOptions.ts';
import { writeStoreReport } from './storeReport.ts';

/**
 * @param name '' when none was given
 * @returns the exit code
 * @throws Fault `usage`, and what the store throws
 */
export async function runQueryCommand(name: string, raw: RawQueryOptions, config: Config): Promise<number> {
  const screen = { columns: config.columns, colour: config.colour };
  const output = createLineOutput(process.stdout);
  if (raw['list'] === true) {
    await output.write(raw['format'] === 'json' ? listJson() : listText(screen));
    return EXIT.fine;
  }
  const isReport = reportOptionsOf(raw).path !== '';
  if (name === '' && isReport) {
    await output.write(await writeStoreReport(raw));
    return EXIT.fine;
  }
  if (name === '') throw new Fault('usage', 'which query? netpol-drift query --list names them all');
  if (raw['help'] === true) {
    await output.write(describeQuery(namedQuery(name), screen));
    return EXIT.fine;
  }
  const options = checkQueryOptions(name, raw, (config.environment.get('OPENSEARCH_URL') ?? '') !== '');
  if (isReport) await checkReportPlace(options.report.path, options.store);
  const asked = await askStore(options, config);
  if (isReport) {
    await output.write(await writeQueryReport(options, asked, commandOf(name, raw)));
    return EXIT.fine;
  }
  const { table, parameters, doubts } = asked;
  const { query, limit, format } = options;
  if (format === 'table') {
    await output.write(tableText({ query, table, parameters, limit }, screen));
    return EXIT.fine;
  }
  const rows = limit === 0 ? table.rows : table.rows.slice(0, limit);
  await output.write((format === 'csv' ? tableCsv : tableJson)({ ...table, rows }));
  for (const doubt of doubts) process.stderr.write(`netpol-drift: ${visible(doubt)}\n`);
  if (table.cut)
    process.stderr.write(
      'netpol-drift: CUT: there is more than is read at a time; ask for less (--since, …)\n',
    );
  return EXIT.fine;
}
