// Everything that is stored below an index prefix, read over HTTP as any client would.
import { at, isObject, type JsonObject } from '../../../src/model/json.ts';
import { eventually } from '../eventually.ts';
import { type Documents, flat, type Table } from './sameDocuments.ts';

const PAGE = 5_000;

/** An index that has just been made cannot be searched yet, nor one of a server that has just come back. */
const SEARCHABLE = { withinMs: 60_000, everyMs: 500 };

/** @param prefix of the indices, such as `netpol-` */
export function storedDocuments(url: string, prefix: string): Promise<Documents> {
  return eventually(() => readAll(url, prefix), SEARCHABLE);
}

async function readAll(url: string, prefix: string): Promise<Documents> {
  await post(`${url}/${prefix}*/_refresh?ignore_unavailable=true`, {});
  const of = async (table: Table): Promise<readonly JsonObject[]> => all(url, `${prefix}${table}*`);
  const [verdicts, rollups, changes, policies] = await Promise.all([
    of('verdicts'),
    of('rollups'),
    of('changes'),
    of('policies'),
  ]);
  return { verdicts, rollups, changes, policies };
}

async function all(url: string, index: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  let page = await post(`${url}/${index}/_search?scroll=1m&ignore_unavailable=true&allow_no_indices=true`, {
    size: PAGE,
    sort: ['_doc'],
  });
  for (;;) {
    const hits = at(page, 'hits', 'hits');
    const list = Array.isArray(hits) ? hits.filter(isObject) : [];
    for (const hit of list) found.push({ ...flat(hit['_source'] ?? null), _id: hit['_id'] });
    const scroll = at(page, '_scroll_id');
    if (typeof scroll !== 'string') return found;
    if (list.length === 0) {
      await fetch(`${url}/_search/scroll/${scroll}`, { method: 'DELETE' });
      return found;
    }
    page = await post(`${url}/_search/scroll`, { scroll: '1m', scroll_id: scroll });
  }
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
