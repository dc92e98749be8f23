// manual-change: changes by hand of policies that something else manages, and beside them the rollups that they caused:
// what such a change did belongs to the news of it.
import { ALERTS, RECENT_MINUTES } from '../alerts.ts';
import { EXAMPLE, exampleText } from './examples.ts';
import { each, inside, keyOf, value } from './mustache.ts';
import { CHANGE, painless } from './scripts.ts';
import { any, between, type Clause, is, keepWhere, only, sumOfCounts, top, type Watch } from './search.ts';

const DENIED = is('drift', 'denied-by-change');
const OPENED = is('drift', 'newly-allowed');

/** Of documents: groups cannot be ordered by the size of a filter. */
const NUMBER: Clause = { value_count: { field: '@timestamp' } };

export function manualChange(whyInput: string): Watch {
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
              policy: only('policy.ref'),
              verb: only('change.verb'),
              actor: only('actor.user'),
              manager: only('policy.managed_by'),
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
    message: `${ALERTS['manual-change'].title}.${each('changes', changeText(whyInput))}`,
  };
}

function changeText(whyInput: string): string {
  const made = `${keyOf('verb')} by ${keyOf('actor')} at ${value('at')}`;
  return [
    `\n- ${inside('manual', `${keyOf('policy')}, of ${keyOf('manager')}: ${made}`)}; `,
    `denied by it since: ${value('denied.count')}, newly allowed: ${value('opened.count')}`,
    ...['denied', 'opened'].map((effect) => inside(effect, exampleText(whyInput))),
  ].join('');
}
