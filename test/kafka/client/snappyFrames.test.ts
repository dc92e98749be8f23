// Snappy is read with and without the frames of snappy-java, and never further than its lengths say.
import fc from 'fast-check';
import { compressSync } from 'snappy';
import { describe, expect, test } from 'vitest';
import { unpackSnappy, xerialFrame } from '../../../src/kafka/client/snappyFrames.ts';

const MANY = 1_000_000;
const TEXT = Buffer.from('a line of a log, '.repeat(50));

/** As snappy-java writes a stream: a header, then any number of blocks, each with its length before it. */
function stream(blocks: readonly Buffer[]): Buffer {
  const header = Buffer.from('82534e41505059000000000100000001', 'hex');
  const sized = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([header, ...sized]);
}

describe('snappy', () => {
  test('is read as one bare block', () => {
    expect(unpackSnappy(compressSync(TEXT), MANY)).toEqual(TEXT);
  });

  test('is read as a stream of framed blocks', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 5 }), (parts) => {
        const blocks = parts.map((part) => compressSync(part));
        expect(unpackSnappy(stream(blocks), MANY)).toEqual(Buffer.concat(parts));
      }),
    );
  });

  test('is written as a stream of one block', () => {
    const block = compressSync(TEXT);
    expect(xerialFrame(block)).toEqual(stream([block]));
  });

  test('is refused when it would unpack to too much, before it does', () => {
    expect(() => unpackSnappy(compressSync(TEXT), TEXT.length - 1)).toThrow(RangeError);
  });

  test('is refused when a frame is longer than the stream', () => {
    const cut = stream([compressSync(TEXT)]).subarray(0, -1);
    expect(() => unpackSnappy(cut, MANY)).toThrow('cut off');
  });
});
