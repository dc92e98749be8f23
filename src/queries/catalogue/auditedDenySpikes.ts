// Hours in which audit mode let pass far more than in the same hour of earlier days.
import { countCell, textCell } from '../cells.ts';
import { momentOf } from './cellsOf.ts';
import { CLUSTER, count, flag, POLICY, ratio, time } from './columns.ts';
import { is, type PartRow } from './part.ts';
import { type Answers, type QueryParameters, type Row, savedQuery } from './savedQuery.ts';
import { flowScope, talkScope } from './scope.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const AUDITED_DENY_SPIKES = savedQuery({
  name: 'audited-deny-spikes',
  topic: 'audit mode',
  title: 'When did audited denies of a policy jump above what is usual for that hour?',
  about:
    'Hours with at least min-count audited denials of a policy, and min-ratio times as many as in the same hour of the days before. While no earlier day was recorded there is no baseline, and the count alone decides.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  parameters: [
    {
      name: 'min-count',
      type: 'number',
      fallback: 20,
      meaning: 'Fewer audited denials in an hour are no spike.',
    },
    {
      name: 'min-ratio',
      type: 'number',
      fallback: 3,
      meaning: 'Nor are less than so many times the baseline.',
    },
    { name: 'days', type: 'number', fallback: 7, meaning: 'Days before that make the baseline.' },
  ],
  columns: [
    time('hour', 'hour', 'Beginning of the hour, UTC.'),
    CLUSTER,
    POLICY,
    count('count', 'audited', 'verdicts', 'Audited denials in that hour that the policy is responsible for.'),
    ratio({
      name: 'baseline',
      title: 'usual',
      meaning:
        'Their mean in the same hour of the earlier days on which anything was recorded in it; empty: no such day.',
    }),
    ratio({
      name: 'ratio',
      title: 'times',
      meaning: 'count / baseline; empty without a baseline, or with one of 0.',
    }),
    count('baseline_days', 'days', 'days', 'Earlier days behind the baseline.'),
    flag('complete', 'complete', 'The hour was over when the question was asked.'),
  ],
  order: ['-hour', '-count'],
  caveats: ['On a default deny several policies share one verdict: one scan can be a spike of each of them.'],
  parts(parameters) {
    const { sinceMs } = parameters;
    const earlier = sinceMs === null ? null : floorHour(sinceMs) - numberOf(parameters, 'days') * DAY_MS;
    const widened = { ...parameters, sinceMs: earlier };
    const cluster = { field: 'orchestrator.cluster.name' };
    const hour = { field: '@timestamp', stepMs: HOUR_MS };
    return {
      denials: {
        kind: 'tally',
        from: 'rollups',
        where: [...flowScope(widened), is('verdict.observed', 'audited'), is('verdict.declared', 'denied')],
        by: { cluster, policy: { field: 'policy.responsible', each: true }, hour },
        measures: { verdicts: { kind: 'sum', field: 'count' } },
      },
      recorded: {
        kind: 'tally',
        from: 'rollups',
        where: talkScope(widened),
        by: { cluster, hour },
        measures: {},
      },
    };
  },
  rows: spikes,
});

function spikes({ denials = [], recorded = [] }: Answers, parameters: QueryParameters): readonly Row[] {
  const from = parameters.sinceMs === null ? -Infinity : floorHour(parameters.sinceMs);
  const hours = new Set(recorded.map((row) => keyOf(row, '', momentOf(row, 'hour') ?? 0)));
  const counts = new Map(
    denials.map((row) => [
      keyOf(row, textCell(row, 'policy'), momentOf(row, 'hour') ?? 0),
      countCell(row, 'verdicts'),
    ]),
  );
  return denials.flatMap((row): readonly Row[] => {
    const hour = momentOf(row, 'hour') ?? 0;
    const verdicts = countCell(row, 'verdicts');
    if (hour < from || verdicts < numberOf(parameters, 'min-count')) return [];
    const days = Array.from(
      { length: numberOf(parameters, 'days') },
      (_, index) => hour - (index + 1) * DAY_MS,
    );
    const known = days.filter((day) => hours.has(keyOf(row, '', day)));
    const before = known.map((day) => counts.get(keyOf(row, textCell(row, 'policy'), day)) ?? 0);
    const baseline = known.length === 0 ? null : before.reduce((sum, one) => sum + one, 0) / known.length;
    if (baseline !== null && verdicts < baseline * numberOf(parameters, 'min-ratio')) return [];
    return [
      {
        hour,
        'orchestrator.cluster.name': textCell(row, 'cluster'),
        'policy.ref': textCell(row, 'policy') || null,
        count: verdicts,
        baseline,
        ratio: baseline === null || baseline === 0 ? null : verdicts / baseline,
        baseline_days: known.length,
        complete: hour + HOUR_MS <= parameters.asOfMs,
      },
    ];
  });
}

function keyOf(row: PartRow, policy: string, hour: number): string {
  return JSON.stringify([textCell(row, 'cluster'), policy, hour]);
}

function numberOf({ own }: QueryParameters, name: string): number {
  return Number(own[name]);
}

function floorHour(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}
