// The options of `query` that say whether the answer becomes a page, and how.
import { Fault } from '../../model/fault.ts';
import type { ReportOptions } from '../report/writeReport.ts';
import type { RawQueryOptions } from './options.ts';

/**
 * `path` is '' where no page is asked for.
 * @throws Fault `usage`
 */
export function reportOptionsOf(raw: RawQueryOptions): ReportOptions {
  const path = typeof raw['report'] === 'string' ? raw['report'] : '';
  const redact = raw['redact'] === true;
  if (path === '' && raw['report'] !== undefined)
    throw new Fault('usage', '--report: expected the name of a file');
  if (redact && path === '')
    throw new Fault('usage', '--redact: only a report is redacted; pass --report FILE, too');
  const format = raw['format'] ?? 'table';
  if (path !== '' && format !== 'table')
    throw new Fault('usage', `--report and --format ${String(format)}: ask for one of them`);
  return { path, redact };
}
