// How long it took until the datapath did as a change says: the first verdict that follows it, and the last one
// that still went the old way.
import { countCell, numberCell, textCell } from '../cells.ts';
import { momentOf } from './cellsOf.ts';
import { CHANGE_ID, CHANGE_KIND, CHANGE_WHAT, CHANGE_WHO, changeCells } from './changeColumns.ts';
import { count, durationMs } from './columns.ts';
import { any, exists, is, not, type PartRow } from './part.ts';
import { type Row, savedQuery } from './savedQuery.ts';
import { flowScope, policyScope } from './scope.ts';
import { listChanges, storedChange } from './storedChange.ts';

/** Verdicts that do not follow the change that the declared decision is due to. */
const OLD_WAY = is('drift', 'propagating', 'stale-version', 'not-enforced', 'unexpected-deny');
/** Verdicts that changed with it. */
const FOLLOWS = is('drift', 'denied-by-change', 'newly-enforced', 'newly-allowed');

export const ENFORCEMENT_LAG = savedQuery({
  name: 'enforcement-lag',
  topic: 'enforcement',
  title: 'How long did each change take to reach the datapath?',
  about:
    'For each change that altered a decision: the time to the first verdict that follows it, and to the last one that still went the old way.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    ...CHANGE_WHAT,
    durationMs({
      name: 'first_effect_ms',
      title: 'first effect',
      meaning: 'From the change to the first verdict that follows it: at most so long did it take somewhere.',
    }),
    durationMs({
      name: 'last_old_ms',
      title: 'last old',
      meaning:
        'From the change to the last verdict that went the old way: so long at least did it take there.',
    }),
    count('old', 'old verdicts', 'verdicts', 'Verdicts after the change that still went the old way.'),
    count(
      'count',
      'verdicts',
      'verdicts',
      'Verdicts that follow the change and would have gone the other way before.',
    ),
    ...CHANGE_WHO,
    CHANGE_KIND,
    CHANGE_ID,
  ],
  order: ['-last_old_ms', '-first_effect_ms'],
  caveats: [
    'Both times depend on when somebody next tried: they bound the lag, they do not measure it.',
    'Clocks of nodes and API servers may differ: a first effect of less than nothing says by how much at least.',
  ],
  parts: (parameters) => ({
    effects: {
      kind: 'tally',
      from: 'rollups',
      where: [...flowScope(parameters), exists('cause.change_id'), any(FOLLOWS, OLD_WAY)],
      by: {
        cause_id: { field: 'cause.change_id' },
        cause_at: { field: 'cause.at' },
        cause_policy: { field: 'cause.policy' },
        cluster: { field: 'orchestrator.cluster.name' },
      },
      measures: {
        lag: { kind: 'min', field: 'cause.lag_ms', where: not(OLD_WAY) },
        last_old: { kind: 'max', field: 'last_seen', where: OLD_WAY },
        old: { kind: 'sum', field: 'count', where: OLD_WAY },
        verdicts: { kind: 'sum', field: 'count', where: not(OLD_WAY) },
      },
    },
  }),
  more: ({ effects }, parameters) => ({
    changes: listChanges([
      ...policyScope({ ...parameters, namespace: '' }),
      is('change.id', ...new Set(effects.map((row) => textCell(row, 'cause_id')))),
    ]),
  }),
  rows: ({ effects, changes }) => {
    const byId = new Map(changes.map(storedChange).map((change) => [change.id, change]));
    return effects.map((row) => ({
      ...changeCells(byId.get(textCell(row, 'cause_id')) ?? null, {
        id: textCell(row, 'cause_id'),
        cluster: textCell(row, 'cluster'),
        policy: textCell(row, 'cause_policy'),
        atMs: momentOf(row, 'cause_at'),
      }),
      ...lagCells(row),
    }));
  },
});

function lagCells(row: PartRow): Row {
  const [at, lastOld] = [momentOf(row, 'cause_at'), momentOf(row, 'last_old')];
  return {
    first_effect_ms: numberCell(row, 'lag'),
    last_old_ms: at === null || lastOld === null ? null : lastOld - at,
    old: countCell(row, 'old'),
    count: countCell(row, 'verdicts'),
  };
}
