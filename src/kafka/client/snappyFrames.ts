// Snappy as it stands in Kafka: Java producers wrap its blocks in the frames of snappy-java (`SnappyOutputStream`,
// "xerial"), others write one bare block. Both are read; frames are written, since every client reads those.
//
//   0x82 "SNAPPY" 0x00 │ version int32 │ compatible int32 │ ( length int32 │ snappy block )…      big endian
import { uncompressSync } from 'snappy';

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER_BYTES = 16;

export function xerialFrame(block: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES + 4);
  MAGIC.copy(header);
  header.writeInt32BE(1, 8);
  header.writeInt32BE(1, 12);
  header.writeInt32BE(block.length, HEADER_BYTES);
  return Buffer.concat([header, block]);
}

/** @throws RangeError when a length is not what it claims, or there is too much */
export function unpackSnappy(bytes: Buffer, maxBytes: number): Buffer {
  const blocks = isFramed(bytes) ? blocksOf(bytes) : [bytes];
  const total = blocks.reduce((sum, block) => sum + unpackedLength(block), 0);
  if (total > maxBytes) throw new RangeError(`snappy: ${total} bytes unpacked are too many`);
  const parts = blocks.map((block) => uncompressSync(block, { asBuffer: true }));
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

function isFramed(bytes: Buffer): boolean {
  return bytes.length >= HEADER_BYTES && bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

function blocksOf(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const length = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1;
    if (length < 0 || at + 4 + length > bytes.length) throw new RangeError('snappy: a frame is cut off');
    blocks.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return blocks;
}

/** A block begins with its unpacked length as a varint (snappy's format description, section 1). */
function unpackedLength(block: Buffer): number {
  let length = 0;
  for (let i = 0; i < 5; i += 1) {
    const byte = block[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw new RangeError('snappy: a block without its length');
}
