// "Drift": what needs attention now, by cluster and namespace. From the figures down to single policies; a change's id
// leads to "Change impact".
import { ATTEMPTS } from '../../queries/catalogue/attempts.ts';
import { AUDITED_DENIES } from '../../queries/catalogue/auditedDenies.ts';
import { AUDITED_DENY_SPIKES } from '../../queries/catalogue/auditedDenySpikes.ts';
import { AUDIT_MODE } from '../../queries/catalogue/auditMode.ts';
import { BROKEN_BY_CHANGE, OPENED_BY_CHANGE } from '../../queries/catalogue/changeEffects.ts';
import { CHANGES_MADE, MANUAL_CHANGES } from '../../queries/catalogue/changesMade.ts';
import { CONTRADICTIONS } from '../../queries/catalogue/contradictions.ts';
import { DEFAULT_DENIES } from '../../queries/catalogue/defaultDenies.ts';
import { MANIFEST_MISMATCHES } from '../../queries/catalogue/manifestMismatches.ts';
import { NOISIEST_SOURCES } from '../../queries/catalogue/noisiestSources.ts';
import { NOT_IN_FORCE } from '../../queries/catalogue/notInForce.ts';
import { POLICY_STATISTICS } from '../../queries/catalogue/policyStatistics.ts';
import { STILL_DENIED } from '../../queries/catalogue/stillDenied.ts';
import { UNUSED_POLICIES } from '../../queries/catalogue/unusedPolicies.ts';
import { MISFITS } from '../../queries/misfits.ts';
import { NAMESPACE } from '../../stores/opensearch/aliases.ts';
import type { Grouping } from './aggregations.ts';
import { controls, guide } from './controls.ts';
import { type Counted, figures, table } from './countPanels.ts';
import { dashboard, type Placed } from './dashboard.ts';
import { queryBars, queryList, queryTable } from './fromCatalogue.ts';
import { CHANGE_IMPACT } from './indexPatterns.ts';
import { idOf, type SavedObject } from './savedObject.ts';
import { timelinePanel } from './timelinePanel.ts';
import {
  BROKEN_DRIFT,
  CHANGES,
  CLUSTER_FIELD,
  CLUSTERS,
  CONVERSATIONS,
  COUNTING,
  DRIFTING,
  FIRST,
  LAG,
  LAST,
  most,
  NAMESPACES,
  NOTABLE_DRIFT,
  OBSERVED_KINDS,
  OPENED_DRIFT,
  oneOf,
  VERDICTS,
} from './verdictFigures.ts';

const DRIFT = 'drift';
export const FEED_HEALTH = 'feed-health';

export function driftDashboard(prefix: string): readonly SavedObject[] {
  const panels = [...overview(prefix), ...findings(prefix), ...policies(prefix)];
  const said = {
    slug: DRIFT,
    title: 'netpol-drift: Drift',
    description: 'What needs attention, by cluster and namespace.',
  };
  return dashboard(prefix, said, panels, 'now-24h');
}

function overview(prefix: string): readonly Placed[] {
  return [
    { object: choice(prefix), width: 24, height: 7 },
    { object: reading(prefix), width: 24, height: 7 },
    { object: attention(prefix), width: 48, height: 8 },
    { object: timeline(prefix), width: 32, height: 15 },
    { object: hours(prefix), width: 16, height: 15 },
    { object: namespaces(prefix), width: 48, height: 14 },
  ];
}

function findings(prefix: string): readonly Placed[] {
  return [
    { object: effects(prefix, 'broke'), width: 48, height: 12 },
    { object: effects(prefix, 'opened'), width: 48, height: 12 },
    { object: auditedDenies(prefix), width: 24, height: 14 },
    { object: auditedByTime(prefix), width: 24, height: 14 },
    { object: auditMode(prefix), width: 48, height: 12 },
    { object: auditedConversations(prefix), width: 48, height: 12 },
    { object: defaultDenies(prefix), width: 48, height: 12 },
    { object: contradictions(prefix), width: 48, height: 12 },
    { object: noisiest(prefix), width: 48, height: 12 },
  ];
}

