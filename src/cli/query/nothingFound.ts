// What an answer without rows does not say by itself: whether the store has ever heard of the cluster or the
// namespace that it was asked for.
import { Fault } from '../../model/fault.ts';
import { clusterNames, clustersStored, clustersWithNamespace } from '../../queries/catalogue/namesStored.ts';
import type { PartRow } from '../../queries/catalogue/part.ts';
import type { AnswerPart } from '../../queries/catalogue/runQuery.ts';
import type { Parts, QueryParameters } from '../../queries/catalogue/savedQuery.ts';
import { nearest } from '../why/nearest.ts';

const MOST_CLUSTERS = 10;

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
