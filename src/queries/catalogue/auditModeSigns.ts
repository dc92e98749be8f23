// What verdicts tell of audit mode, out of the rows of tallies: when each workload was last audited, and when a
// denial of it was dropped instead. The same as auditSigns.ts asks of a store in one question of SQL, but for
// denials that were let through without being audited.
import { MICROS_PER_MS } from '../../model/time.ts';
import type { AuditSigns } from '../auditSigns.ts';
import { countCell, textCell } from '../cells.ts';
import { greatestOf, leastOf, momentOf } from './cellsOf.ts';
import { HOST, SUBJECT, subjectText } from './conversations.ts';
import { is, type Measure, type PartRow, type Tally } from './part.ts';
import type { QueryParameters } from './savedQuery.ts';
import { flowScope } from './scope.ts';

const MINUTE_MS = 60_000;

const AUDITED = is('verdict.observed', 'audited');
const DROPPED = is('verdict.observed', 'dropped');

const MEASURES = {
  ...HOST,
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

/** Of those that were both audited and dropped, minute by minute: the order of the two is what matters. */
export function turningMinutes(workloads: readonly PartRow[], parameters: QueryParameters): Tally {
  const names = workloads
    .filter((row) => countCell(row, 'audited') > 0 && countCell(row, 'dropped') > 0)
    .map((row) => textCell(row, 'subject_workload'));
  const tally = deniedWorkloads(parameters);
  return {
    ...tally,
    where: [...tally.where, is('subject.workload', ...new Set(names))],
    by: { ...SUBJECT, minute: { field: '@timestamp', stepMs: MINUTE_MS } },
  };
}

/** Of workloads that were ever audited, with how they are called. */
export function signsOf(
  workloads: readonly PartRow[],
  minutes: readonly PartRow[],
): readonly (AuditSigns & { readonly workload: string })[] {
  const beside = Map.groupBy(workloads, (row) => JSON.stringify([row['cluster'], row['subject_namespace']]));
  const byWorkload = Map.groupBy(minutes, keyOf);
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

/** Within a minute the later time is taken. */
function turnsOf(row: PartRow, minutes: readonly PartRow[]): Turns {
  const first = momentOf(row, 'first_audited') ?? 0;
  const last = momentOf(row, 'last_audited') ?? 0;
  const dropped = minutes.flatMap((minute) => [
    momentOf(minute, 'first_dropped'),
    momentOf(minute, 'last_dropped'),
  ]);
  const audited = minutes.flatMap((minute) => [
    momentOf(minute, 'first_audited'),
    momentOf(minute, 'last_audited'),
  ]);
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
