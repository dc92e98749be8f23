// Everything that `analyze` writes: the store, the document files, the rejects. All of it is written aside
// and renamed at the end, so that a half-written result is never taken for a whole one. Without `--store`
// the store lives in a temporary folder, since summaries are queries over it all the same.
import { randomUUID } from 'node:crypto';
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
  const aside = options.store === '' ? null : await asidePath(options.store);
  const folder = await mkdtemp(join(tmpdir(), 'netpol-drift-'));
  const openParts = async (): Promise<Parts> => ({
    rejects: await openRejects(options.rejects === '' ? null : options.rejects),
    store: await openStore({
      path: aside?.path ?? join(folder, `${randomUUID()}.duckdb`),
      spillPath: join(folder, 'spill'),
      ...(aside === null ? {} : { shownAs: options.store }),
    }),
    waiting: new Map(),
  });
  let parts = await openParts();
  let done = false;

  async function drop(): Promise<void> {
    parts.store.discard();
    await parts.rejects.discard();
  }
  async function finish(): Promise<void> {
    done = true;
    await rm(folder, { recursive: true, force: true });
  }

  return {
    get rejects() {
      return parts.rejects;
    },
    get store() {
      return parts.store;
    },
    flush: () => flush(parts),
    write: (table, documents) => write(parts, table, documents),
    async restart() {
      await drop();
      if (aside !== null)
        for (const path of [aside.path, `${aside.path}.wal`]) await rm(path, { force: true });
      parts = await openParts();
    },
    async commit() {
      await flush(parts);
      if (options.documents !== '') await exportDocuments(parts.store, options.documents);
      await parts.store.close();
      await aside?.commit();
      await parts.rejects.commit();
      await finish();
    },
    async discard() {
      if (done) return;
      await drop();
      await aside?.discard();
      await finish();
    },
  };
}

interface Parts {
  readonly rejects: Rejects;
  readonly store: Store;
  /** Documents that wait for a full batch. */
  readonly waiting: Map<TableName, Document[]>;
}

async function write(parts: Parts, table: TableName, documents: readonly Document[]): Promise<void> {
  const buffer = parts.waiting.get(table) ?? [];
  for (const document of documents) buffer.push(document);
  parts.waiting.set(table, buffer);
  if (buffer.length >= BATCH_DOCUMENTS) await append(parts, table);
}

async function append(parts: Parts, table: TableName): Promise<void> {
  const documents = parts.waiting.get(table) ?? [];
  parts.waiting.delete(table);
  await parts.store.append(table, documents);
}

async function flush(parts: Parts): Promise<void> {
  for (const table of parts.waiting.keys()) await append(parts, table);
  await parts.store.flush();
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
