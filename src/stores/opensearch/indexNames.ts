// Names of indices, both ways: documents call them `netpol-…`, the store has them below the prefix that was
// set. From a name follow its table and the time that it covers, and from these whether it is kept any longer.
//
//   netpol-verdicts-2026.11.02   a day       netpol-changes-2026      a year
//   netpol-rollups-2026.11       a month     netpol-feeds-2026.11     a month
//   netpol-policies              for ever
import { TABLE_NAMES, type TableName } from '../../documents/fields.ts';
import { Fault } from '../../model/fault.ts';
import type { OpenSearchSettings } from './settings.ts';

const LOGICAL_PREFIX = 'netpol-';
const MS_PER_DAY = 86_400_000;

/** Half-open: [fromMs, untilMs), UTC. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface IndexName {
  readonly table: TableName;
  /** null for `policies`. */
  readonly period: Period | null;
}

/**
 * OpenSearch's own rules for names (server: MetadataCreateIndexService.validateIndexOrAliasName), narrowed so
 * that a prefix can neither hide an index nor reach into a pattern.
 * @throws Fault `settings`
 */
export function checkPrefix(prefix: string): void {
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/.test(prefix)) return;
  throw new Fault(
    'settings',
    `index prefix ${JSON.stringify(prefix)}: begin with a lower-case letter or digit, go on with these and . _ - (100 at most)`,
  );
}

/** `netpol-verdicts-2026.11.02` → `<prefix>verdicts-2026.11.02`. */
export function storedName(index: string, prefix: string): string {
  return index.startsWith(LOGICAL_PREFIX) ? prefix + index.slice(LOGICAL_PREFIX.length) : index;
}

/** The way back. */
export function logicalName(stored: string, prefix: string): string {
  return stored.startsWith(prefix) ? LOGICAL_PREFIX + stored.slice(prefix.length) : stored;
}

/** What matches all indices of a table that are stored below the prefix. */
export function indexPattern(table: TableName, prefix: string): string {
  return table === 'policies' ? `${prefix}policies` : `${prefix}${table}-*`;
}

/** null for a name that we never give: nothing is said about it, and nothing done to it. */
export function readIndexName(stored: string, prefix: string): IndexName | null {
  if (!stored.startsWith(prefix)) return null;
  const [word = '', date, ...more] = stored.slice(prefix.length).split('-');
  const table = TABLE_NAMES.find((name) => name === word);
  if (table === undefined || more.length > 0) return null;
  if (table === 'policies') return date === undefined ? { table, period: null } : null;
  const period = periodOf(date ?? '', DATE_PARTS[table]);
  return period === null ? null : { table, period };
}

const DATE_PARTS = { verdicts: 3, rollups: 2, changes: 1, feeds: 2 } as const;

function periodOf(date: string, parts: 1 | 2 | 3): Period | null {
  const match = /^(\d{4})(?:\.(\d\d)(?:\.(\d\d))?)?$/.exec(date);
  if (match === null || date.split('.').length !== parts) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1)];
  const fromMs = Date.UTC(year, month, day);
  if (!new Date(fromMs).toISOString().startsWith(date.replaceAll('.', '-'))) return null;
  const next = [[year + 1, 0, 1] as const, [year, month + 1, 1] as const, [year, month, day + 1] as const];
  return { fromMs, untilMs: Date.UTC(...(next[parts - 1] ?? [year + 1, 0, 1])) };
}

/**
 * Whether what this index covers ended longer ago than it is to be kept. Such an index is deleted, and a
 * document for it is refused: it would call the deleted index back for one document.
 */
export function isExpired(
  stored: string,
  { indexPrefix, retentionDays }: Pick<OpenSearchSettings, 'indexPrefix' | 'retentionDays'>,
  nowMs: number,
): boolean {
  const name = readIndexName(stored, indexPrefix);
  if (name === null || name.period === null || name.table === 'policies') return false;
  const days = retentionDays[name.table];
  return days > 0 && name.period.untilMs + days * MS_PER_DAY <= nowMs;
}
