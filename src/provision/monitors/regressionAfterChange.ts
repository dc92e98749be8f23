// regression-after-change: what was denied shortly after a change because of it, by change, with who made it.
import { ALERTS, RECENT_MINUTES, REGRESSION_MINUTES, type Thresholds } from '../alerts.ts';
import type { Commands } from './commands.ts';
import { AUDITED, EXAMPLE, exampleText } from './examples.ts';
import { each, fact, value } from './mustache.ts';
import { painless, shown } from './scripts.ts';
import { between, is, keepWhere, sumOfCounts, told, top, type Watch } from './search.ts';

const MS_PER_MINUTE = 60_000;

export function regressionAfterChange({ regressionFloor }: Thresholds, commands: Commands): Watch {
  return {
    tables: ['rollups'],
    everyMinutes: 1,
    filter: [
      between('@timestamp', RECENT_MINUTES),
      is('drift', 'denied-by-change'),
      // Negative where clocks disagree.
      { range: { 'cause.lag_ms': { lte: REGRESSION_MINUTES * MS_PER_MINUTE } } },
    ],
    perCluster: {
      count: sumOfCounts(),
      changes: top('cause.change_id', {
        order: 'count',
        per: {
          count: sumOfCounts(),
          made: told({
            policy: shown('cause.policy'),
            verb: shown('cause.verb'),
            actor: shown('cause.actor'),
          }),
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
          `\n- ${fact('made', 'policy')}: ${fact('made', 'verb')} by ${fact('made', 'actor')} at ${value('at')}; `,
          `denied since: ${value('count')}, of which audit mode let through: ${value('audited.count')}`,
          exampleText(commands, 'broken-by-change'),
        ].join(''),
      ),
    ].join(''),
  };
}
