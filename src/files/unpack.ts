// gzip and zstd, told by their first bytes and never by the file's name. An archive may hold several members or
// frames (rotation by appending, pigz, pzstd), all of which are read: Node's own zstd stream ends in silence
// after the first. An archive that is cut off or damaged is an error here, never a shorter input.
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';

const PACKINGS = ['none', 'gzip', 'zstd'] as const;
export type Packing = (typeof PACKINGS)[number];

/** As many first bytes as {@link packingOf} needs. */
export const MAGIC_BYTES = 4;

const OUTPUT_BYTES = 256 * 1024;

/** RFC 1952 section 2.3.1; RFC 8878 sections 3.1.1 and 3.1.2 (pzstd begins with a skippable frame). */
export function packingOf(head: Uint8Array): Packing {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  const skippable = ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d;
  return skippable && head[3] === 0x18 ? 'zstd' : 'none';
}

/**
 * The bytes inside an archive. `source` may reuse its chunks: each is used up before the next is asked for.
 * @throws what zlib throws when the archive is damaged, cut off, or followed by something else.
 */
export async function* unpack(
  source: AsyncIterable<Buffer>,
  packing: 'gzip' | 'zstd',
): AsyncGenerator<Buffer> {
  const input = new Pushback(source[Symbol.asyncIterator]());
  try {
    while (await input.more(packing === 'gzip')) {
      const decoder = packing === 'gzip' ? createGunzip(SIZES) : createZstdDecompress(SIZES);
      const feeding = feed(input, decoder);
      yield* outputOf(decoder);
      await feeding;
    }
  } finally {
    await input.close();
  }
}

const SIZES = { chunkSize: OUTPUT_BYTES };
type Decoder = Gunzip | ZstdDecompress;

async function* outputOf(decoder: Decoder): AsyncGenerator<Buffer> {
  for await (const chunk of decoder) if (Buffer.isBuffer(chunk)) yield chunk;
}

/** Writes until the input or the frame ends; what the frame left of its last chunk goes back. */
async function feed(input: Pushback, decoder: Decoder): Promise<void> {
  try {
    for (let chunk = await input.take(); chunk !== undefined; chunk = await input.take()) {
      const before = decoder.bytesWritten;
      await written(decoder, chunk);
      const used = decoder.bytesWritten - before;
      if (used < chunk.length) return input.putBack(chunk.subarray(used));
    }
    decoder.end();
  } catch (cause) {
    decoder.destroy(cause instanceof Error ? cause : new Error(String(cause)));
  }
}

/** A decoder that meets the end of its frame never calls back for the rest of the chunk: it closes. */
function written(decoder: Decoder, chunk: Buffer): Promise<void> {
  return new Promise((done) => {
    const finish = (): void => {
      decoder.off('close', finish);
      done();
    };
    if (decoder.destroyed) return finish();
    decoder.once('close', finish);
    decoder.write(chunk, finish);
  });
}

/** Chunks of which the last one taken can be given back in part. */
class Pushback {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer | undefined;

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  /** Whether a byte is left; with `skipZeros`, zero padding between gzip members (tapes, block devices) is none. */
  async more(skipZeros: boolean): Promise<boolean> {
    for (let chunk = await this.take(); chunk !== undefined; chunk = await this.take()) {
      const start = skipZeros ? chunk.findIndex((byte) => byte !== 0) : 0;
      if (start < 0 || chunk.length === 0) continue;
      this.#rest = chunk.subarray(start);
      return true;
    }
    return false;
  }

  async take(): Promise<Buffer | undefined> {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) return rest;
    const next = await this.#source.next();
    return next.done === true ? undefined : next.value;
  }

  putBack(rest: Buffer): void {
    this.#rest = rest;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
