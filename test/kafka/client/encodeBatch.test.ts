// What is encoded is decoded to the same, with each compression.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compressionOf } from '../../../src/kafka/client/codecs.ts';
import { crc32c } from '../../../src/kafka/client/crc32c.ts';
import { encodeBatch } from '../../../src/kafka/client/encodeBatch.ts';
import { recordsOf, splitBatches } from '../../../src/kafka/client/recordBatch.ts';
import type { OutgoingMessage } from '../../../src/kafka/log.ts';
import { COMPRESSIONS } from '../../../src/kafka/settings.ts';

const cannotRead = (cause: unknown): Error => new Error('cannot be read', { cause });
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const messages: fc.Arbitrary<readonly OutgoingMessage[]> = fc.array(
  fc.record({
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc
      .array(fc.tuple(fc.string({ maxLength: 90 }), fc.oneof(fc.string(), bytes)))
      .map((all) => new Map(all)),
  }),
  { minLength: 1, maxLength: 200 },
);

describe('a record batch', () => {
  test.each(
    COMPRESSIONS,
  )('with compression %s is decoded to the messages that it was made of', async (name) => {
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 0, max: 2 ** 45 }), async (sent, timeMs) => {
        const batches = splitBatches(await encodeBatch(sent, timeMs, compressionOf(name)));
        const records = [...recordsOf(batches, [], { from: 0, failed: cannotRead }).each()];
        expect(records.map(({ offset, appendedAtMs }) => [offset, appendedAtMs])).toEqual(
          sent.map((_, index) => [index, timeMs]),
        );
        expect(records.map(({ key, value }) => [key, value])).toEqual(
          sent.map(({ key, value }) => [key, value]),
        );
        expect(
          records.map(({ headers }) => [...headers].map(([header, value]) => [header, Buffer.from(value)])),
        ).toEqual(
          sent.map(({ headers }) =>
            [...(headers ?? [])].map(([header, value]) => [header, Buffer.from(value)]),
          ),
        );
      }),
      { numRuns: 40 },
    );
  });

  test.each(COMPRESSIONS)('with compression %s has no records once it is released', async (name) => {
    const batch = await encodeBatch([{ key: null, value: Buffer.from('here') }], 0, compressionOf(name));
    const { bytes, each, release } = recordsOf(splitBatches(batch), [], { from: 0, failed: cannotRead });
    const [record] = each();
    expect([String(record?.value), bytes > 0]).toEqual(['here', true]);
    release();
    release();
    expect([record?.value?.length, [...each()]]).toEqual([0, []]);
    // What it was cut out of is as it was.
    expect(splitBatches(batch)).toHaveLength(1);
  });

  test('that was cut off by the size of a fetch is left for the next one', async () => {
    const batch = await encodeBatch([{ key: null, value: Buffer.from('whole') }], 0, null);
    const two = Buffer.concat([batch, batch.subarray(0, batch.length - 1)]);
    expect(splitBatches(two)).toHaveLength(1);
  });

  test('that compaction has emptied is passed', async () => {
    const batch = await encodeBatch([{ key: null, value: Buffer.from('gone') }], 0, null);
    const empty = Buffer.from(batch.subarray(0, 61));
    empty.writeInt32BE(empty.length - 12, 8);
    empty.writeInt32BE(9, 23);
    empty.writeInt32BE(0, 57);
    const batches = splitBatches(empty);
    expect(batches.map(({ lastOffset }) => lastOffset)).toEqual([9]);
    expect([...recordsOf(batches, [], { from: 0, failed: cannotRead }).each()]).toEqual([]);
  });

  test('of an older message format is refused by its number', async () => {
    const batch = await encodeBatch([{ key: null, value: null }], 0, null);
    batch.writeInt8(1, 16);
    expect(() => splitBatches(batch)).toThrow('message format v1');
  });
});

describe('the checksum', () => {
  // RFC 3720, appendix B.4; the last is the usual check value.
  test.each([
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from('123456789'), 0xe3069283],
  ])('of %o is CRC-32C', (input, expected) => {
    expect(crc32c(input)).toBe(expected);
  });
});
