// Answers the parts of saved queries from OpenSearch, as it can be searched at the moment: what was written a few
// seconds ago may be missing. Few groups come in one answer; of all else all pages are read, up to the limit of a
// part.
import { Fault } from '../../model/fault.ts';
import { MOST_ROWS, type Part, type PartAnswer, type PartRow } from '../../queries/catalogue/part.ts';
import {
  firstPage,
  type PageAsked,
  type SearchBody,
  searchBodyOf,
} from '../../queries/engines/searchBody.ts';
import { readPage } from '../../queries/engines/searchPage.ts';
import { readTree, treeBodyOf } from '../../queries/engines/searchTree.ts';
import type { Request } from './connection.ts';
import { indexPattern } from './indexNames.ts';
import { OPEN_ONLY, type Reading } from './pages.ts';
import { ask } from './patience.ts';

/**
 * @param first the first page, when it has to be pages; smaller ones than OpenSearch takes give the same answer
 * @throws Fault `opensearch-refused`, or the signal's reason
 */
export async function answerFromOpenSearch(
  reading: Reading,
  part: Part,
  signal: AbortSignal,
  first?: PageAsked,
): Promise<PartAnswer> {
  const whole = first === undefined ? await inOneAnswer(reading, part, signal) : null;
  return whole === null
    ? inPages(reading, part, first ?? firstPage(part), signal)
    : { rows: whole, cut: false };
}

/** null for whatever reason: pages are asked then, as patiently as everything. */
async function inOneAnswer(
  reading: Reading,
  part: Part,
  signal: AbortSignal,
): Promise<readonly PartRow[] | null> {
  const body = part.kind === 'tally' ? treeBodyOf(part) : null;
  if (part.kind !== 'tally' || body === null) return null;
  const answer = await reading.connection.exchange(searchOf(reading, part, body), signal);
  return answer.kind === 'answered' ? readTree(part, answer.body) : null;
}

async function inPages(
  reading: Reading,
  part: Part,
  first: PageAsked,
  signal: AbortSignal,
): Promise<PartAnswer> {
  const rows: PartRow[] = [];
  let asked: PageAsked | null = first;
  while (asked !== null && rows.length <= MOST_ROWS) {
    const request = searchOf(reading, part, searchBodyOf(part, asked));
    const page = readPage(part, await ask(reading, request, `asking ${part.from}`, signal), asked);
    if (page === null)
      throw new Fault(
        'opensearch-refused',
        'the answer to a search holds no hits: is the URL that of OpenSearch?',
      );
    for (const row of page.rows) rows.push(row);
    asked = page.next;
  }
  return { rows: rows.slice(0, MOST_ROWS), cut: rows.length > MOST_ROWS };
}

function searchOf({ indexPrefix }: Reading, { from }: Part, body: SearchBody): Request {
  return {
    method: 'POST',
    path: `/${indexPattern(from, indexPrefix)}/_search`,
    query: { ...OPEN_ONLY, allow_partial_search_results: false },
    body: JSON.stringify(body),
  };
}
