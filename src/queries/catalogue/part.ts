// What a saved query asks of a store, as data that knows no engine: how documents are counted by groups, or
// which of them are listed. Both compilers (queries/engines) read this and nothing else, so each query is said once.
//
//   Tally     documents ──where──▶ by groups ──▶ one row for each group, with its measures
//   Listing   documents ──where──▶ sorted, so many of them, so many fields
//
// Fields are those of documents/fields.ts. A list field stands for each of its elements. Cells of answers are the
// same in both engines: counts exact, times as whole milliseconds since 1970, rounded down, NULL as null.
import type { TableName } from '../../documents/fields.ts';
import type { JsonValue } from '../../model/json.ts';

/** Always true or false: what a document does not say is not so, and `not` of it is. */
export type Condition =
  /** Of a list: one of its elements is. */
  | { readonly kind: 'is'; readonly field: string; readonly values: readonly (string | number)[] }
  | { readonly kind: 'begins'; readonly field: string; readonly prefix: string }
  | { readonly kind: 'exists'; readonly field: string }
  /** [from, until), null = open, of dates in milliseconds. Open on both sides: the field is there. */
  | {
      readonly kind: 'range';
      readonly field: string;
      readonly from: number | null;
      readonly until: number | null;
    }
  | { readonly kind: 'not'; readonly of: Condition }
  /** One of them at least; of none: never. */
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'all'; readonly of: readonly Condition[] };

/** Documents without the field make a group of their own (null). */
export type Group =
  | { readonly field: string }
  /** Of a list: the document counts in the group of each of its elements, once. */
  | { readonly field: string; readonly each: true }
  /** Of a date: steps from 1970 on; the group is the start of the step in milliseconds. */
  | { readonly field: string; readonly stepMs: number };

export type Measure =
  /** Documents. */
  (
    | { readonly kind: 'documents' }
    /** Of a `long`; 0 of nothing. */
    | { readonly kind: 'sum'; readonly field: string }
    /** Of a `long` or a date; null of nothing. */
    | { readonly kind: 'min'; readonly field: string }
    | { readonly kind: 'max'; readonly field: string }
    /** Of a keyword or a list: the first values in order of their UTF-8 bytes, each once, `most` of them. */
    | { readonly kind: 'some'; readonly field: string; readonly most: number }
  ) & {
    /** Of which documents of the group; of all when left out. */
    readonly where?: Condition;
  };

/**
 * One row for each group: the names of `by` and `measures` are its cells. Rows stand in the order of their groups;
 * addresses come as text or as numbers, as the engine has it.
 */
export interface Tally {
  readonly kind: 'tally';
  readonly from: TableName;
  readonly where: readonly Condition[];
  /** At least one. */
  readonly by: Readonly<Record<string, Group>>;
  readonly measures: Readonly<Record<string, Measure>>;
}

/** Tables in which each document can be told from all others by fields that can be sorted. */
export const LISTED_TABLES = ['changes', 'policies'] as const satisfies readonly TableName[];
export type ListedTable = (typeof LISTED_TABLES)[number];

/** What stands at the end of every sort, so that the order is total. */
export const KEY_FIELDS: Readonly<Record<ListedTable, readonly string[]>> = {
  changes: ['change.id'],
  policies: ['orchestrator.cluster.name', 'policy.ref'],
};

export interface Listing {
  readonly kind: 'listing';
  readonly from: ListedTable;
  readonly where: readonly Condition[];
  /** Cells of the row, under the names of the fields; at least one. */
  readonly fields: readonly string[];
  /** Absent values last in both directions; {@link KEY_FIELDS} follow. */
  readonly sort: readonly { readonly field: string; readonly order: 'asc' | 'desc' }[];
}

export type Part = Tally | Listing;

/** No part gives more rows: the first by its order are given then, and the answer says that it is cut. */
export const MOST_ROWS = 100_000;

export type PartRow = Readonly<Record<string, JsonValue>>;

export interface PartAnswer {
  readonly rows: readonly PartRow[];
  /** There are more than {@link MOST_ROWS}. */
  readonly cut: boolean;
}

export function is(field: string, ...values: readonly (string | number)[]): Condition {
  return { kind: 'is', field, values };
}

export function begins(field: string, prefix: string): Condition {
  return { kind: 'begins', field, prefix };
}

export function exists(field: string): Condition {
  return { kind: 'exists', field };
}

export function not(of: Condition): Condition {
  return { kind: 'not', of };
}

export function any(...of: readonly Condition[]): Condition {
  return { kind: 'any', of };
}

export function all(...of: readonly Condition[]): Condition {
  return { kind: 'all', of };
}

/** [from, until), null = open. Nothing is asked when both are. */
export function between(field: string, from: number | null, until: number | null): readonly Condition[] {
  return from === null && until === null ? [] : [{ kind: 'range', field, from, until }];
}