function policies(prefix: string): readonly Placed[] {
  const what = ['change.verb', 'policy.ref', 'actor.user', 'change.diff', 'change.id'];
  const changes = queryList(prefix, {
    query: CHANGES_MADE,
    part: 'changes',
    columns: [CLUSTER_FIELD, ...what],
    order: 'newest first',
  });
  const manual = queryList(prefix, {
    query: MANUAL_CHANGES,
    part: 'changes',
    columns: ['actor.user', 'policy.managed_by', 'policy.ref', 'change.diff', 'change.id'],
    order: 'newest first',
  });
  const attempts = queryList(prefix, {
    query: ATTEMPTS,
    part: 'attempts',
    columns: ['actor.user', 'change.verb', 'policy.ref', 'change.code', 'change.message'],
    order: 'newest first',
  });
  return [
    { object: changes, width: 48, height: 15 },
    { object: manual, width: 24, height: 12 },
    { object: attempts, width: 24, height: 12 },
    { object: notInForce(prefix), width: 24, height: 12 },
    { object: mismatches(prefix), width: 24, height: 12 },
    { object: policiesOfNow(prefix), width: 24, height: 14 },
    { object: policyUse(prefix), width: 24, height: 14 },
  ];
}

function choice(prefix: string): SavedObject {
  const said = {
    slug: 'drift-choice',
    title: 'Which cluster, which namespace?',
    description:
      'Narrows every panel. The namespace is the one whose policies were asked, or in which the policy is.',
  };
  return controls(prefix, said, 'rollups', [CLUSTER_FIELD, NAMESPACE]);
}

function reading(prefix: string): SavedObject {
  const said = { slug: 'drift-guide', title: 'How is this read?', description: '' };
  const link = (slug: string): string => `#/view/${encodeURIComponent(idOf(prefix, slug))}`;
  return guide(
    prefix,
    said,
    [
      'Figures are **verdicts**: connection attempts judged at one end, each counted once.',
      'The id of a change leads to what it did.',
      'A panel without rows found nothing *in the chosen time*; whether the feeds could show it at all is told by',
      `[Feed health](${link(FEED_HEALTH)}). One change: [Change impact](${link(CHANGE_IMPACT)}).`,
    ].join(' '),
  );
}

const VERDICTS_COUNTED: Pick<Counted, 'documents' | 'filterName'> = {
  documents: { from: 'rollups', where: [COUNTING] },
  filterName: 'verdicts',
};

function attention(prefix: string): SavedObject {
  const said = {
    slug: 'attention',
    title: 'How much needs attention?',
    description:
      'One verdict can count in several of these. What a change gave back, after another had broken it, counts as opened.',
  };
  return figures(prefix, { ...said, ...VERDICTS_COUNTED }, VERDICTS, {
    'would be denied (audited)': oneOf('verdict.observed', ['audited']),
    dropped: oneOf('verdict.observed', ['dropped']),
    'broken by a change': oneOf('drift', BROKEN_DRIFT),
    'opened by a change': oneOf('drift', OPENED_DRIFT),
    'not as the policies say': oneOf('drift', MISFITS),
    'cannot be decided': oneOf('verdict.declared', ['unknown']),
  });
}

function timeline(prefix: string): SavedObject {
  return timelinePanel(prefix, {
    slug: 'timeline',
    title: 'Which policy changes came before it?',
    description:
      'Verdicts over time by what the datapath did; a mark is a change of a policy. The figures are in the table beside, the changes in the list below.',
  });
}

function hours(prefix: string): SavedObject {
  const said = {
    slug: 'verdicts-by-time',
    title: 'How many verdicts when?',
    description: 'The figures behind the chart beside.',
  };
  const counted = { ...said, ...VERDICTS_COUNTED };
  return table(prefix, counted, [VERDICTS], [{ kind: 'time', field: '@timestamp' }, OBSERVED_KINDS]);
}

function namespaces(prefix: string): SavedObject {
  const counted: Counted = {
    slug: 'namespaces',
    title: 'Which namespaces need attention, and why?',
    description:
      'By the namespace whose policies were asked. A verdict with two kinds of drift stands in two rows.',
    documents: { from: 'rollups', where: [COUNTING, DRIFTING] },
    filterName: 'verdicts with drift',
  };
  const drift: Grouping = { kind: 'terms', field: 'drift', size: 10, only: NOTABLE_DRIFT };
  return table(prefix, counted, [VERDICTS, FIRST, LAST], [CLUSTERS, NAMESPACES, drift]);
}

