// Answers the parts of saved queries from OpenSearch, as it can be searched at the moment: what was written a few
// seconds ago may be missing. All pages are read, up to the limit of a part.
import { Fault } from '../../model/fault.ts';
import { MOST_ROWS, type Part, type PartAnswer, type PartRow } from '../../queries/catalogue/part.ts';
import { firstPage, type PageAsked, searchBodyOf } from '../../queries/engines/searchBody.ts';
import { readPage } from '../../queries/engines/searchPage.ts';
import { indexPattern } from './indexNames.ts';
import { OPEN_ONLY, type Reading } from './pages.ts';
import { ask } from './patience.ts';

/**
 * @param first the first page; smaller ones than OpenSearch takes give the same answer
 * @throws Fault `opensearch-refused`, or the signal's reason
 */
export async function answerFromOpenSearch(
  reading: Reading,
  part: Part,
  signal: AbortSignal,
  first: PageAsked = firstPage(part),
): Promise<PartAnswer> {
  const path = `/${indexPattern(part.from, reading.indexPrefix)}/_search`;
  const query = { ...OPEN_ONLY, allow_partial_search_results: false };
  const rows: PartRow[] = [];
  let asked: PageAsked | null = first;
  while (asked !== null && rows.length <= MOST_ROWS) {
    const body = JSON.stringify(searchBodyOf(part, asked));
    const answer = await ask(reading, { method: 'POST', path, query, body }, `asking ${part.from}`, signal);
    const page = readPage(part, answer, asked);
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
