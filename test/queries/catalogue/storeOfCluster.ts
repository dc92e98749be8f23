// The documents of test/samples/cluster in a DuckDB store in memory, to put saved queries to.
import { join } from 'node:path';
import { analysedDocuments } from './analysedDocuments.ts';
import { type AskedStore, storeAsked } from './storeAsked.ts';

export const CLUSTER_SAMPLE = join(import.meta.dirname, '..', '..', 'samples', 'cluster');

export type ClusterStore = AskedStore;

export async function storeOfCluster(): Promise<ClusterStore> {
  return storeAsked(await analysedDocuments(CLUSTER_SAMPLE, 'snapshot.json'));
}
