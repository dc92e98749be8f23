// Documents of one table on their way into DuckDB: collected to full data chunks, handed to the appender,
// the appender's own buffer emptied every few chunks. So memory is bounded whatever the caller passes.

import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { Document } from '../../documents/document.ts';
import type { TableName } from '../../documents/fields.ts';
import { columnsOf } from './columns.ts';
import { type Layout, layoutOf, vectorsOf } from './vectors.ts';

/** DuckDB's vector size: the most rows that a data chunk holds. */
const CHUNK_ROWS = 2_048;
/** The appender holds rows outside of DuckDB's memory limit until it is told to let them go. */
const CHUNKS_PER_FLUSH = 8;

export class TableWriter {
  readonly table: TableName;
  readonly #connection: DuckDBConnection;
  readonly #layout: Layout;
  #pending: Document[] = [];
  #appender: DuckDBAppender | undefined;
  #chunk: DuckDBDataChunk | undefined;
  #chunksSinceFlush = 0;

  constructor(connection: DuckDBConnection, table: TableName) {
    this.#connection = connection;
    this.table = table;
    this.#layout = layoutOf(columnsOf(table));
  }

  /** Takes the documents over; returns when fewer than one chunk of them is left in our memory. */
  async add(documents: readonly Document[]): Promise<void> {
    for (const document of documents) {
      this.#pending.push(document);
      if (this.#pending.length === CHUNK_ROWS) await this.#writePending();
    }
  }

  /** When it returns, DuckDB has every document that was added; {@link add} may go on after it. */
  async finish(): Promise<void> {
    if (this.#pending.length > 0) await this.#writePending();
    this.#appender?.closeSync();
    this.#appender = undefined;
    this.#chunksSinceFlush = 0;
  }

  async #writePending(): Promise<void> {
    const vectors = vectorsOf(this.#layout, this.#pending);
    this.#pending = [];
    this.#chunk ??= DuckDBDataChunk.create(this.#layout.columns.map((column) => column.chunkType));
    this.#chunk.reset();
    this.#chunk.setColumns(vectors);
    this.#appender ??= await this.#connection.createAppender(this.table);
    this.#appender.appendDataChunk(this.#chunk);
    this.#chunksSinceFlush += 1;
    if (this.#chunksSinceFlush === CHUNKS_PER_FLUSH) {
      this.#appender.flushSync();
      this.#chunksSinceFlush = 0;
    }
    await breath();
  }
}

/** The driver appends on this thread and frees its buffers between turns of the event loop: let it turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
