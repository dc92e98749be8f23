// What an installation has in OpenSearch, asked as a dashboard would.
import { at } from '../../../src/model/json.ts';
import type { Installation } from '../../support/stream/installation.ts';

export interface Stored {
  readonly documents: number;
  /** Of the primaries, each shard merged into one segment. */
  readonly bytes: number;
}

/** Verdicts that the rollups count and a search finds. */
export async function countedVerdicts(stream: Installation): Promise<number> {
  const body = await ask(stream, 'POST', 'rollups*/_search', {
    size: 0,
    aggs: { counted: { sum: { field: 'count' } } },
  });
  return Number(at(body, 'aggregations', 'counted', 'value') ?? 0);
}

/** Of the tables that traffic makes: `table` is `verdicts`, `rollups`, … */
export async function storedIn(stream: Installation, table: string): Promise<Stored> {
  await ask(stream, 'POST', `${table}*/_flush`);
  await ask(stream, 'POST', `${table}*/_forcemerge?max_num_segments=1`);
  await ask(stream, 'POST', `${table}*/_refresh`);
  const body = await ask(stream, 'GET', `${table}*/_stats/store,docs`);
  return {
    documents: Number(at(body, '_all', 'primaries', 'docs', 'count')),
    bytes: Number(at(body, '_all', 'primaries', 'store', 'size_in_bytes')),
  };
}

/** @returns {} where there is no such index yet, or OpenSearch does not answer */
export async function ask(
  { settings: { OPENSEARCH_URL = '', INDEX_PREFIX = '' } }: Installation,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  const content =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const response = await fetch(`${OPENSEARCH_URL}/${INDEX_PREFIX}${path}`, { method, ...content });
    return response.ok ? await response.json() : {};
  } catch (cause) {
    if (cause instanceof TypeError) return {};
    throw cause;
  }
}
