// What holds for a whole answer, so that no row repeats it: the cluster, the namespace, the span, the day; and which
// columns are worth showing.
import { MICROS_PER_MS } from '../../model/time.ts';
import type { Cell, Column, QueryParameters, Row, Table } from '../../queries/catalogue/savedQuery.ts';
import { createFrame, type Frame } from '../terminal/frame.ts';
import { dateOf, timeOf } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { counted } from '../terminal/wording.ts';

const DAY_MS = 86_400_000;

/** `none`, `1 row`, `1,247 rows`. */
export function rowsText({ rows }: Table): string {
  return rows.length === 0 ? 'none' : counted(rows.length, 'row');
}

/** The days of all times of the table. */
function daysOf({ columns, rows }: Table): readonly number[] {
  const times = columns
    .filter(({ type }) => type === 'time')
    .flatMap(({ name }) => rows.map((row) => row[name] ?? null));
  const days = times.flatMap((time) =>
    typeof time === 'number' ? [Math.floor(time / DAY_MS) * DAY_MS] : [],
  );
  return [...new Set(days)];
}

/** The day that all times share; else every time has its date. */
export function frameOf(table: Table): Frame {
  const days = daysOf(table);
  return createFrame(days.length === 1 ? (days[0] ?? 0) * MICROS_PER_MS : null, []);
}

/** `prod-eu1`, `namespace shop`, `since …`, `2026-11-02`. */
export function scope(parameters: QueryParameters, table: Table): readonly string[] {
  const { sinceMs, untilMs, cluster, namespace } = parameters;
  const instant = (ms: number): string => `${dateOf(ms * MICROS_PER_MS)} ${timeOf(ms * MICROS_PER_MS)}`;
  const clusters = clustersOf(table.rows);
  const days = daysOf(table);
  return [
    visible(cluster === '' && clusters.length === 1 ? (clusters[0] ?? '') : cluster),
    namespace === '' ? '' : `namespace ${visible(namespace)}`,
    sinceMs === null ? '' : `since ${instant(sinceMs)}`,
    untilMs === null ? '' : `until ${instant(untilMs)}`,
    days.length === 1 ? dateOf((days[0] ?? 0) * MICROS_PER_MS) : '',
    'UTC',
  ].filter(Boolean);
}

function clustersOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map((row) => row['orchestrator.cluster.name']))].filter(
    (name) => typeof name === 'string',
  );
}

/** Without what is known of no row, and without the cluster when there is one. */
export function shownColumns({ columns, rows }: Table): readonly Column[] {
  const clusters = clustersOf(rows).length;
  return columns.filter(({ name }) => {
    // Ids are for machines.
    if (name.endsWith('.id')) return false;
    if (name === 'orchestrator.cluster.name') return clusters > 1;
    return rows.some((row) => !isEmpty(row[name] ?? null));
  });
}

function isEmpty(cell: Cell): boolean {
  return cell === null || (typeof cell === 'object' && cell.length === 0);
}
