// Which of some verdict documents are stored, and as what: by id, so that the answer holds at this moment,
// searchable or not.
import { at, field, isObject, text } from '../../model/json.ts';
import type { JoinStatus } from '../../rollup/blockContent.ts';
import { storedName } from './indexNames.ts';
import type { Reading } from './pages.ts';
import { ask, waitToRetry } from './patience.ts';

export interface Wanted {
  readonly id: string;
  readonly index: string;
}

const PER_REQUEST = 1_000;
const DOING = 'reading verdicts by id';

/** Where there is no index there is no document; one in a closed index cannot be written either. */
const ABSENT: ReadonlySet<string> = new Set(['index_not_found_exception', 'index_closed_exception']);

export async function readStatuses(
  reading: Reading,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JoinStatus>> {
  const found = new Map<string, JoinStatus>();
  for (let start = 0; start < wanted.length; start += PER_REQUEST)
    for (const [id, status] of await readSome(reading, wanted.slice(start, start + PER_REQUEST), signal))
      found.set(id, status);
  return found;
}

async function readSome(
  reading: Reading,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<readonly (readonly [string, JoinStatus])[]> {
  const docs = wanted.map(({ id, index }) => ({ _index: storedName(index, reading.indexPrefix), _id: id }));
  const request = {
    method: 'POST',
    path: '/_mget',
    query: {
      realtime: true,
      _source: 'join.status',
      filter_path: 'docs._id,docs.found,docs._source,docs.error.type,docs.error.reason',
    },
    body: JSON.stringify({ docs }),
  } as const;
  for (let attempt = 1; ; attempt += 1) {
    const answers = at(await ask(reading, request, DOING, signal), 'docs');
    const items = Array.isArray(answers) ? answers : [];
    const trouble = troubleOf(items, wanted.length);
    if (trouble === null) return items.flatMap(statusOf);
    await waitToRetry(reading, { doing: DOING, attempt, failure: trouble }, signal);
  }
}

/** What kept a document from being looked up; null when each was, found or not. */
function troubleOf(items: readonly unknown[], count: number) {
  if (items.length !== count)
    return { status: 0, type: '', reason: `${items.length} answers for ${count} documents` };
  const error = items
    .map((item) => field(item, 'error'))
    .find((error) => isObject(error) && !ABSENT.has(text(field(error, 'type'))));
  if (error === undefined) return null;
  return { status: 0, type: text(field(error, 'type')), reason: text(field(error, 'reason')) };
}

function statusOf(item: unknown): readonly (readonly [string, JoinStatus])[] {
  if (field(item, 'found') !== true) return [];
  const status = field(field(item, '_source'), 'join.status');
  return [[text(field(item, '_id')), status === 'final' ? 'final' : 'provisional']];
}
