// Whether the flows of a cluster were covered so well that what was not seen did not happen: only then may a
// policy be called unused. And since and until when anything was seen at all.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textsOf } from './cellsOf.ts';
import { TIMED, timelessToo } from './feedTimes.ts';
import { begins, is, type Measure, type PartRow, type Tally } from './part.ts';
import type { QueryParameters } from './savedQuery.ts';
import { talkScope } from './scope.ts';

const REPORTERS = 5;
const LOST = is('feed.count_kind', 'lost');

export const NOBODY_EXPORTS_UNKNOWN =
  'A node that never exported any flow is not known, and not missed: compare feed-coverage with your nodes.';

export interface FlowCoverage {
  /** Within the span asked for; null when there are no flows. */
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  /** Why it is not complete, for people; [] when it is. */
  readonly gaps: readonly string[];
}

const NO_FLOWS: FlowCoverage = { fromMs: null, untilMs: null, gaps: ['no flows of this cluster are known'] };

/** Parts of which {@link flowCoverages} makes its answer. */
export function coverageParts(parameters: QueryParameters): Readonly<Record<'feeds' | 'passed', Tally>> {
  const cluster = { field: 'orchestrator.cluster.name' };
  return {
    feeds: {
      kind: 'tally',
      from: 'feeds',
      // What names no cluster may be of any.
      where: [...timelessToo({ ...parameters, cluster: '' }), is('feed.name', 'flows')],
      by: { cluster },
      measures: FEED_MEASURES,
    },
    passed: {
      kind: 'tally',
      from: 'rollups',
      where: [...talkScope(parameters), is('verdict.observed', 'forwarded', 'redirected')],
      by: { cluster },
      measures: {},
    },
  };
}

const FEED_MEASURES: Readonly<Record<string, Measure>> = {
  from: { kind: 'min', field: 'feed.from', where: TIMED },
  until: { kind: 'max', field: 'feed.until', where: TIMED },
  lost: { kind: 'sum', field: 'count', where: LOST },
  losers: { kind: 'some', field: 'observer.name', most: REPORTERS, where: LOST },
  rejected: { kind: 'sum', field: 'count', where: begins('feed.count_kind', 'rejected:') },
  timeless: { kind: 'sum', field: 'count', where: is('feed.count_kind', 'ignored:no-time') },
};

export interface CoverageRows {
  readonly feeds: readonly PartRow[];
  readonly passed: readonly PartRow[];
}

/** By cluster. */
export function flowCoverages(
  { feeds, passed }: CoverageRows,
  parameters: QueryParameters,
): (cluster: string) => FlowCoverage {
  const withPassed = new Set(passed.map((row) => textCell(row, 'cluster')));
  const homeless = feeds.find((row) => row['cluster'] === null) ?? {};
  const known = new Map(
    feeds.map((row) => {
      const cluster = textCell(row, 'cluster');
      const { fromMs, untilMs } = spanOf(row, parameters);
      const rejected = countCell(row, 'rejected') + (row === homeless ? 0 : countCell(homeless, 'rejected'));
      return [
        cluster,
        { fromMs, untilMs, gaps: gapsOf({ ...row, rejected }, withPassed.has(cluster)) },
      ] as const;
    }),
  );
  return (cluster) => known.get(cluster) ?? NO_FLOWS;
}

function spanOf(row: PartRow, { sinceMs, untilMs }: QueryParameters): Omit<FlowCoverage, 'gaps'> {
  const [from, until] = [momentOf(row, 'from'), momentOf(row, 'until')];
  return {
    fromMs: from === null ? null : Math.max(from, sinceMs ?? from),
    untilMs: until === null ? null : Math.min(until, untilMs ?? until),
  };
}

function gapsOf(row: PartRow, hasPassed: boolean): readonly string[] {
  const [lost, rejected, timeless] = [
    countCell(row, 'lost'),
    countCell(row, 'rejected'),
    countCell(row, 'timeless'),
  ];
  const where = textsOf(row, 'losers').join(', ');
  return [
    ...(lost === 0 ? [] : [`${lost} events lost${where === '' ? '' : ` on ${where}`}`]),
    ...(rejected === 0 ? [] : [`${rejected} lines of flows rejected`]),
    ...(timeless === 0 ? [] : [`${timeless} verdicts without a time`]),
    ...(hasPassed ? [] : ['no allowed traffic in the flows: the export may hold denials only']),
  ];
}
