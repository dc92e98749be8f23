// Which indices there are of a table, open ones or all. Only names that we would give ourselves come out, so that
// nothing is ever done to an index that merely looks like one of ours.
import type { TableName } from '../../documents/fields.ts';
import { field, text } from '../../model/json.ts';
import { indexPattern, readIndexName } from './indexNames.ts';
import { ask, type Patience } from './patience.ts';

/** @returns names as OpenSearch has them, sorted */
export async function listIndices(
  patience: Patience,
  {
    table,
    prefix,
    which,
  }: { readonly table: TableName; readonly prefix: string; readonly which: 'open' | 'all' },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const request = {
    method: 'GET',
    path: `/_cat/indices/${indexPattern(table, prefix)}`,
    query: { format: 'json', h: 'index', expand_wildcards: which },
    nullOn: [404],
  } as const;
  const rows = await ask(patience, request, `listing the indices of ${table}`, signal);
  return (Array.isArray(rows) ? rows : [])
    .map((row: unknown) => text(field(row, 'index')))
    .filter((index) => readIndexName(index, prefix)?.table === table)
    .sort();
}
