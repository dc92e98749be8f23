// What an answer without rows does not say by itself: whether the store has ever heard of the cluster or the
// namespace that it was asked for, and whether it holds anything of that time.
import { Fault } from '../../model/fault.ts';
import { MICROS_PER_MS } from '../../model/time.ts';
import { lastOf, lastStored } from '../../queries/catalogue/lastStored.ts';
import { clusterNames, clustersStored, clustersWithNamespace } from '../../queries/catalogue/namesStored.ts';
import type { PartRow } from '../../queries/catalogue/part.ts';
import type { AnswerPart } from '../../queries/catalogue/runQuery.ts';
import type { Parts, QueryParameters, SavedQuery } from '../../queries/catalogue/savedQuery.ts';
import { dateOf, timeOf } from '../../report/terminal/times.ts';
import { nearest } from '../why/nearest.ts';

const MOST_CLUSTERS = 10;
const DAY_MS = 86_400_000;
/** How far back people ask. */
const USUAL_DAYS = [2, 7, 30, 90, 365];

/**
 * @returns sentences to be shown beside the answer
 * @throws Fault `usage` for a cluster of which nothing is stored, and whatever `answerPart` throws
 */
export async function nothingFound(
  { cluster, namespace }: QueryParameters,
  answerPart: AnswerPart,
): Promise<readonly string[]> {
  if (cluster !== '') {
    const known = clusterNames(await rowsOf(clustersStored(), answerPart));
    if (!known.includes(cluster)) throw unknownCluster(cluster, known.filter(Boolean));
  }
  if (namespace === '') return [];
  const clusters = clusterNames(await rowsOf(clustersWithNamespace(namespace), answerPart));
  if (clusters.length === 0) return [`No document names namespace ${namespace}: is it spelt so?`];
  if (cluster === '' || clusters.includes(cluster)) return [];
  return [`No document of cluster ${cluster} names namespace ${namespace}; ${clusters.join(', ')} has it.`];
}

/**
 * @returns a sentence where all that the query could read is older than what was asked
 * @throws whatever `answerPart` throws
 */
export async function onlyOlder(
  query: SavedQuery,
  parameters: QueryParameters,
  answerPart: AnswerPart,
): Promise<readonly string[]> {
  const { sinceMs, asOfMs } = parameters;
  if (sinceMs === null) return [];
  const lastMs = lastOf(await rowsOf(lastStored(query, parameters), answerPart));
  if (lastMs === null || lastMs >= sinceMs) return [];
  const days = Math.ceil((asOfMs - lastMs) / DAY_MS);
  const back = USUAL_DAYS.find((usual) => usual >= days) ?? days;
  return [`There is data until ${instant(lastMs)} only: --since ${back}d asks further back.`];
}

function instant(ms: number): string {
  const micros = ms * MICROS_PER_MS;
  return `${dateOf(micros)} ${timeOf(micros)} UTC`;
}

function unknownCluster(cluster: string, known: readonly string[]): Fault {
  const near = nearest(cluster, known);
  const shown = (near.length > 0 ? near : known).slice(0, MOST_CLUSTERS);
  const hint =
    shown.length === 0
      ? 'no document names a cluster'
      : near.length > 0
        ? `did you mean ${shown.join(', ')}?`
        : `there is ${shown.join(', ')}`;
  return new Fault('usage', `--cluster ${cluster}: nothing is stored of it; ${hint}`);
}

async function rowsOf(parts: Parts, answerPart: AnswerPart): Promise<readonly PartRow[]> {
  const rows: PartRow[] = [];
  for (const part of Object.values(parts)) rows.push(...(await answerPart(part)).rows);
  return rows;
}
