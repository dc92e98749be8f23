// Everything that `analyze` writes: the store, the document files, the rejects. All of it is written aside
// and renamed at the end, so that a half-written result is never taken for a whole one. Without `--store`
// the store lives in a temporary folder, since summaries are queries over it all the same.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from '../../documents/document.ts';
import { TABLE_NAMES, type TableName } from '../../documents/fields.ts';
import { type AsideFile, asidePath, openAside } from '../../files/aside.ts';
import { openRejects, type Rejects } from '../../files/rejects.ts';
import { Fault } from '../../model/fault.ts';
import { exportNdjson } from '../../stores/duckdb/ndjson.ts';
import { openStore, type Store } from '../../stores/duckdb/store.ts';
import type { AnalyzeOptions } from './options.ts';

const BATCH_DOCUMENTS = 2_000;
const DOCUMENT_FILE_MODE = 0o644;

export interface Outputs {
  readonly rejects: Rejects;
  readonly store: Store;
  /** Buffers; awaits the store when a batch is full. */
  write(table: TableName, documents: readonly Document[]): Promise<void>;
  /** Drops every document written so far and starts over with an empty store. */
  restart(): Promise<void>;
  /** Makes everything written so far readable by queries. */
  flush(): Promise<void>;
  /** Gives the results their names. Nothing may be written afterwards. */
  commit(): Promise<void>;
  /** Leaves nothing behind. Does nothing after commit. */
  discard(): Promise<void>;
}

export async function openOutputs(options: AnalyzeOptions): Promise<Outputs> {
  const openOwnRejects = (): Promise<Rejects> => openRejects(options.rejects === '' ? null : options.rejects);
  let rejects = await openOwnRejects();
  const folder = await mkdtemp(join(tmpdir(), 'netpol-drift-'));
  const aside = options.store === '' ? null : await asidePath(options.store);
  const path = (attempt: number): string => aside?.path ?? join(folder, `store-${attempt}.duckdb`);
  let attempt = 0;
  let store = await openStore({ path: path(attempt), spillPath: join(folder, 'spill') });
  let waiting = new Map<TableName, Document[]>();
  let done = false;

  async function flushTable(table: TableName): Promise<void> {
    const documents = waiting.get(table) ?? [];
    waiting.set(table, []);
    await store.append(table, documents);
  }

  async function flush(): Promise<void> {
    for (const table of waiting.keys()) await flushTable(table);
    await store.flush();
  }

  async function finish(): Promise<void> {
    done = true;
    await rm(folder, { recursive: true, force: true });
  }

  return {
    get rejects() {
      return rejects;
    },
    get store() {
      return store;
    },
    flush,
    async write(table, documents) {
      const buffer = waiting.get(table) ?? [];
      buffer.push(...documents);
      waiting.set(table, buffer);
      if (buffer.length >= BATCH_DOCUMENTS) await flushTable(table);
    },
    async restart() {
      waiting = new Map();
      store.discard();
      attempt += 1;
      if (aside !== null) await rm(aside.path, { force: true });
      store = await openStore({ path: path(attempt), spillPath: join(folder, 'spill') });
      await rejects.discard();
      rejects = await openOwnRejects();
    },
    async commit() {
      await flush();
      if (options.documents !== '') await exportDocuments(store, options.documents);
      await store.close();
      await aside?.commit();
      await rejects.commit();
      await finish();
    },
    async discard() {
      if (done) return;
      store.discard();
      await aside?.discard();
      await rejects.discard();
      await finish();
    },
  };
}

async function exportDocuments(store: Store, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new Fault('output-unwritable', `--documents ${folder}: cannot make the folder`, { cause });
  }
  const files: AsideFile[] = [];
  try {
    for (const table of TABLE_NAMES) {
      const file = await openAside(join(folder, `${table}.ndjson`), DOCUMENT_FILE_MODE);
      files.push(file);
      for await (const piece of exportNdjson(store, table)) await file.write(piece);
    }
    for (const file of files) await file.commit();
  } catch (cause) {
    for (const file of files) await file.discard();
    throw cause;
  }
}
