// Input in which every name that somebody may choose was chosen to do harm to the page that shows it.
import { queryNamed } from '../../../src/queries/catalogue/catalogue.ts';
import type { Row } from '../../../src/queries/catalogue/savedQuery.ts';
import type { Findings } from '../../../src/report/findings.ts';
import type { AnswerInput } from '../../../src/report/html/queryPage.ts';
import { parametersOf } from '../../queries/catalogue/someParameters.ts';
import { at, causedBy, change, DENIED, rollup, type Scene } from '../../queries/scene.ts';
import { MORNING_FINDINGS } from '../terminal/morning.ts';

export const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  `"'><svg onload=alert(1)>`,
  '__proto__',
  'constructor',
  '<!--<script>',
  '\u202etxt.exe',
  '\u2028\u2029\u0000\u001b[2J',
  'x'.repeat(10_240),
  '${alert(1)}{{7*7}}',
];

export function hostileScene(evil: string): Scene {
  return {
    rollups: [
      rollup('9:00', {
        ...DENIED,
        ...causedBy('break', '9:00', 'denied-by-change', evil),
        'orchestrator.cluster.name': evil,
        'subject.namespace': evil,
        'subject.workload': evil,
        'peer.namespace': '',
        'peer.workload': '',
        'peer.entity': evil,
        'peer.ip': evil,
        'network.transport': evil,
        'policy.isolating': [evil, `NetworkPolicy/${evil}/${evil}`],
      }),
    ],
    changes: [
      change('break', '9:00', {
        'policy.ref': evil,
        'actor.user': evil,
        'actor.manager': evil,
        'actor.kind': evil,
        'change.verb': evil,
        'change.cause': evil,
        'change.diff': [evil, `${evil}: ${evil} → ${evil}`],
        'change.message': evil,
        'change.outcome': 'failure',
        'user_agent.original': evil,
        'source.ip': [evil],
        drift: ['manual-change'],
      }),
    ],
    policies: [{ 'policy.ref': evil, 'policy.problem': evil, drift: ['not-in-force'] }],
    feeds: [
      {
        'feed.name': evil,
        'observer.name': evil,
        'feed.from': at('9:00'),
        'feed.count_kind': 'lost',
        count: 1,
      },
    ],
  };
}

export function hostileFindings(evil: string): Findings {
  return {
    ...MORNING_FINDINGS,
    clusters: [evil],
    monitor: [{ words: evil, policyName: evil, count: 1 }],
  };
}

/** One row, each cell of which is harmful, whatever its column holds otherwise. */
export function hostileAnswer(name: string, evil: string): AnswerInput {
  const query = queryNamed(name);
  if (query === undefined) throw new Error(`no query ${name}`);
  const { columns, caveats } = query;
  const row: Row = Object.fromEntries(
    columns.map((column) => [column.name, column.type === 'list' ? [evil, `${evil}: a → b`] : evil]),
  );
  return {
    query,
    table: { query: name, columns, rows: [row], cut: false, caveats },
    parameters: parametersOf(query),
    limit: 0,
    store: evil,
    command: ['netpol-drift', evil],
  };
}
