// manual-change: changes by hand of policies that something else manages, and beside them the rollups that they caused:
// what such a change did belongs to the news of it.
import { ALERTS, RECENT_MINUTES } from '../alerts.ts';
import { type Commands, queryLine } from './commands.ts';
import { EXAMPLE, exampleText } from './examples.ts';
import { each, fact, inside, value } from './mustache.ts';
import { CHANGE, CLUSTER_OPTION, painless, shown } from './scripts.ts';
import { any, between, type Clause, is, keepWhere, sumOfCounts, told, top, type Watch } from './search.ts';

const DENIED = is('drift', 'denied-by-change');
const OPENED = is('drift', 'newly-allowed');

/** Of documents: groups cannot be ordered by the size of a filter. */
const NUMBER: Clause = { value_count: { field: '@timestamp' } };

export function manualChange(commands: Commands): Watch {
  const manual: Clause = {
    bool: { filter: [is('drift', 'manual-change'), between('@timestamp', RECENT_MINUTES)] },
  };
  const effects: Clause = {
    bool: {
      filter: [
        any([DENIED, OPENED]),
        between('cause.at', RECENT_MINUTES),
        between('last_seen', RECENT_MINUTES),
      ],
    },
  };
  return {
    tables: ['changes', 'rollups'],
    everyMinutes: 5,
    filter: [any([manual, effects])],
    perCluster: {
      manual: { filter: manual, aggregations: { changes: NUMBER } },
      changes: top(CHANGE, {
        order: 'manual>changes',
        per: {
          manual: {
            filter: manual,
            aggregations: {
              made: told({
                policy: shown('policy.ref'),
                verb: shown('change.verb'),
                actor: shown('actor.user'),
                manager: shown('policy.managed_by'),
                cluster: CLUSTER_OPTION,
              }),
              at: { max: { field: '@timestamp' } },
              changes: NUMBER,
            },
          },
          denied: {
            filter: DENIED,
            aggregations: { count: sumOfCounts(), ...EXAMPLE },
          },
          opened: {
            filter: OPENED,
            aggregations: { count: sumOfCounts(), ...EXAMPLE },
          },
          is_manual: keepWhere({ manual: 'manual>changes' }, painless('params.manual > 0')),
        },
      }),
      is_left: keepWhere({ manual: 'manual>changes' }, painless('params.manual > 0')),
    },
    order: 'manual>changes',
    message: `${ALERTS['manual-change'].title}.${each('changes', changeText(commands))}`,
  };
}

/** The queries that list what changes did. */
const EFFECTS = { denied: 'broken-by-change', opened: 'opened-by-change' } as const;

function changeText(commands: Commands): string {
  const [policy, verb, actor, manager, cluster] = ['policy', 'verb', 'actor', 'manager', 'cluster'].map(
    (name) => fact('made', name),
  );
  const made = `${policy}, of ${manager}: ${verb} by ${actor} at ${value('at')}`;
  const listed = queryLine(commands, 'manual-changes', `${cluster} --since ${value('at')}`);
  return [
    `\n- ${inside('manual', made)}; `,
    `denied by it since: ${value('denied.count')}, newly allowed: ${value('opened.count')}`,
    inside('manual', listed),
    ...Object.entries(EFFECTS).map(([effect, query]) => inside(effect, exampleText(commands, query))),
  ].join('');
}
