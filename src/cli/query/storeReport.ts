// `query --report F --store S` without the name of a query: the report that `analyze --report` would have written,
// as far as the store holds what it is made of.
import { Fault } from '../../model/fault.ts';
import { buildSummary } from '../../queries/summary.ts';
import { readStore } from '../../stores/duckdb/store.ts';
import { checkReportPlace } from '../report/reportPlace.ts';
import type { RawQueryOptions } from './options.ts';
import { reportOptionsOf } from './reportOptions.ts';

/** What the whole report can be asked with. */
const MEANT: ReadonlySet<string> = new Set(['store', 'report', 'redact', 'debug', 'format']);

/**
 * @returns the line that says where the report is
 * @throws Fault `usage`, `store-failed`, `output-unwritable`
 */
export async function writeStoreReport(raw: RawQueryOptions): Promise<string> {
  const { path: report, redact } = reportOptionsOf(raw);
  const store = typeof raw['store'] === 'string' ? raw['store'] : '';
  if (store === '' || raw['opensearch'] !== undefined)
    throw new Fault(
      'usage',
      'the whole report is made of a store file: pass --store FILE; of OpenSearch each query gives a page: ' +
        'netpol-drift query NAME --report FILE --opensearch URL',
    );
  const other = Object.keys(raw).find((option) => !MEANT.has(option) && raw[option] !== undefined);
  if (other !== undefined) {
    const option = other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new Fault(
      'usage',
      `--${option} means nothing to the whole report; its filters narrow it, or name a query (--list)`,
    );
  }
  await checkReportPlace(report, store);
  // Loaded only here: they are much.
  const { storedFindings } = await import('../report/storedFindings.ts');
  const { writeReport } = await import('../report/writeReport.ts');
  const reader = await readStore(store);
  try {
    const summary = await buildSummary((sql) => reader.query(sql));
    const findings = await storedFindings(reader, summary, store);
    const file = await writeReport((sql) => reader.query(sql), summary, findings, { path: report, redact });
    await file.commit();
    return `report: ${report}\n`;
  } finally {
    await reader.close();
  }
}
