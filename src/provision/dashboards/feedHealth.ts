// "Feed health": whether the two feeds can show what the other dashboards look for. What stands in a gap cannot be
// counted, and absence proves nothing there.
import { FEED_GAPS } from '../../queries/catalogue/feedGaps.ts';
import { type Condition, is, not } from '../../queries/catalogue/part.ts';
import { REJECTS } from '../../queries/catalogue/rejects.ts';
import type { Figure } from './aggregations.ts';
import { controls } from './controls.ts';
import { type Counted, figures, overTime, table } from './countPanels.ts';
import { dashboard, type Placed } from './dashboard.ts';
import { FEED_HEALTH } from './drift.ts';
import { queryTable } from './fromCatalogue.ts';
import type { SavedObject } from './savedObject.ts';
import { CLUSTER_FIELD, CLUSTERS, COUNTING, most, NAMESPACES, VERDICTS } from './verdictFigures.ts';

const EVENTS: Figure = { kind: 'sum', field: 'count', title: 'events' };
const FROM: Figure = { kind: 'min', field: 'feed.from', title: 'from' };
const UNTIL: Figure = { kind: 'max', field: 'feed.until', title: 'until' };

const FEEDS = most('feed.name', 2);
const REPORTERS = most('observer.name', 200);

const NOT_LOST: Condition = not(is('feed.count_kind', 'lost'));

export function feedHealthDashboard(prefix: string): readonly SavedObject[] {
  const panels: readonly Placed[] = [
    { object: choice(prefix), width: 24, height: 8 },
    { object: outcome(prefix), width: 24, height: 8 },
    { object: overTheHours(prefix), width: 48, height: 13 },
    { object: reporters(prefix), width: 48, height: 15 },
    { object: kinds(prefix), width: 24, height: 14 },
    { object: lost(prefix), width: 24, height: 14 },
    { object: rejects(prefix), width: 24, height: 12 },
    { object: certainty(prefix), width: 24, height: 12 },
    { object: undecided(prefix), width: 48, height: 12 },
  ];
  const said = {
    slug: FEED_HEALTH,
    title: 'netpol-drift: Feed health',
    description: 'What the two feeds brought, what they lost, and what could not be used.',
  };
  return dashboard(prefix, said, panels, 'now-24h');
}

/** What was counted about feeds. */
function counted(
  slug: string,
  title: string,
  description: string,
  where: readonly Condition[] = [],
): Counted {
  return { slug, title, description, documents: { from: 'feeds', where }, filterName: 'of these feeds' };
}

function choice(prefix: string): SavedObject {
  const said = { slug: 'feed-choice', title: 'Which cluster, which feed?', description: '' };
  return controls(prefix, said, 'feeds', [CLUSTER_FIELD, 'feed.name']);
}

function outcome(prefix: string): SavedObject {
  const question = counted(
    'feed-outcome',
    'How much came, and how much is missing?',
    'Events of both feeds.',
  );
  return figures(prefix, question, EVENTS, {
    'verdicts and changes': 'feed.count_kind:("verdict" OR "drop" OR "change")',
    'could not be read': 'feed.count_kind:rejected*',
    'lost by the source': 'feed.count_kind:"lost"',
  });
}

function overTheHours(prefix: string): SavedObject {
  const question = counted('feed-times', 'Did a feed fall silent?', 'Events by feed.', [NOT_LOST]);
  return overTime(prefix, question, EVENTS, FEEDS);
}

function reporters(prefix: string): SavedObject {
  const question = counted(
    'feed-reporters',
    'What did each node and API server send, and until when?',
    'Who never sent anything is not listed. The whole answer: netpol-drift query feed-coverage.',
    [NOT_LOST],
  );
  return table(prefix, question, [EVENTS, FROM, UNTIL], [CLUSTERS, FEEDS, REPORTERS]);
}

function kinds(prefix: string): SavedObject {
  const question = counted(
    'feed-kinds',
    'What became of the records?',
    'ignored: they judge or change nothing. Whatever tells no time lies outside of every chosen time.',
  );
  return table(prefix, question, [EVENTS], [CLUSTERS, FEEDS, most('feed.count_kind', 50)]);
}

function lost(prefix: string): SavedObject {
  return queryTable(prefix, {
    query: FEED_GAPS,
    title: 'Which events does a source say it lost?',
    part: 'lost',
    figures: [EVENTS],
    rows: [CLUSTERS, FEEDS, REPORTERS, most('feed.detail', 10)],
  });
}

function rejects(prefix: string): SavedObject {
  return queryTable(prefix, {
    query: REJECTS,
    part: 'rejects',
    figures: [EVENTS],
    rows: [CLUSTERS, FEEDS, most('feed.source', 50), most('feed.count_kind', 50)],
  });
}

function certainty(prefix: string): SavedObject {
  const question: Counted = {
    slug: 'certainty',
    title: 'How sure are the single verdicts?',
    description: 'provisional: more of the audit log may come, and the verdict may be judged again.',
    documents: { from: 'verdicts', where: [] },
    filterName: 'verdicts',
  };
  const rows = [CLUSTERS, most('join.status', 2), most('join.confidence', 4), most('cause.history', 2)];
  return table(prefix, question, [{ kind: 'count', title: 'verdicts' }], rows);
}

function undecided(prefix: string): SavedObject {
  const question: Counted = {
    slug: 'undecided',
    title: 'What could not be decided, and why?',
    description:
      'Verdicts for which the policies in force cannot be told, or decide by what the logs do not hold.',
    documents: { from: 'rollups', where: [COUNTING, is('verdict.declared', 'unknown')] },
    filterName: 'undecided verdicts',
  };
  return table(prefix, question, [VERDICTS], [CLUSTERS, NAMESPACES, most('verdict.undecidable', 20)]);
}
