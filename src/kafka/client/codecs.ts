// Compression of record batches, as Java producers write it and read it: gzip, snappy in the frames of
// snappy-java, LZ4 frames, zstd. (kafkajs brings gzip only.)
//
// What is unpacked is bounded: a batch that claims more than that is refused, not unpacked.
import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as compressSnappy } from 'snappy';
import type { Compression } from '../settings.ts';
import { unpackSnappy, xerialFrame } from './snappyFrames.ts';

export interface Codec {
  pack(bytes: Buffer): Promise<Buffer>;
  unpack(bytes: Buffer): Promise<Buffer>;
}

/** An LZ4 frame grows 255-fold at most, so what fits in a fetch stays near this, too. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

const unzip = promisify(gunzip);
const unzstd = promisify(zstdDecompress);

/** By the number in a batch's attributes (Kafka's message format, `compression`); 0 is none. */
export const CODECS: ReadonlyMap<number, Codec> = new Map([
  [1, { pack: promisify(gzip), unpack: (bytes) => unzip(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }) }],
  [
    2,
    {
      pack: async (bytes) => xerialFrame(await compressSnappy(bytes)),
      unpack: (bytes) => unpackSnappy(bytes, MAX_UNPACKED_BYTES),
    },
  ],
  [3, { pack: (bytes) => compressFrame(bytes), unpack: (bytes) => decompressFrame(bytes) }],
  [
    4,
    {
      pack: promisify(zstdCompress),
      unpack: (bytes) => unzstd(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }),
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
