// The documents that analyze makes of the example, told again as those of another day or another cluster: most of what
// alerts compare is the same traffic at another time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document, FieldValue } from '../../../src/documents/document.ts';
import { entries, isObject, number, text } from '../../../src/model/json.ts';
import { run } from '../../support/command.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLE = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'policies.json'];

/** In the folder: `store.duckdb`, and the documents. */
export async function analyseExample(folder: string): Promise<readonly Document[]> {
  const inputs = EXAMPLE.map((part) => (part.startsWith('--') ? part : `examples/shop/${part}`));
  const outputs = ['--documents', join(folder, 'documents'), '--store', join(folder, 'store.duckdb')];
  const ended = await run(['analyze', ...inputs, ...outputs], ROOT);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return ['rollups', 'changes', 'feeds'].flatMap((table) =>
    readFileSync(join(folder, 'documents', `${table}.ndjson`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(documentOf),
  );
}

function documentOf(line: string): Document {
  const value: unknown = JSON.parse(line);
  if (!isObject(value)) throw new Error(`no document: ${line}`);
  const { _id, _index, _version, ...rest } = value;
  const fields: Record<string, FieldValue> = Object.fromEntries(entries(rest));
  return { _id: text(_id), _index: text(_index), _version: number(_version) ?? 0, fields };
}

export interface Retelling {
  readonly daysBefore?: number;
  readonly cluster?: string;
  /** What counts are multiplied by. */
  readonly times?: number;
}

export function retold(documents: readonly Document[], change: Retelling): readonly Document[] {
  const { daysBefore = 0, cluster, times = 1 } = change;
  return documents.map((document) => {
    const fields = Object.fromEntries(
      entries(document.fields).map(([name, value]) => [name, earlier(value, daysBefore)] as const),
    );
    const count = number(fields['count']);
    const at = text(fields['@timestamp']).slice(0, 7).replace('-', '.');
    return {
      ...document,
      _id: `${document._id}-${daysBefore}-${cluster ?? ''}`,
      _index: document._index.replace(/\d{4}\.\d\d$/, at),
      fields: {
        ...fields,
        ...(cluster === undefined ? {} : { 'orchestrator.cluster.name': cluster }),
        ...(count === undefined ? {} : { count: count * times }),
      },
    };
  });
}

const DAY_MS = 86_400_000;
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function earlier(value: FieldValue, days: number): FieldValue {
  if (typeof value !== 'string' || !INSTANT.test(value)) return value;
  const day = new Date(Date.parse(value.slice(0, 10)) - days * DAY_MS).toISOString().slice(0, 10);
  return day + value.slice(10);
}
