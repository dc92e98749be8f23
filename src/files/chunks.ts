// The raw bytes of one input, chunk by chunk, as they lie on disk or come in on stdin. Nothing is unpacked or
// split here, and a chunk is never larger than CHUNK_BYTES for a file.
import { open, type FileHandle } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';

import { Fault } from '../model/fault.ts';
import { errorCode, STDIN, type Input } from './inputs.ts';

const CHUNK_BYTES = 256 * 1024;

export interface ChunkOptions {
  /** Called with the number of bytes of each chunk, before unpacking: for the progress line. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Ends the input early and without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Stands in for the process's own stdin. */
  readonly stdin?: Readable | undefined;
}

/**
 * A chunk is valid until the next one is asked for: files are read into one buffer over and over.
 * @throws Fault `input-unreadable`, `input-missing`.
 */
export async function* readChunks(input: Input, options: ChunkOptions = {}): AsyncGenerator<Buffer> {
  if (input.location === STDIN) yield* streamChunks(input, options);
  else yield* fileChunks(input, options);
}

async function* fileChunks(input: Input, options: ChunkOptions): AsyncGenerator<Buffer> {
  const file = await openFile(input);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    while (options.signal?.aborted !== true) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      options.onBytes?.(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw unreadable(input, cause);
  } finally {
    await file.close();
  }
}

async function openFile(input: Input): Promise<FileHandle> {
  try {
    return await open(input.location, 'r');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT')
      throw new Fault('input-missing', `${input.path}: file not found`, { cause });
    throw unreadable(input, cause);
  }
}

async function* streamChunks(input: Input, options: ChunkOptions): AsyncGenerator<Buffer> {
  const { signal, stdin = process.stdin } = options;
  if (signal !== undefined) addAbortSignal(signal, stdin);
  try {
    for await (const chunk of stdin) {
      const bytes = asBuffer(chunk);
      options.onBytes?.(bytes.length);
      yield bytes;
    }
  } catch (cause) {
    if (signal?.aborted !== true) throw unreadable(input, cause);
  }
}

function asBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(String(chunk), 'utf8');
}

function unreadable(input: Input, cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  const name = input.location === STDIN ? 'stdin' : input.path;
  const code = errorCode(cause);
  const advice =
    code === 'EISDIR' ? "is a folder; pass its files with 'FOLDER/*'" : `cannot be read (${code})`;
  return new Fault('input-unreadable', `${name}: ${advice}`, { cause });
}
