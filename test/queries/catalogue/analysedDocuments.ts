// The documents that `analyze` makes of a folder with flows, audit log and policies.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../../../src/documents/document.ts';
import { TABLE_NAMES } from '../../../src/documents/fields.ts';
import { entries, isObject, number, text } from '../../../src/model/json.ts';
import { makeFolder, removeFolder, run } from '../../support/command.ts';

/**
 * @param policies the file in the folder that holds them
 * @param more arguments for analyze
 */
export async function analysedDocuments(
  folder: string,
  policies: string,
  more: readonly string[] = [],
): Promise<readonly Document[]> {
  return (await analysed(folder, policies, more)).documents;
}

export interface Analysed {
  readonly documents: readonly Document[];
  /** What it found, as `--format json` prints it. */
  readonly findings: readonly unknown[];
}

export async function analysed(
  folder: string,
  policies: string,
  more: readonly string[] = [],
): Promise<Analysed> {
  const output = makeFolder();
  try {
    const inputs = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', policies];
    const outputs = ['--documents', output, '--format', 'json'];
    const ended = await run(['analyze', ...inputs, ...more, ...outputs], folder);
    if (ended.code !== 0) throw new Error(ended.stderr);
    return {
      documents: TABLE_NAMES.flatMap((table) => documentsOf(join(output, `${table}.ndjson`))),
      findings: ended.stdout
        .split('\n')
        .flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)])),
    };
  } finally {
    removeFolder(output);
  }
}

function documentsOf(path: string): readonly Document[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (!isObject(value)) throw new Error(`no document: ${line}`);
      const { _id, _index, _version, ...rest } = value;
      const fields = Object.fromEntries(entries(rest));
      return { _id: text(_id), _index: text(_index), _version: number(_version) ?? 0, fields };
    });
}
