// Which workloads policy audit mode leaves unprotected, since when and by whom; which left it; and which lost it
// though nobody switched it off.
import { MICROS_PER_MS, type Micros } from '../../model/time.ts';
import { type AuditedWorkload, auditModeOf } from '../auditMode.ts';
import { auditConfigsOf } from '../auditSwitches.ts';
import { deniedWorkloads, signsOf, turningParts } from './auditModeSigns.ts';
import { CLUSTER, count, text, time } from './columns.ts';
import { between, is } from './part.ts';
import { type Row, savedQuery } from './savedQuery.ts';
import { listChanges, storedChange } from './storedChange.ts';

const CILIUM_CONFIG = 'ConfigMap/kube-system/cilium-config';

export const AUDIT_MODE = savedQuery({
  name: 'audit-mode',
  topic: 'audit mode',
  title: 'Which workloads are in audit mode, since when, and which have left it?',
  about:
    'Told by denials: what is audited is not protected (at L3/L4; L7 rules are enforced). The switch is a write of cilium-config where one explains the turn; else the first verdict that shows it dates it.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    text('workload', 'workload', 'namespace/workload whose policies were asked.'),
    text(
      'state',
      'state',
      'audited: its last denial was; partly: some of its pods are; switched-off: a write of cilium-config ended it; lost: dropped again, and no switch explains it (an endpoint made anew, an agent restarted).',
    ),
    time('since', 'since', 'When it entered audit mode, as far as known: then at the latest.'),
    text('evidence', 'evidence', 'What dates it: config-change or first-verdict.'),
    text('changed_by', 'who', 'Who switched audit mode on, where a switch explains it.'),
    time('left_at', 'left', 'When it left audit mode: then at the latest.'),
    text('left_by', 'by', 'Who switched it off, where a switch explains it.'),
    count('count', 'audited', 'verdicts', 'Its audited denials.'),
    time('first_audited', 'first', 'The first of them.'),
    time('last_audited', 'last', 'The last of them.'),
  ],
  order: ['orchestrator.cluster.name', '-count'],
  caveats: [
    'A workload to which nothing was ever denied may be in audit mode, too: verdicts cannot show it.',
    'Rollups count by minute: of an audited and a dropped denial within one minute the order is not kept.',
  ],
  parts: (parameters) => ({
    workloads: deniedWorkloads(parameters),
    config: listChanges([
      ...between('change.at', null, parameters.untilMs),
      is('policy.ref', CILIUM_CONFIG),
      is('change.outcome', 'version', 'tombstone', 'gap'),
    ]),
  }),
  more: ({ workloads }, parameters) => turningParts(workloads, parameters),
  rows: ({ workloads, config, ...turning }) => {
    const signs = signsOf(workloads, turning);
    const mode = auditModeOf(signs, auditConfigsOf(config.map(storedChange)));
    return mode.workloads.map((one, index) => modeRow(one, signs[index]?.workload ?? ''));
  },
});

function modeRow(one: AuditedWorkload, workload: string): Row {
  const { cluster, entered, left, isPartly } = one;
  return {
    'orchestrator.cluster.name': cluster,
    workload,
    state: left === null ? (isPartly ? 'partly' : 'audited') : left.change === null ? 'lost' : 'switched-off',
    since: millis(entered.at),
    evidence: entered.evidence,
    changed_by: entered.change?.author.user || null,
    left_at: left === null ? null : millis(left.at),
    left_by: left?.change?.author.user || null,
    count: one.audited,
    first_audited: millis(one.firstAudited),
    last_audited: millis(one.lastAudited),
  };
}

function millis(t: Micros): number {
  return Math.floor(t / MICROS_PER_MS);
}
