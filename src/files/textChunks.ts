// The bytes of one input as text: unpacked, and without a byte order mark. What is no UTF-8 text or gzip or zstd
// of it by its first bytes is refused here with the command that mends it.
import { Fault } from '../model/fault.ts';
import { readChunks, type ChunkOptions } from './chunks.ts';
import { byteOrderMark, FIRST_BYTES, peek } from './firstBytes.ts';
import { errorCode, STDIN, type Input } from './inputs.ts';
import { MAGIC_BYTES, packingOf, unpack, type Packing } from './unpack.ts';

/**
 * Chunks are never empty, and each is valid until the next is asked for.
 * @param linesRead for the message about a broken archive: complete lines so far.
 * @throws Fault `input-broken`, `input-missing`, `input-unreadable`.
 */
export async function* textChunks(
  input: Input,
  options: ChunkOptions = {},
  linesRead: () => number = () => 0,
): AsyncGenerator<Buffer> {
  const raw = readChunks(input, options);
  let packing: Packing = 'none';
  let unpacked: AsyncGenerator<Buffer> | undefined;
  try {
    const packed = await peek(raw, MAGIC_BYTES);
    packing = packingOf(packed.head);
    unpacked = packing === 'none' ? packed.source : unpack(packed.source, packing);
    const text = await peek(unpacked, FIRST_BYTES);
    let mark = byteOrderMark(shown(input), text.head);
    for await (const chunk of text.source) {
      const bytes = mark === 0 ? chunk : chunk.subarray(mark);
      mark = 0;
      if (bytes.length > 0) yield bytes;
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if (options.signal?.aborted !== true) throw brokenArchive(input, packing, linesRead(), cause);
  } finally {
    // What was peeked at and never read on is closed by nobody else.
    await unpacked?.return(undefined);
    await raw.return(undefined);
  }
}

function brokenArchive(input: Input, packing: Packing, lines: number, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : String(cause);
  const state = errorCode(cause) === 'Z_BUF_ERROR' ? 'is cut off' : `is damaged (${why})`;
  const tool = packing === 'zstd' ? 'zstd' : 'gzip';
  const path = shown(input);
  const where = lines === 0 ? '' : ` after line ${lines.toLocaleString('en')}`;
  return new Fault(
    'input-broken',
    `${path}: the ${tool} archive ${state}${where}; fetch it again, ` +
      `or keep what is whole: ${tool} -dc ${path} > whole.log`,
    { cause },
  );
}

/** The name of an input in messages. */
export function shown(input: Input): string {
  return input.path === STDIN ? 'stdin' : input.path;
}
