// "Change impact": one change, what it said, who made it, and what it did. Which one is chosen by its id: the link
// behind it asks every panel for `change.id`, which verdicts have by the name of their cause.
import { CHANGES_MADE } from '../../queries/catalogue/changesMade.ts';
import { is } from '../../queries/catalogue/part.ts';
import { CHANGE, NAMESPACE } from '../../stores/opensearch/aliases.ts';
import type { Grouping } from './aggregations.ts';
import { controls, guide } from './controls.ts';
import { type Counted, figures, overTime, table } from './countPanels.ts';
import { dashboard, type Placed } from './dashboard.ts';
import { CHANGE_IMPACT } from './indexPatterns.ts';
import type { SavedObject } from './savedObject.ts';
import { savedSearch } from './savedSearch.ts';
import { queryList } from './fromCatalogue.ts';
import {
  BROKEN_DRIFT,
  CAUSED,
  CHANGES,
  CLUSTER_FIELD,
  CLUSTERS,
  CONVERSATIONS,
  COUNTING,
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

export function changeImpactDashboard(prefix: string): readonly SavedObject[] {
  const panels: readonly Placed[] = [
    { object: choice(prefix), width: 24, height: 7 },
    { object: reading(prefix), width: 24, height: 7 },
    { object: changes(prefix), width: 48, height: 10 },
    { object: whatItSaid(prefix), width: 48, height: 12 },
    { object: beforeAndAfter(prefix), width: 48, height: 16 },
    { object: amount(prefix), width: 24, height: 8 },
    { object: decisions(prefix), width: 24, height: 8 },
    { object: brokenFirst(prefix), width: 48, height: 12 },
    { object: when(prefix), width: 24, height: 13 },
    { object: who(prefix), width: 24, height: 13 },
    { object: conversations(prefix), width: 48, height: 14 },
  ];
  const said = {
    slug: CHANGE_IMPACT,
    title: 'netpol-drift: Change impact',
    description: 'One policy change: what it said, who made it, what it did.',
  };
  return dashboard(prefix, said, panels, 'now-7d');
}

/** Verdicts of which a change is the cause. */
const EXPLAINED: Pick<Counted, 'documents' | 'filterName'> = {
  documents: { from: 'rollups', where: [COUNTING, CAUSED] },
  filterName: 'verdicts that a change explains',
};

/** Those among them that it broke or opened, or that do not follow it. */
const CHANGED: Pick<Counted, 'documents' | 'filterName'> = {
  documents: { from: 'rollups', where: [COUNTING, CAUSED, is('drift', ...NOTABLE_DRIFT)] },
  filterName: 'verdicts with drift that a change explains',
};

const KINDS: Grouping = { kind: 'terms', field: 'drift', size: 10, only: NOTABLE_DRIFT };

function choice(prefix: string): SavedObject {
  const said = { slug: 'change-choice', title: 'Of which cluster and namespace?', description: '' };
  return controls(prefix, said, 'rollups', [CLUSTER_FIELD, NAMESPACE]);
}

function reading(prefix: string): SavedObject {
  const said = { slug: 'change-guide', title: 'How is one change chosen?', description: '' };
  return guide(
    prefix,
    said,
    [
      `By its id: follow one, here or on Drift, or ask for \`${CHANGE}: …\` above.`,
      'Without a choice this shows all changes of the time.',
      'Effects may come long after their change: widen the time. On the command line:',
      '`netpol-drift why SUBJECT PEER PORT`.',
    ].join(' '),
  );
}

function changes(prefix: string): SavedObject {
  const counted: Counted = {
    slug: 'changes-with-effects',
    title: 'Which changes broke or opened something?',
    description: 'By the verdicts that they explain.',
    ...CHANGED,
  };
  const rows = [
    CLUSTERS,
    CHANGES,
    most('cause.at', 1),
    most('cause.policy', 1),
    most('cause.actor', 1),
    KINDS,
  ];
  return table(prefix, counted, [VERDICTS, FIRST, LAST], rows);
}

function whatItSaid(prefix: string): SavedObject {
  return queryList(prefix, {
    query: CHANGES_MADE,
    slug: 'change-author',
    title: 'Who made the change, how, and what is different?',
    part: 'changes',
    columns: [
      'actor.user',
      'actor.manager',
      'change.verb',
      'policy.ref',
      'change.diff',
      'change.cause',
      'change.commit.id',
      CHANGE,
    ],
    order: 'newest first',
  });
}

function beforeAndAfter(prefix: string): SavedObject {
  return savedSearch(prefix, {
    slug: 'change-specs',
    title: 'What did the policy say before and after?',
    description: 'A line unfolds to both specs in full.',
    documents: { from: 'changes', where: [is('change.outcome', 'version', 'tombstone')] },
    filterName: 'versions and deletions',
    columns: ['policy.ref', 'change.spec_before', 'change.spec_after'],
    order: 'newest first',
  });
}

function amount(prefix: string): SavedObject {
  const said = {
    slug: 'change-amount',
    title: 'How much does it explain?',
    description:
      'Verdicts; one can count in several of these. What it gave back, after another change had broken it, counts as opened.',
  };
  return figures(prefix, { ...said, ...EXPLAINED }, VERDICTS, {
    broken: oneOf('drift', BROKEN_DRIFT),
    opened: oneOf('drift', OPENED_DRIFT),
    dropped: oneOf('verdict.observed', ['dropped']),
    audited: oneOf('verdict.observed', ['audited']),
    'let through': oneOf('verdict.observed', ['forwarded', 'redirected']),
  });
}

function decisions(prefix: string): SavedObject {
  const said = {
    slug: 'change-decisions',
    title: 'What was decided before, and what since?',
    description: 'The declared decision just before the change and after it, and what the datapath did.',
  };
  const rows = [most('cause.before', 3), most('verdict.declared', 3), OBSERVED_KINDS];
  return table(prefix, { ...said, ...EXPLAINED }, [VERDICTS, LAG], rows);
}

function brokenFirst(prefix: string): SavedObject {
  return savedSearch(prefix, {
    slug: 'broken-first',
    title: 'Which flow broke first?',
    description: 'Single verdicts, the first on top: dropped or audited since the change.',
    documents: { from: 'verdicts', where: [is('drift', ...BROKEN_DRIFT), CAUSED] },
    filterName: 'broken by a change',
    columns: [
      'source.namespace',
      'source.pod',
      'destination.namespace',
      'destination.pod',
      'destination.ip',
      'destination.port',
      'verdict.observed',
      'policy.responsible',
      'cause.lag_ms',
    ],
    order: 'oldest first',
  });
}

function when(prefix: string): SavedObject {
  const said = { slug: 'change-when', title: 'When did it show?', description: '' };
  return overTime(prefix, { ...said, ...CHANGED }, VERDICTS, KINDS);
}

function who(prefix: string): SavedObject {
  const said = {
    slug: 'change-namespaces',
    title: 'Which namespaces did it hit?',
    description: 'By the namespace whose policies were asked.',
  };
  return table(prefix, { ...said, ...CHANGED }, [VERDICTS, LAST], [CLUSTERS, NAMESPACES, KINDS]);
}

function conversations(prefix: string): SavedObject {
  const said = {
    slug: 'change-conversations',
    title: 'Which conversations did it change, and how soon?',
    description: 'after: from the change to the first verdict that it explains.',
  };
  return table(prefix, { ...said, ...CHANGED }, [VERDICTS, FIRST, LAST, LAG], [CONVERSATIONS, KINDS]);
}
