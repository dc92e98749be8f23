// audited-deny-spike: the last hour against the same hour of each of the previous days, cluster by cluster. A day without
// a single verdict of the cluster was not covered and counts neither for nor against; without any such day the floor
// alone decides, and the message says so.
import { ALERTS, BASELINE_DAYS, SETTLE_MINUTES, type Thresholds } from '../alerts.ts';
import type { Commands } from './commands.ts';
import { AUDITED, BY_POLICY, byPolicyText } from './examples.ts';
import { inside, value, where, without } from './mustache.ts';
import { painless } from './scripts.ts';
import { ago, any, between, type Clause, keepWhere, sumOfCounts, type Watch } from './search.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

export function auditedDenySpike({ spikeRatio, spikeFloor }: Thresholds, commands: Commands): Watch {
  const hours = Array.from({ length: BASELINE_DAYS + 1 }, (_, day) => hourOf(day));
  const [thisHour = hourOf(0), ...earlier] = hours;
  const audited: Clause = { filter: AUDITED, aggregations: { count: sumOfCounts() } };
  const days: Clause = {
    date_range: {
      field: '@timestamp',
      format: 'epoch_millis',
      ranges: earlier.map(({ from, until }) => ({ from: ago(from), to: ago(until) })),
    },
    aggregations: {
      audited,
      covered: sumOfCounts(),
      is_covered: keepWhere({ covered: 'covered' }, painless('params.covered > 0')),
    },
  };
  return {
    tables: ['rollups'],
    everyMinutes: 5,
    filter: [any(hours.map(({ from, until }) => between('@timestamp', from, until)))],
    perCluster: {
      now: {
        filter: {
          bool: { filter: [AUDITED, between('@timestamp', thisHour.from, thisHour.until)] },
        },
        aggregations: BY_POLICY,
      },
      days,
      usual: { avg_bucket: { buckets_path: 'days>audited>count', format: '0.#' } },
      is_spike: keepWhere(
        { now: 'now>count', usual: 'usual' },
        painless(
          `params.now >= params.floor
            && (params.usual == null || Double.isNaN(params.usual) || params.now >= params.ratio * params.usual)`,
          { floor: spikeFloor, ratio: spikeRatio },
        ),
      ),
    },
    order: 'now>count',
    message: [
      `${ALERTS['audited-deny-spike'].title}: ${value('now.count')} in the last hour`,
      without(
        'days',
        `. There is no baseline yet (no verdicts of the previous ${BASELINE_DAYS} days at this hour), so ${spikeFloor} an hour set this off alone`,
      ),
      where('usual', `; at this hour of the previous days ${value('usual')} on average`),
      `.${inside('now', byPolicyText(commands, 'still-denied'))}`,
    ].join(''),
  };
}

function hourOf(day: number): { readonly from: number; readonly until: number } {
  const until = day * DAY + SETTLE_MINUTES;
  return { from: until + HOUR, until };
}