function effects(prefix: string, effect: 'broke' | 'opened'): SavedObject {
  return queryTable(prefix, {
    query: effect === 'broke' ? BROKEN_BY_CHANGE : OPENED_BY_CHANGE,
    title: effect === 'broke' ? 'What did each policy change break?' : 'What did each policy change open?',
    part: 'hits',
    figures: [VERDICTS, FIRST, LAST, LAG],
    rows: [CLUSTERS, CHANGES, most('cause.policy', 1), most('cause.at', 1), CONVERSATIONS],
  });
}

function auditedDenies(prefix: string): SavedObject {
  return queryTable(prefix, {
    query: AUDITED_DENIES,
    part: 'denials',
    figures: [VERDICTS, FIRST, LAST],
    rows: [CLUSTERS, most('policy.responsible', 50)],
  });
}

function auditedByTime(prefix: string): SavedObject {
  return queryBars(prefix, {
    query: AUDITED_DENY_SPIKES,
    title: 'When would which policies have denied what audit mode let pass?',
    part: 'denials',
    figure: VERDICTS,
    split: most('policy.responsible', 10),
  });
}

function auditMode(prefix: string): SavedObject {
  const isOne = (word: string): string => oneOf('verdict.observed', [word]);
  const outcomes: Grouping = {
    kind: 'filters',
    filters: { audited: isOne('audited'), dropped: isOne('dropped') },
  };
  return queryTable(prefix, {
    query: AUDIT_MODE,
    title: 'Which workloads are in audit mode?',
    part: 'workloads',
    figures: [VERDICTS, LAST],
    rows: [CLUSTERS, NAMESPACES, most('subject.workload', 50), outcomes],
  });
}

function auditedConversations(prefix: string): SavedObject {
  return queryTable(prefix, {
    query: STILL_DENIED,
    title: 'Which conversations does audit mode let pass?',
    part: 'denials',
    figures: [VERDICTS, FIRST, LAST],
    rows: [CLUSTERS, CONVERSATIONS],
  });
}

function defaultDenies(prefix: string): SavedObject {
  return queryTable(prefix, {
    query: DEFAULT_DENIES,
    part: 'denials',
    figures: [VERDICTS, LAST],
    rows: [CLUSTERS, most('policy.isolating', 50), most('network.direction', 2)],
  });
}

function contradictions(prefix: string): SavedObject {
  const kinds: Grouping = { kind: 'terms', field: 'drift', size: MISFITS.length, only: MISFITS };
  return queryTable(prefix, {
    query: CONTRADICTIONS,
    part: 'misfits',
    figures: [VERDICTS, FIRST, LAST],
    rows: [CLUSTERS, kinds, CONVERSATIONS, OBSERVED_KINDS, most('verdict.declared', 3)],
  });
}

function noisiest(prefix: string): SavedObject {
  return queryTable(prefix, {
    query: NOISIEST_SOURCES,
    title: 'Which conversations are denied most often?',
    part: 'denials',
    figures: [VERDICTS, FIRST, LAST],
    rows: [CLUSTERS, CONVERSATIONS],
  });
}

function notInForce(prefix: string): SavedObject {
  return queryList(prefix, {
    query: NOT_IN_FORCE,
    part: 'policies',
    columns: [CLUSTER_FIELD, 'policy.ref', 'policy.problem', 'policy.since', 'actor.user'],
    order: null,
  });
}

function mismatches(prefix: string): SavedObject {
  return queryList(prefix, {
    query: MANIFEST_MISMATCHES,
    part: 'mismatches',
    columns: [CLUSTER_FIELD, 'policy.ref', 'drift', 'policy.manifest_diff', 'cause.actor'],
    order: null,
  });
}

function policiesOfNow(prefix: string): SavedObject {
  return queryList(prefix, {
    query: UNUSED_POLICIES,
    title: 'Which policies are in force, those included that decide nothing?',
    part: 'policies',
    columns: [CLUSTER_FIELD, 'policy.ref', 'policy.since', 'policy.managed_by'],
    order: null,
  });
}

function policyUse(prefix: string): SavedObject {
  return queryTable(prefix, {
    query: POLICY_STATISTICS,
    title: 'How much does each policy decide?',
    part: 'uses',
    figures: [VERDICTS, LAST],
    rows: [CLUSTERS, most('policy.responsible', 200)],
  });
}
