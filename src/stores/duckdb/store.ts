// The documents in a DuckDB file (or in memory): the one place that opens, writes and closes it.
//
//   append ─▶ TableWriter ─▶ DuckDB appender ─▶ table ──┐ one transaction
//   flush  ────────────────▶ superseded rows out ───────┘ then COMMIT
//   query, stream, close     flush first
//
// A document is written again with the same `_id`: the higher or equal `_version` stands, a lower one is
// ignored. Between appending and flushing a table may hold both, inside a transaction that nobody else
// sees. The file is written where told, nothing is renamed here: until `close` has returned, what lies
// there is no store. No extension is loaded, and no SQL reaches another file.

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Document } from '../../documents/document.ts';
import { TABLE_NAMES, type TableName } from '../../documents/fields.ts';
import type { Row } from './cells.ts';
import { failed, unreadable, unwritable } from './faults.ts';
import { collected, type Params, type StoreReader, streamRows } from './reader.ts';
import { TableWriter } from './tableWriter.ts';
import { createTable, deleteSuperseded } from './tables.ts';

const DEFAULT_MEMORY_LIMIT_BYTES = 96 * 1024 * 1024;
const THREADS = 2;

export interface StoreOptions {
  /** File to be made; it must not exist yet. null: in memory, gone when closed. */
  readonly path: string | null;
  /** How messages name the file: the name that a person asked for, when the file is made aside; else `path`. */
  readonly shownAs?: string;
  /**
   * Folder that DuckDB makes for what exceeds the memory limit, and removes on closing. Left out: `PATH.spill`
   * beside the file; in memory none, and what exceeds the limit is a fault.
   */
  readonly spillPath?: string;
  /** Of DuckDB's own buffers; 96 MiB when left out. */
  readonly memoryLimitBytes?: number;
}

/** Calls are made one after another: each is awaited before the next, which is the back-pressure. */
export interface Store extends StoreReader {
  /**
   * Takes documents over; they are readable after the next flush.
   * @throws Fault `store-failed`, after which only {@link discard} is left
   */
  append(table: TableName, documents: readonly Document[]): Promise<void>;
  /** Makes everything appended readable, each document once. Nothing happens when nothing was appended. */
  flush(): Promise<void>;
  /** Flushes, writes everything to the file and releases it. When it throws, the file is no store. */
  close(): Promise<void>;
  /** Releases the file as it is: it is no store, and to be removed. Never throws. */
  discard(): void;
}

/**
 * Makes a new store with the tables of the catalogue.
 * @throws Fault `output-unwritable`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const spillPath = options.spillPath ?? (options.path === null ? '' : `${options.path}.spill`);
  const shownAs = options.shownAs ?? options.path;
  let opened: Opened | undefined;
  try {
    opened = await open(options.path, {
      // First: once external access is off, DuckDB refuses to be told another folder.
      temp_directory: spillPath,
      ...settings(options.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES),
    });
    const statements = TABLE_NAMES.flatMap(createTable);
    await opened.connection.run(['BEGIN TRANSACTION', ...statements, 'COMMIT'].join(';\n'));
    return new DuckdbStore(opened, shownAs);
  } catch (cause) {
    if (opened !== undefined) release(opened);
    throw unwritable(shownAs, cause);
  }
}

/**
 * Opens a kept store for reading only; several processes may do so at a time.
 * @throws Fault `store-failed` when there is no store at that path
 */
export async function readStore(path: string): Promise<StoreReader> {
  let opened: Opened | undefined;
  try {
    opened = await open(path, { ...settings(DEFAULT_MEMORY_LIMIT_BYTES), access_mode: 'READ_ONLY' });
    for (const table of TABLE_NAMES) await opened.connection.run(`SELECT "_id" FROM "${table}" LIMIT 0`);
  } catch (cause) {
    if (opened !== undefined) release(opened);
    throw unreadable(path, cause);
  }
  const { instance, connection } = opened;
  const stream = (sql: string, params: Params = []): AsyncGenerator<Row> =>
    streamRows(instance, path, sql, params);
  return {
    stream,
    query: (sql, params) => collected(stream(sql, params)),
    close: async () => release({ instance, connection }),
  };
}

interface Opened {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

function settings(memoryLimitBytes: number): Record<string, string> {
  return {
    memory_limit: `${Math.max(1, Math.round(memoryLimitBytes / 1024))}KiB`,
    threads: String(THREADS),
    enable_external_access: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
}

async function open(path: string | null, settings: Record<string, string>): Promise<Opened> {
  const instance = await DuckDBInstance.create(path ?? ':memory:', settings);
  return { instance, connection: await instance.connect() };
}

function release({ instance, connection }: Opened): void {
  connection.closeSync();
  instance.closeSync();
}

class DuckdbStore implements Store {
  readonly #opened: Opened;
  readonly #shownAs: string | null;
  readonly #writers = new Map<TableName, TableWriter>();
  /** Tables appended to since the last commit; while there is one, a transaction is open. */
  readonly #dirty = new Set<TableName>();
  #state: 'open' | 'failed' | 'closed' = 'open';

  constructor(opened: Opened, shownAs: string | null) {
    this.#opened = opened;
    this.#shownAs = shownAs;
  }

  append(table: TableName, documents: readonly Document[]): Promise<void> {
    return this.#doing(`writing ${table}`, async () => {
      if (documents.length === 0) return;
      if (this.#dirty.size === 0) await this.#opened.connection.run('BEGIN TRANSACTION');
      this.#dirty.add(table);
      await this.#writer(table).add(documents);
    });
  }

  flush(): Promise<void> {
    return this.#doing('writing', async () => {
      if (this.#dirty.size === 0) return;
      for (const table of this.#dirty) {
        await this.#writer(table).finish();
        await this.#opened.connection.run(deleteSuperseded(table));
      }
      await this.#opened.connection.run('COMMIT');
      this.#dirty.clear();
    });
  }

  async query(sql: string, params?: Params): Promise<readonly Row[]> {
    return collected(this.stream(sql, params));
  }

  async *stream(sql: string, params: Params = []): AsyncGenerator<Row> {
    await this.flush();
    yield* streamRows(this.#opened.instance, this.#shownAs, sql, params);
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      await this.#doing('closing', async () => {
        await this.#opened.connection.run('CHECKPOINT');
      });
    } finally {
      this.discard();
    }
  }

  discard(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    release(this.#opened);
  }

  #writer(table: TableName): TableWriter {
    const known = this.#writers.get(table);
    if (known !== undefined) return known;
    const writer = new TableWriter(this.#opened.connection, table);
    this.#writers.set(table, writer);
    return writer;
  }

  /** A half-done write leaves a broken transaction behind: after the first failure nothing more is written. */
  async #doing(what: string, action: () => Promise<void>): Promise<void> {
    if (this.#state !== 'open')
      throw failed(
        this.#shownAs,
        what,
        new Error(this.#state === 'closed' ? 'it is closed' : 'it failed before'),
      );
    try {
      await action();
    } catch (cause) {
      this.#state = 'failed';
      throw failed(this.#shownAs, what, cause);
    }
  }
}
