// What `query` was asked, checked against the query that it names.
import { Fault } from '../../model/fault.ts';
import { parseMicros } from '../../model/time.ts';
import { CATALOGUE, queryNamed } from '../../queries/catalogue/catalogue.ts';
import type { CommonParameter, Parameter, SavedQuery } from '../../queries/catalogue/savedQuery.ts';
import type { ReportOptions } from '../report/writeReport.ts';
import { nearest } from '../why/nearest.ts';
import { reportOptionsOf } from './reportOptions.ts';

export const FORMATS = ['table', 'csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** A time as given: itself, or so long before the end. */
export type Moment = { readonly atMs: number } | { readonly beforeMs: number };

export interface QueryOptions {
  readonly query: SavedQuery;
  /** null: nothing was said. */
  readonly since: Moment | null;
  readonly until: Moment | null;
  readonly cluster: string;
  readonly namespace: string;
  readonly own: Readonly<Record<string, number | string>>;
  /** A file; '' = OpenSearch. */
  readonly store: string;
  /** '' = as the environment says. */
  readonly openSearch: string;
  readonly format: Format;
  /** Rows at most; 0 = all. */
  readonly limit: number;
  /** `path` is '' where the answer is printed. */
  readonly report: ReportOptions;
}

/** As commander gives them, own parameters of queries included: in camel case. */
export type RawQueryOptions = Readonly<Record<string, string | boolean | undefined>>;

/** So many rows fit a screen or two. */
const TABLE_ROWS = 50;
/** So many a browser sorts at once. */
const PAGE_ROWS = 2_000;

/**
 * @param hasOpenSearch the environment says where OpenSearch is
 * @throws Fault `usage`
 */
export function checkQueryOptions(name: string, raw: RawQueryOptions, hasOpenSearch: boolean): QueryOptions {
  const query = namedQuery(name);
  const given = (option: string): string => (typeof raw[option] === 'string' ? raw[option] : '');
  const [store, openSearch] = [given('store'), given('opensearch')];
  if (store !== '' && openSearch !== '')
    throw new Fault('usage', '--store and --opensearch: one of them is asked, not both');
  if (store === '' && openSearch === '' && !hasOpenSearch)
    throw new Fault(
      'usage',
      'nothing to ask: pass --store FILE, or --opensearch URL (or set OPENSEARCH_URL)',
    );
  checkCommon(query, given);
  const format = FORMATS.find((one) => one === (given('format') || 'table'));
  if (format === undefined)
    throw new Fault('usage', `--format ${given('format')}: unknown; one of ${FORMATS.join(', ')}`);
  const report = reportOptionsOf(raw);
  return {
    query,
    since: momentOf('--since', given('since')),
    until: momentOf('--until', given('until')),
    cluster: given('cluster'),
    namespace: given('namespace'),
    own: ownParameters(query, given),
    store,
    openSearch,
    format,
    limit: given('limit') === '' ? usualLimit(format, report) : numberOf('--limit', given('limit')),
    report,
  };
}

function usualLimit(format: Format, { path }: ReportOptions): number {
  if (path !== '') return PAGE_ROWS;
  return format === 'table' ? TABLE_ROWS : 0;
}

/** @throws Fault `usage` that names those it may mean */
export function namedQuery(name: string): SavedQuery {
  const query = queryNamed(name);
  if (query !== undefined) return query;
  const near = nearest(
    name,
    CATALOGUE.map((one) => one.name),
  );
  const hint = near.length === 0 ? '' : `did you mean ${near.join(', ')}? `;
  throw new Fault('usage', `query ${name}: there is no such query; ${hint}(netpol-drift query --list)`);
}

function checkCommon({ name, takes, needs = [] }: SavedQuery, given: (option: string) => string): void {
  const common: readonly CommonParameter[] = ['since', 'until', 'cluster', 'namespace'];
  for (const option of common) {
    if (given(option) !== '' && !takes.includes(option))
      throw new Fault('usage', `--${option} means nothing to ${name} (netpol-drift query ${name} --help)`);
    if (given(option) === '' && needs.includes(option))
      throw new Fault('usage', `${name} needs --${option} (netpol-drift query ${name} --help)`);
  }
}

function ownParameters(
  { name, parameters = [] }: SavedQuery,
  given: (option: string) => string,
): Readonly<Record<string, number | string>> {
  const others = CATALOGUE.flatMap((query) => query.parameters ?? []).map((parameter) => parameter.name);
  for (const other of new Set(others))
    if (given(camelCase(other)) !== '' && !parameters.some((parameter) => parameter.name === other))
      throw new Fault('usage', `--${other} means nothing to ${name} (netpol-drift query ${name} --help)`);
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.name, ownValue(parameter, given(camelCase(parameter.name)))]),
  );
}

function ownValue({ name, type, fallback }: Parameter, text: string): number | string {
  if (text === '') return fallback;
  switch (type) {
    case 'text':
      return text;
    case 'number':
      return numberOf(`--${name}`, text);
    case 'duration-ms': {
      const duration = durationMs(text);
      if (duration === null) throw new Fault('usage', `--${name} ${text}: expected 90s, 15m, 24h or 7d`);
      return duration;
    }
  }
}

/** As commander names options. */
function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function numberOf(option: string, text: string): number {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text))
    throw new Fault('usage', `${option} ${text}: expected a number, 0 or more`);
  return Number(text);
}

/** @throws Fault `usage` */
function momentOf(option: string, text: string): Moment | null {
  if (text === '') return null;
  const beforeMs = durationMs(text);
  if (beforeMs !== null) return { beforeMs };
  const micros = parseMicros(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (micros === undefined)
    throw new Fault('usage', `${option} ${text}: no time; write 24h, 7d, 2026-11-02 or 2026-11-02T14:05:00Z`);
  return { atMs: Math.floor(micros / 1_000) };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

/** null when the text is no duration. */
function durationMs(text: string): number | null {
  const [, digits, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) * (UNITS.get(unit) ?? 0);
}
