// The answer to a bulk request → one outcome for each document that was sent, in that order. An answer of
// another shape or length is a fault: guessing which document it speaks of would lose one.
import { Fault } from '../../model/fault.ts';
import { at, entries, field, isObject, number, text } from '../../model/json.ts';

export interface ItemOutcome {
  readonly status: number;
  /** OpenSearch's name of the error; '' when there is none. */
  readonly type: string;
  /** Its words, and those of its cause; ''. */
  readonly reason: string;
}

/** What of the answer is asked for (`filter_path`): the rest is most of its bytes. */
export const BULK_ANSWER_PATHS = [
  'items.*.status',
  'items.*.error.type',
  'items.*.error.reason',
  'items.*.error.caused_by.reason',
].join(',');

/** @throws Fault `opensearch-refused` when the answer does not say what became of each of `count` documents. */
export function itemOutcomes(body: unknown, count: number): readonly ItemOutcome[] {
  const items = field(body, 'items');
  if (!Array.isArray(items)) throw misshapen('holds no items');
  if (items.length !== count) throw misshapen(`speaks of ${items.length} documents, ${count} were sent`);
  return items.map(itemOutcome);
}

function itemOutcome(item: unknown): ItemOutcome {
  const [only, ...more] = entries(item);
  const status = number(field(only?.[1], 'status'));
  if (status === undefined || more.length > 0) throw misshapen('holds an item without a status');
  const error = field(only?.[1], 'error');
  return {
    status,
    type: isObject(error) ? text(field(error, 'type')) : '',
    reason: [text(field(error, 'reason')), text(at(error, 'caused_by', 'reason'))].filter(Boolean).join(': '),
  };
}

function misshapen(what: string): Fault {
  return new Fault(
    'opensearch-refused',
    `the answer to a bulk request ${what}: is the URL that of OpenSearch, and is nothing rewriting its answers?`,
  );
}
