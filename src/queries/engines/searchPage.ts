// A page of an answer of OpenSearch, read: the rows, and where the next page begins. Checks what it reads, as a
// proxy may answer anything.
import { at, field, isObject, type JsonValue, number, text } from '../../model/json.ts';
import { parseMicros } from '../../model/time.ts';
import type { Listing, Measure, Part, PartRow, Tally } from '../catalogue/part.ts';
import { fieldType, isDate } from './fieldOf.ts';
import { FILTERED, GROUPS, type PageAsked } from './searchBody.ts';

export interface Page {
  readonly rows: readonly PartRow[];
  /** null: this was the last one. */
  readonly next: PageAsked | null;
}

/** null when this is no answer to such a search. */
export function readPage(part: Part, answer: unknown, { size }: PageAsked): Page | null {
  return part.kind === 'tally' ? tallyPage(part, answer, size) : listingPage(part, answer, size);
}

function tallyPage(tally: Tally, answer: unknown, size: number): Page | null {
  const hits = at(answer, 'hits', 'hits');
  if (!Array.isArray(hits)) return null;
  // No index, no aggregation.
  const buckets = at(answer, 'aggregations', GROUPS, 'buckets') ?? [];
  if (!Array.isArray(buckets)) return null;
  const after = at(answer, 'aggregations', GROUPS, 'after_key');
  return {
    rows: buckets.map((bucket: JsonValue) => groupRow(tally, bucket)),
    next: buckets.length < size || !isObject(after) ? null : { after, size },
  };
}

function groupRow({ from, by, measures }: Tally, bucket: JsonValue): PartRow {
  const groups = Object.entries(by).map(([name, group]) => {
    const value = at(bucket, 'key', name) ?? null;
    return [name, isDate(fieldType(from, group.field)) ? millis(value) : value] as const;
  });
  const cells = Object.entries(measures).map(
    ([name, measure]) => [name, measured(measure, bucket, name)] as const,
  );
  return Object.fromEntries([...groups, ...cells]);
}

function measured(measure: Measure, bucket: JsonValue, name: string): JsonValue {
  const place = measure.where === undefined ? bucket : field(bucket, name);
  if (measure.kind === 'documents') return number(field(place, 'doc_count')) ?? 0;
  const value = field(place, measure.where === undefined ? name : FILTERED);
  if (measure.kind === 'some') {
    const buckets = field(value, 'buckets');
    return Array.isArray(buckets) ? buckets.map((one: JsonValue) => text(field(one, 'key'))) : [];
  }
  const found = number(field(value, 'value'));
  return found === undefined ? null : Math.floor(found);
}

function listingPage(listing: Listing, answer: unknown, size: number): Page | null {
  const hits = at(answer, 'hits', 'hits');
  if (!Array.isArray(hits)) return null;
  const after: JsonValue = field(hits.at(-1), 'sort') ?? null;
  return {
    rows: hits.map((hit: JsonValue) => documentRow(listing, field(hit, '_source') ?? null)),
    next: hits.length < size || !Array.isArray(after) ? null : { after, size },
  };
}

/** Documents are kept flat, as they were written. */
function documentRow({ from, fields }: Listing, source: JsonValue): PartRow {
  return Object.fromEntries(
    fields.map((name) => {
      const value = field(source, name) ?? null;
      return [name, isDate(fieldType(from, name)) ? millis(value) : value];
    }),
  );
}

/** Of RFC 3339 or of milliseconds. */
function millis(value: JsonValue): number | null {
  const micros = parseMicros(text(value));
  return micros === undefined ? (number(value) ?? null) : Math.floor(micros / 1_000);
}
