// not-enforced: what got through although the policies deny it. What merely had not reached the node yet is
// `propagating`, another drift, and not counted.
import { ALERTS, RECENT_MINUTES, type Thresholds } from '../alerts.ts';
import type { Commands } from './commands.ts';
import { BY_POLICY, byPolicyText } from './examples.ts';
import { value } from './mustache.ts';
import { painless } from './scripts.ts';
import { between, is, keepWhere, type Watch } from './search.ts';

export function notEnforced({ notEnforcedFloor }: Thresholds, commands: Commands): Watch {
  return {
    tables: ['rollups'],
    everyMinutes: 5,
    filter: [between('@timestamp', RECENT_MINUTES), is('drift', 'not-enforced')],
    perCluster: {
      ...BY_POLICY,
      is_many: keepWhere(
        { count: 'count' },
        painless('params.count >= params.floor', { floor: notEnforcedFloor }),
      ),
    },
    order: 'count',
    message: `${ALERTS['not-enforced'].title}: ${value('count')} in the last ${RECENT_MINUTES} minutes. Denied by:${byPolicyText(commands, 'contradictions')}`,
  };
}
