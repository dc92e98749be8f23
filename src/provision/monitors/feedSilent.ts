// feed-silent: a feed of a cluster that has spoken within a day and not of late. Told by what the feeds covered, so
// that silence is noticed even where no verdict was worth a document. There is nothing to explain here, so the message
// brings the query that tells which node or API server said what last.
import { ALERTS, FEED_MEMORY_HOURS, type Thresholds } from '../alerts.ts';
import { type Commands, queryLine } from './commands.ts';
import { each, fact, KEY, value } from './mustache.ts';
import { painless } from './scripts.ts';
import { keepWhere, since, top, type Watch } from './search.ts';

const MINUTES_PER_HOUR = 60;

export function feedSilent({ silentMinutes }: Thresholds, commands: Commands): Watch {
  const query = queryLine(commands, 'feed-coverage', `${fact('itself', 'option')} --since ${value('first')}`);
  return {
    tables: ['feeds'],
    everyMinutes: 5,
    filter: [since('feed.until', FEED_MEMORY_HOURS * MINUTES_PER_HOUR), { exists: { field: 'feed.name' } }],
    perCluster: {
      feeds: top('feed.name', {
        order: '_count',
        per: {
          last: { max: { field: 'feed.until' } },
          recent: { filter: since('feed.until', silentMinutes) },
          is_silent: keepWhere({ recent: 'recent>_count' }, painless('params.recent == 0')),
        },
      }),
      first: { min: { field: 'feed.until' } },
      is_left: keepWhere({ feeds: 'feeds._bucket_count' }, painless('params.feeds > 0')),
    },
    order: '_count',
    message: `${ALERTS['feed-silent'].title}, for ${silentMinutes} minutes or more:${each('feeds', `\n- ${KEY}, last heard ${value('last')}`)}${query}`,
  };
}
