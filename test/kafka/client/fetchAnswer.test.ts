// A fetch is decoded as a real broker answered it. The bytes are those of Kafka 4.1.1 for a partition into which its Java
// producer wrote five messages with each compression, then a transaction that it aborted and one that it committed:
//
//   0–4 none, 5–9 gzip, 10–14 snappy, 15–19 lz4, 20–24 zstd │ 25 aborted, 26 its marker │ 27 committed, 28 its marker
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fetchedIn } from '../../../src/kafka/client/fetchAnswer.ts';
import { textOf } from '../../contract/logHarness.ts';

const BYTES = readFileSync(join(import.meta.dirname, 'javaProducer.fetch.bin'));
const PLACE = { topic: 'kafka-java-codecs2', partition: 0 };
const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

async function fetched(position = 0, bytes: Buffer = BYTES) {
  const [one] = fetchedIn(bytes, [{ ...PLACE, position }]);
  if (one === undefined) throw new Error('the answer names no partition');
  return { records: [...one.each()], next: one.next, end: one.end };
}

/** In the middle of the gzip batch: of one byte more the checksum of gzip tells. */
function damagedInGzip(): Buffer {
  const damaged = Buffer.from(BYTES);
  const at = damaged.indexOf(Buffer.from([0x1f, 0x8b])) + 30;
  damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at);
  return damaged;
}

describe('a fetch from a Java producer’s partition', () => {
  test.each(COMPRESSIONS)('holds what was written with compression %s', async (compression) => {
    const { records } = await fetched();
    const first = COMPRESSIONS.indexOf(compression) * 5;
    expect(
      records
        .slice(first, first + 5)
        .map(({ offset, appendedAtMs, key, value, headers }) => [
          offset,
          appendedAtMs - 1_763_726_400_000,
          textOf(key),
          textOf(value),
          textOf(headers.get('cluster') ?? null),
        ]),
    ).toEqual(
      [0, 1, 2, 3, 4].map((i) => [
        first + i,
        i,
        `k${i}`,
        i === 4 ? null : `${compression} message ${i} ${'a'.repeat(40)}`,
        `c${i}`,
      ]),
    );
  });

  test('holds nothing of an aborted transaction and no control records, and says that they were passed', async () => {
    const { records, next, end } = await fetched();
    expect(records.slice(25).map(({ offset, value }) => [offset, textOf(value)])).toEqual([
      [27, 'committed'],
    ]);
    expect([next, end]).toEqual([29, 29]);
  });

  test('begins with the position, also within a batch', async () => {
    expect((await fetched(17)).records.map(({ offset }) => offset)).toEqual([
      17, 18, 19, 20, 21, 22, 23, 24, 27,
    ]);
  });

  test('passes what is at the position and not for readers', async () => {
    expect(await fetched(28)).toMatchObject({ records: [], next: 29, end: 29 });
  });
});

describe('a damaged answer', () => {
  test('is a fault that names the partition and the offset, and not tried again', async () => {
    await expect(fetched(0, damagedInGzip())).rejects.toMatchObject({
      code: 'kafka-refused',
      retryable: false,
      message: expect.stringContaining('kafka-java-codecs2/0 cannot be read at offset 0'),
    });
  });

  test('gives what stands before the damage: a batch is unpacked when it is reached, and not before', () => {
    const [one] = fetchedIn(damagedInGzip(), [{ ...PLACE, position: 0 }]);
    const read: number[] = [];
    for (const { offset } of one?.each() ?? []) {
      read.push(offset);
      if (offset === 4) break;
    }
    expect(read).toEqual([0, 1, 2, 3, 4]);
    expect(() => [...(one?.each() ?? [])]).toThrow('cannot be read');
  });

  test('that ends too early is not read past its end', async () => {
    await expect(fetched(0, BYTES.subarray(0, 40))).rejects.toThrow(RangeError);
  });
});
