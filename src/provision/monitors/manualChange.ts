// manual-change: changes by hand of policies that something else manages, and beside them the rollups that they caused:
// what such a change did belongs to the news of it.
import { ALERTS, RECENT_MINUTES } from '../alerts.ts';
import { EXAMPLE, exampleText } from './examples.ts';
import { CHANGE, painless } from './scripts.ts';
import { any, between, type Clause, is, keepWhere, only, sumOfCounts, top, type Watch } from './search.ts';

/** Of documents: groups cannot be ordered by the size of a filter. */
const NUMBER: Clause = { value_count: { field: '@timestamp' } };

export function manualChange(whyInput: string): Watch {
  const manual: Clause = {
    bool: { filter: [is('drift', 'manual-change'), between('@timestamp', RECENT_MINUTES)] },
  };
  const effects: Clause = {
    bool: {
      filter: [
        { exists: { field: 'cause.change_id' } },
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
              policy: only('policy.ref'),
              verb: only('change.verb'),
              actor: only('actor.user'),
              manager: only('policy.managed_by'),
              at: { max: { field: '@timestamp' } },
              changes: NUMBER,
            },
          },
          denied: {
            filter: is('drift', 'denied-by-change'),
            aggregations: { count: sumOfCounts(), ...EXAMPLE },
          },
          opened: {
            filter: is('drift', 'newly-allowed'),
            aggregations: { count: sumOfCounts(), ...EXAMPLE },
          },
          is_manual: keepWhere({ manual: 'manual>changes' }, painless('params.manual > 0')),
        },
      }),
      is_left: keepWhere({ manual: 'manual>changes' }, painless('params.manual > 0')),
    },
    order: 'manual>changes',
    message: `${ALERTS['manual-change'].title}.{{#changes.buckets}}\n- {{#manual}}{{#policy.buckets}}{{{key}}}{{/policy.buckets}}, of {{#manager.buckets}}{{{key}}}{{/manager.buckets}}: {{#verb.buckets}}{{key}}{{/verb.buckets}} by {{#actor.buckets}}{{{key}}}{{/actor.buckets}} at {{at.value_as_string}}{{/manual}}; denied by it since: {{denied.count.value_as_string}}, newly allowed: {{opened.count.value_as_string}}{{#denied}}${exampleText(whyInput)}{{/denied}}{{#opened}}${exampleText(whyInput)}{{/opened}}{{/changes.buckets}}`,
  };
}
