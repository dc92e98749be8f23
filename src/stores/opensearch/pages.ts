// The answer to a search, page by page, oldest first. It stands still while it is read (a scroll: of all that
// OpenSearch offers for that, the one that every version has and that needs no field to be unique). Where the
// server forgets it (a node that restarts, a reader that takes more than KEEP), the reading goes on from the
// time of the last document seen, so that one may come twice, and none is passed over.
import type { Document } from '../../documents/document.ts';
import type { TableName } from '../../documents/fields.ts';
import { Fault } from '../../model/fault.ts';
import { at, entries, field, type JsonValue, number, text } from '../../model/json.ts';
import type { Request } from './connection.ts';
import { indexPattern, logicalName } from './indexNames.ts';
import { ask, type Patience, waitToRetry } from './patience.ts';
import type { Search } from './searches.ts';

const PAGE = 2_000;
const KEEP = '5m';

/** Indices that are closed are passed over: what is in them is not to be changed any more. */
export const OPEN_ONLY = { expand_wildcards: 'open', ignore_unavailable: true, allow_no_indices: true };

export interface Reading extends Patience {
  readonly indexPrefix: string;
}

/** Makes searchable first what was written to the indices of the search before this call. */
export async function* readPages(
  reading: Reading,
  search: Search,
  signal: AbortSignal,
): AsyncGenerator<readonly Document[]> {
  await refresh(reading, search.table, signal);
  let since: string | null = '';
  while (since !== null) since = yield* readOn(reading, search, since, signal);
}

/** All shards, however long it takes: one that could not be refreshed would hide what was written to it. */
export async function refresh(reading: Reading, table: TableName, signal: AbortSignal): Promise<void> {
  const path = `/${indexPattern(table, reading.indexPrefix)}/_refresh`;
  const doing = `refreshing ${table}`;
  const request = { method: 'POST', path, query: OPEN_ONLY } as const;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(reading, request, doing, signal);
    if (!isTorn(answer)) return;
    const failure = { status: 0, type: 'refresh', reason: 'some shards are not available' };
    await waitToRetry(reading, { doing, attempt, failure }, signal);
  }
}

/**
 * @param since RFC 3339, inclusive; '' = from the first on
 * @returns from when on to read again, because the server forgot where we were; null when all was read
 */
async function* readOn(
  reading: Reading,
  search: Search,
  since: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Document[], string | null> {
  let last = since;
  let scroll = '';
  try {
    let page = await ask(reading, firstPage(reading, search, since), doing(search), signal);
    for (
      ;
      page !== null && !isTorn(page);
      page = await ask(reading, nextPage(scroll), doing(search), signal)
    ) {
      scroll = text(field(page, '_scroll_id'));
      const documents = documentsOf(page, reading.indexPrefix);
      if (documents.length > 0) yield documents;
      if (documents.length < PAGE) return null;
      last = text(documents.at(-1)?.fields['@timestamp']);
    }
    return last;
  } finally {
    if (scroll !== '' && !signal.aborted) await reading.connection.exchange(forget(scroll), signal);
  }
}

function doing({ table }: Search): string {
  return `reading ${table}`;
}

function firstPage({ indexPrefix }: Reading, { table, fields, query }: Search, since: string): Request {
  const later = { range: { '@timestamp': { gte: since } } };
  return {
    method: 'POST',
    path: `/${indexPattern(table, indexPrefix)}/_search`,
    query: { ...OPEN_ONLY, scroll: KEEP, allow_partial_search_results: false },
    body: JSON.stringify({
      size: PAGE,
      version: true,
      _source: fields,
      sort: [{ '@timestamp': { order: 'asc', unmapped_type: 'date' } }],
      query: since === '' ? query : { bool: { filter: [query, later] } },
    }),
  };
}

function nextPage(scroll: string): Request {
  return {
    method: 'POST',
    path: '/_search/scroll',
    body: JSON.stringify({ scroll: KEEP, scroll_id: scroll }),
    nullOn: [404],
  };
}

function forget(scroll: string): Request {
  return { method: 'DELETE', path: '/_search/scroll', body: JSON.stringify({ scroll_id: scroll }) };
}

/** Some shards did what was asked, others did not, or have forgotten the scroll. */
function isTorn(answer: unknown): boolean {
  return number(at(answer, '_shards', 'failed')) !== 0;
}

function documentsOf(page: unknown, indexPrefix: string): readonly Document[] {
  const hits = at(page, 'hits', 'hits');
  if (!Array.isArray(hits))
    throw new Fault(
      'opensearch-refused',
      'the answer to a search holds no hits: is the URL that of OpenSearch?',
    );
  return hits.map((hit: unknown) => ({
    _id: text(field(hit, '_id')),
    _index: logicalName(text(field(hit, '_index')), indexPrefix),
    _version: number(field(hit, '_version')) ?? 0,
    fields: fieldsOf(field(hit, '_source')),
  }));
}

/** As they were written: flat, each under its dotted name. */
function fieldsOf(source: JsonValue | undefined): Document['fields'] {
  return Object.fromEntries(entries(source));
}
