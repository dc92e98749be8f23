// Compression of record batches, as Java producers write it and read it: gzip, snappy in the frames of
// snappy-java, LZ4 frames, zstd. (kafkajs brings gzip only.)
//
// What is unpacked is bounded: a batch that claims more than that is refused, not unpacked.
import { promisify } from 'node:util';
import { gunzipSync, gzip, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { compressFrame, compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { compress as compressSnappy } from 'snappy';
import type { Compression } from '../settings.ts';
import { unpackSnappy, xerialFrame } from './snappyFrames.ts';

export interface Codec {
  pack(bytes: Buffer): Promise<Buffer>;
  /** At once: what waits to be read waits packed, and is unpacked where it is read. @throws whatever the library does */
  unpack(bytes: Buffer): Buffer;
}

/** An LZ4 frame grows 255-fold at most, so what fits in a fetch stays near this, too. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

/** LZ4 packs this in less than a millisecond: the way to another thread and back costs more. */
const SMALL_BYTES = 256 * 1024;

/** By the number in a batch's attributes (Kafka's message format, `compression`); 0 is none. */
export const CODECS: ReadonlyMap<number, Codec> = new Map([
  [
    1,
    { pack: promisify(gzip), unpack: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }) },
  ],
  [
    2,
    {
      pack: async (bytes) => xerialFrame(await compressSnappy(bytes)),
      unpack: (bytes) => unpackSnappy(bytes, MAX_UNPACKED_BYTES),
    },
  ],
  [
    3,
    {
      pack: async (bytes) => (bytes.length <= SMALL_BYTES ? compressFrameSync(bytes) : compressFrame(bytes)),
      unpack: (bytes) => decompressFrameSync(bytes),
    },
  ],
  [
    4,
    {
      pack: promisify(zstdCompress),
      unpack: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }),
    },
  ],
]);

const NUMBERS: Readonly<Record<Compression, number>> = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

/** null: none. */
export function compressionOf(name: Compression): { readonly number: number; readonly codec: Codec } | null {
  const number = NUMBERS[name];
  const codec = CODECS.get(number);
  return codec === undefined ? null : { number, codec };
}
