// regression-after-change: what was denied shortly after a change because of it, by change, with who made it.
import { ALERTS, RECENT_MINUTES, REGRESSION_MINUTES, type Thresholds } from '../alerts.ts';
import { AUDITED, EXAMPLE, exampleText } from './examples.ts';
import { each, keyOf, value } from './mustache.ts';
import { painless } from './scripts.ts';
import { between, is, keepWhere, only, sumOfCounts, top, type Watch } from './search.ts';

const MS_PER_MINUTE = 60_000;

export function regressionAfterChange({ regressionFloor }: Thresholds, whyInput: string): Watch {
  return {
    tables: ['rollups'],
    everyMinutes: 1,
    filter: [
      between('@timestamp', RECENT_MINUTES),
      is('drift', 'denied-by-change'),
      { range: { 'cause.lag_ms': { gte: 0, lte: REGRESSION_MINUTES * MS_PER_MINUTE } } },
    ],
    perCluster: {
      count: sumOfCounts(),
      changes: top('cause.change_id', {
        order: 'count',
        per: {
          count: sumOfCounts(),
          policy: only('cause.policy'),
          verb: only('cause.verb'),
          actor: only('cause.actor'),
          at: { min: { field: 'cause.at' } },
          audited: { filter: AUDITED, aggregations: { count: sumOfCounts() } },
          ...EXAMPLE,
          is_many: keepWhere(
            { count: 'count' },
            painless('params.count >= params.floor', { floor: regressionFloor }),
          ),
        },
      }),
      is_left: keepWhere({ changes: 'changes._bucket_count' }, painless('params.changes > 0')),
    },
    order: 'count',
    message: [
      `${ALERTS['regression-after-change'].title}, within ${REGRESSION_MINUTES} minutes of it.`,
      each(
        'changes',
        [
          `\n- ${keyOf('policy')}: ${keyOf('verb')} by ${keyOf('actor')} at ${value('at')}; `,
          `denied since: ${value('count')}, of which audit mode let through: ${value('audited.count')}`,
          exampleText(whyInput),
        ].join(''),
      ),
    ].join(''),
  };
}
