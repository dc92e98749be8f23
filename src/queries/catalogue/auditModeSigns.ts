// What verdicts tell of audit mode, out of the rows of tallies: when each workload was last audited, and when a
// denial of it was dropped instead. The same as auditSigns.ts asks of a store in one question of SQL, but for
// denials that were let through without being audited.
import { MICROS_PER_MS } from '../../model/time.ts';
import type { AuditSigns } from '../auditSigns.ts';
import { countCell, textCell } from '../cells.ts';
import { greatestOf, leastOf, momentOf } from './cellsOf.ts';
import { HOST, SEEN, SUBJECT, subjectText } from './conversations.ts';
import { oneOf } from './keyed.ts';
import {
  all,
  any,
  between,
  type Condition,
  exists,
  is,
  type Measure,
  not,
  type PartRow,
  type Tally,
} from './part.ts';
import type { QueryParameters } from './savedQuery.ts';
import { flowScope } from './scope.ts';

const MINUTE_MS = 60_000;
/** Each makes four clauses of a query, of which OpenSearch takes 1,024. */
const MOST_BACK = 200;

const AUDITED = is('verdict.observed', 'audited');
const DROPPED = is('verdict.observed', 'dropped');

const MEASURES = {
  ...HOST,
  verdicts: SEEN.verdicts,
  last: SEEN.last,
  audited: { kind: 'sum', field: 'count', where: AUDITED },
  first_audited: { kind: 'min', field: 'first_seen', where: AUDITED },
  last_audited: { kind: 'max', field: 'last_seen', where: AUDITED },
  dropped: { kind: 'sum', field: 'count', where: DROPPED },
  first_dropped: { kind: 'min', field: 'first_seen', where: DROPPED },
  last_dropped: { kind: 'max', field: 'last_seen', where: DROPPED },
} as const satisfies Readonly<Record<string, Measure>>;

/** Workloads that anything was denied to or by. */
export function deniedWorkloads(parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: [...flowScope(parameters), is('verdict.observed', 'audited', 'dropped')],
    by: SUBJECT,
    measures: MEASURES,
  };
}

/** Rows of {@link turningParts}. */
export interface TurningRows {
  readonly minutes: readonly PartRow[];
  readonly later: readonly PartRow[];
}

/**
 * Of workloads that were both audited and dropped what tells the order of the two. Where all was dropped after the
 * last that was audited, the ends of both tell enough. Where something was audited after the last that was dropped,
 * the minute of that one tells, and the first that was audited in a later one. Else it takes all minutes.
 */
export function turningParts(
  workloads: readonly PartRow[],
  parameters: QueryParameters,
): Readonly<Record<keyof TurningRows, Tally>> {
  const tally = deniedWorkloads(parameters);
  const back = workloads.filter((row) => turnOf(row) === 'back').slice(0, MOST_BACK);
  const known = new Set(back);
  const mixed = workloads.filter((row) => turnOf(row) !== 'none' && !known.has(row));
  return {
    minutes: {
      ...tally,
      where: [
        ...tally.where,
        any(
          all(
            oneOf('subject.namespace', mixed, 'subject_namespace'),
            oneOf('subject.workload', mixed, 'subject_workload'),
          ),
          ...back.map((row) =>
            all(...isSubject(row), ...between('@timestamp', minuteOf(row), nextMinuteOf(row))),
          ),
        ),
      ],
      by: { ...SUBJECT, minute: { field: '@timestamp', stepMs: MINUTE_MS } },
    },
    later: {
      ...tally,
      where: [
        ...tally.where,
        AUDITED,
        any(...back.map((row) => all(...isSubject(row), ...between('@timestamp', nextMinuteOf(row), null)))),
      ],
    },
  };
}

/** `back`: the last one was audited. `mixed`: dropped ones before and after the last audited one. */
function turnOf(row: PartRow): 'none' | 'back' | 'mixed' {
  const audited = momentOf(row, 'last_audited');
  const [first, last] = [momentOf(row, 'first_dropped'), momentOf(row, 'last_dropped')];
  if (audited === null || first === null || last === null || first >= audited) return 'none';
  return last < audited ? 'back' : 'mixed';
}

function isSubject(row: PartRow): readonly Condition[] {
  return Object.entries(SUBJECT).map(([name, { field }]) => {
    const value = textCell(row, name);
    return value === '' ? not(exists(field)) : is(field, value);
  });
}

/** In which something was dropped for the last time. */
function minuteOf(row: PartRow): number {
  return Math.floor((momentOf(row, 'last_dropped') ?? 0) / MINUTE_MS) * MINUTE_MS;
}

function nextMinuteOf(row: PartRow): number {
  return minuteOf(row) + MINUTE_MS;
}

/** Of workloads that were ever audited, with how they are called. */
export function signsOf(
  workloads: readonly PartRow[],
  { minutes, later }: TurningRows,
): readonly (AuditSigns & { readonly workload: string })[] {
  const beside = Map.groupBy(workloads, (row) => JSON.stringify([row['cluster'], row['subject_namespace']]));
  const byWorkload = Map.groupBy([...minutes, ...later], keyOf);
  return workloads
    .filter((row) => countCell(row, 'audited') > 0)
    .map((row) => {
      const turns = turnsOf(row, byWorkload.get(keyOf(row)) ?? []);
      const place = JSON.stringify([row['cluster'], row['subject_namespace']]);
      return {
        cluster: textCell(row, 'cluster'),
        subject: {
          namespace: textCell(row, 'subject_namespace'),
          workload: textCell(row, 'subject_workload'),
          entity: '',
          ip: '',
        },
        workload: subjectText(row),
        deniedBeside: beside.get(place)?.length ?? 0,
        audited: countCell(row, 'audited'),
        ...turns,
        unauditedAs: 'dropped' as const,
      };
    });
}

type Turns = Pick<
  AuditSigns,
  'firstAudited' | 'lastAudited' | 'unauditedUntil' | 'auditedSince' | 'unauditedSince'
>;

/** Within a minute the later time is taken. @param minutes and what is later: each has a first and a last */
function turnsOf(row: PartRow, minutes: readonly PartRow[]): Turns {
  const first = momentOf(row, 'first_audited') ?? 0;
  const last = momentOf(row, 'last_audited') ?? 0;
  const dropped = [row, ...minutes].flatMap((one) => [
    momentOf(one, 'first_dropped'),
    momentOf(one, 'last_dropped'),
  ]);
  const audited = minutes.flatMap((one) => [momentOf(one, 'first_audited'), momentOf(one, 'last_audited')]);
  const before = greatestOf(dropped.filter((moment) => moment !== null && moment < last));
  const since =
    before === null ? null : leastOf(audited.filter((moment) => moment !== null && moment > before));
  const after = leastOf(dropped.filter((moment) => moment !== null && moment >= last));
  return {
    firstAudited: first * MICROS_PER_MS,
    lastAudited: last * MICROS_PER_MS,
    unauditedUntil: before === null ? null : before * MICROS_PER_MS,
    auditedSince: (since ?? first) * MICROS_PER_MS,
    unauditedSince: after === null ? null : after * MICROS_PER_MS,
  };
}

function keyOf(row: PartRow): string {
  return JSON.stringify(Object.keys(SUBJECT).map((name) => row[name] ?? null));
}
