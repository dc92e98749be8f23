// Where results go must be where nothing is read and nothing else goes: a slip of the hand (`--rejects` with the
// name of the log itself) would otherwise replace the log by a result, at the very end of the job. Looked at
// before anything is opened; nothing is written here.
import { open, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TABLE_NAMES } from '../../documents/fields.ts';
import { type Input, STDIN } from '../../files/inputs.ts';
import { Fault } from '../../model/fault.ts';
import type { AnalyzeOptions } from './options.ts';

/** DuckDB's file header: a checksum of eight bytes, then this (duckdb/src/storage/storage_info.cpp, MAGIC_BYTES). */
const STORE_MARK = { at: 8, text: 'DUCK' } as const;

/**
 * @param inputs the logs, expanded; of `--policies` and `--manifests` the paths are looked at as they are named.
 * @throws Fault `usage` when a result would replace an input, another result, or a file that is no store
 */
export async function checkPlaces(options: AnalyzeOptions, inputs: readonly Input[]): Promise<void> {
  const taken = new Map<string, string>();
  for (const path of [...options.policies, ...options.manifests])
    taken.set(await identityOf(path), `${path} is read, too`);
  for (const { path, location } of inputs)
    if (path !== STDIN) taken.set(await identityOf(location), `${path} is read, too`);
  for (const { option, path } of results(options)) {
    const identity = await identityOf(path);
    const why = taken.get(identity);
    if (why !== undefined) throw new Fault('usage', `${option} ${path}: ${why}; pass another name`);
    if (await isOrdinary(path)) taken.set(identity, `${option} goes there, too`);
  }
  if (options.store !== '' && (await holdsSomethingElse(options.store)))
    throw new Fault('usage', `--store ${options.store}: exists and is no DuckDB store; pass another name`);
}

function results(options: AnalyzeOptions): readonly { readonly option: string; readonly path: string }[] {
  const { store, rejects, documents, report } = options;
  return [
    { option: '--store', path: store },
    { option: '--rejects', path: rejects },
    { option: '--report', path: report },
    ...TABLE_NAMES.map((table) => ({
      option: '--documents',
      path: documents === '' ? '' : join(documents, `${table}.ndjson`),
    })),
  ].filter(({ path }) => path !== '');
}

/** The same for two names of one file. What is not there yet has only its name. */
export async function identityOf(path: string): Promise<string> {
  const stats = await stat(resolve(path), { bigint: true }).catch(() => null);
  return stats === null ? resolve(path) : `${stats.dev}:${stats.ino}`;
}

/** What is no file, such as /dev/null, may take several results. */
async function isOrdinary(path: string): Promise<boolean> {
  const stats = await stat(resolve(path)).catch(() => null);
  return stats === null || stats.isFile();
}

async function holdsSomethingElse(path: string): Promise<boolean> {
  const stats = await stat(resolve(path)).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size === 0) return false;
  const file = await open(resolve(path)).catch(() => null);
  if (file === null) return false;
  try {
    const head = Buffer.alloc(STORE_MARK.at + STORE_MARK.text.length);
    await file.read(head, 0, head.length, 0);
    return head.toString('latin1', STORE_MARK.at) !== STORE_MARK.text;
  } finally {
    await file.close();
  }
}
