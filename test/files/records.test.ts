import { readFile } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Input } from '../../src/files/inputs.ts';
import { readRecords } from '../../src/files/records.ts';
import { fileWith, inputAt, recordsOf, scratchFolder } from './scratch.ts';

const STDIN: Input = { path: '-', location: '-', bytes: null };
const SAMPLES = new URL('../samples/', import.meta.url);

function stdinOf(bytes: Uint8Array, chunkBytes: number): Readable {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes)
    chunks.push(Buffer.from(bytes.subarray(start, start + chunkBytes)));
  return Readable.from(chunks);
}

describe('lines', () => {
  test('each line is a record with its number, the last one also without a newline', async () => {
    expect(await recordsOf(await fileWith('{"a":1}\n\nplain text\r\nlast'))).toEqual([
      ['{"a":1}', 1],
      ['', 2],
      ['plain text', 3],
      ['last', 4],
    ]);
  });

  test('a newline at the end begins no further record', async () => {
    expect(await recordsOf(await fileWith('a\nb\n'))).toHaveLength(2);
  });

  test('the records do not depend on where the chunks end', async () => {
    const line = fc.string({
      unit: fc.constantFrom('a', '{', '"', '\\', '[', ' ', 'é', '\r'),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        async (lines, size) => {
          // A first line that is plain text: the rest must then be lines whatever it holds.
          const text = ['x', ...lines].join('\n');
          const whole = text.split('\n').map((one) => one.replace(/\r$/, ''));
          if (whole.at(-1) === '' && !text.endsWith('\r')) whole.pop();
          const records = await recordsOf(STDIN, { stdin: stdinOf(Buffer.from(text), size) });
          expect(records).toEqual(whole.map((one, index) => [one, index + 1]));
        },
      ),
    );
  });

  test('a file larger than any buffer is read whole', async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => `line ${index} ${'x'.repeat(index % 90)}`);
    const records = await recordsOf(await fileWith(lines.join('\n')));
    expect(records.map(([text]) => text)).toEqual(lines);
  });

  test('a byte order mark is no part of the first record', async () => {
    expect(await recordsOf(await fileWith('\uFEFF{"a":1}\n'))).toEqual([['{"a":1}', 1]]);
  });

  test('bytes that are no UTF-8 come through as they are', async () => {
    const bytes = Buffer.from([0x61, 0xff, 0xc0, 0x0a, 0x80]);
    const seen: Buffer[] = [];
    for await (const batch of readRecords(await fileWith(bytes), { onOverlong: () => {} }))
      for (const record of batch) seen.push(Buffer.from(record.bytes));
    expect(seen).toEqual([bytes.subarray(0, 3), bytes.subarray(4)]);
  });
});

describe('records beyond the limit', () => {
  async function readAll(input: Input, maxRecordBytes: number, stdin?: Readable) {
    const order: string[] = [];
    const parts = new Map<number, string[]>();
    let largest = 0;
    const onOverlong = (part: Uint8Array, line: number, last: boolean): void => {
      largest = Math.max(largest, part.length);
      parts.set(line, [...(parts.get(line) ?? []), Buffer.from(part).toString()]);
      if (last) order.push(`overlong ${line}`);
    };
    for await (const batch of readRecords(input, { maxRecordBytes, onOverlong, stdin }))
      for (const record of batch) order.push(`record ${record.line}`);
    return { order, parts, largest };
  }

  test('come in parts that add up, and their neighbours are records as ever', async () => {
    const long = Array.from({ length: 3_000_000 }, (_, index) => index % 10).join('');
    const { order, parts, largest } = await readAll(await fileWith(`before\n${long}\nafter`), 1_000_000);
    expect(order).toEqual(['record 1', 'overlong 2', 'record 3']);
    expect(parts.get(2)?.join('')).toBe(long);
    expect(largest).toBeLessThan(1_300_000);
  });

  test('the limit is inclusive and does not count the line end', async () => {
    const stdin = (size: number) => stdinOf(Buffer.from('12345\r\n123456\r\n12345'), size);
    for (const size of [1, 6, 7, 100]) {
      const { order } = await readAll(STDIN, 5, stdin(size));
      expect(order.toSorted()).toEqual(['overlong 2', 'record 1', 'record 3']);
    }
  });

  test('no batch comes between the parts of one record', async () => {
    let open = false;
    const onOverlong = (_: Uint8Array, __: number, last: boolean): void => {
      open = !last;
    };
    const text = Array.from({ length: 50 }, (_, index) => 'x'.repeat(index)).join('\n');
    for await (const batch of readRecords(STDIN, {
      maxRecordBytes: 20,
      onOverlong,
      stdin: stdinOf(Buffer.from(text), 33),
    })) {
      expect(batch.length).toBeGreaterThan(0);
      expect(open).toBe(false);
    }
  });

  test('an element of a document can be one, too', async () => {
    const text = JSON.stringify([{ a: 1 }, { b: 'x'.repeat(500) }, { c: 3 }], null, 1);
    const { order, parts } = await readAll(STDIN, 100, stdinOf(Buffer.from(text), 64));
    expect(order).toEqual(['record 2', 'overlong 5', 'record 8']);
    expect(JSON.parse(parts.get(5)?.join('') ?? '')).toEqual({ b: 'x'.repeat(500) });
  });
});

describe('packed inputs', () => {
  const text = Array.from({ length: 4_000 }, (_, index) => `{"line":${index}}`).join('\n');
  const expected = text.split('\n').map((line, index) => [line, index + 1]);

  test.each([
    ['gzip', gzipSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('%s is told by its first bytes, not by its name', async (_, packed) => {
    expect(await recordsOf(await fileWith(packed, 'flows.log'))).toEqual(expected);
    expect(await recordsOf(STDIN, { stdin: stdinOf(packed, 7) })).toEqual(expected);
  });

  test.each([
    ['gzip members', gzipSync],
    ['zstd frames', zstdCompressSync],
  ])('all %s of an appended file are read', async (_, pack) => {
    const half = text.indexOf('\n', text.length / 2);
    const packed = Buffer.concat([pack(text.slice(0, half)), pack(text.slice(half)), pack('')]);
    expect(await recordsOf(await fileWith(packed))).toEqual(expected);
    for (const size of [1, 1000, packed.length - 9])
      expect(await recordsOf(STDIN, { stdin: stdinOf(packed, size) })).toEqual(expected);
  });

  test('a zstd file may begin with a skippable frame, a gzip file be padded with zeros', async () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    expect(await recordsOf(await fileWith(Buffer.concat([skippable, zstdCompressSync(text)])))).toEqual(
      expected,
    );
    const padded = Buffer.concat([gzipSync(`${text}\n`), Buffer.alloc(700), gzipSync('more')]);
    expect(await recordsOf(await fileWith(padded))).toHaveLength(expected.length + 1);
  });

  test.each([
    [
      'gzip',
      gzipSync(text),
      /^x: the gzip archive is cut off after line [\d,]+; fetch it again, .* gzip -dc x /,
    ],
    [
      'zstd',
      zstdCompressSync(text),
      /^x: the zstd archive is cut off(?: after line [\d,]+)?; .* zstd -dc x /,
    ],
  ])('%s that is cut off is a fault, wherever it was cut', async (_, packed, message) => {
    for (const bytes of [10, packed.length >> 1, packed.length - 1]) {
      const cut = await fileWith(packed.subarray(0, bytes), 'x');
      await expect(recordsOf(cut)).rejects.toMatchObject({ code: 'input-broken' });
    }
    const tail = await fileWith(packed.subarray(0, -1), 'x');
    await expect(recordsOf(tail)).rejects.toThrow(message);
  });

  test.each([
    ['gzip', gzipSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('%s followed by something else is a fault', async (_, packed) => {
    const file = await fileWith(Buffer.concat([packed, Buffer.from('{"line":1}\n'.repeat(9_000))]));
    await expect(recordsOf(file)).rejects.toMatchObject({ code: 'input-broken' });
  });

  test('reading may stop in the middle of an archive', async () => {
    for await (const batch of readRecords(await fileWith(gzipSync(text)), { onOverlong: () => {} })) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
  });

  test('progress counts bytes on disk', async () => {
    const packed = gzipSync(text);
    let bytes = 0;
    await recordsOf(await fileWith(packed), { onBytes: (count) => (bytes += count) });
    expect(bytes).toBe(packed.length);
  });
});

describe('inputs that are none', () => {
  test.each([
    ['no bytes', '', 'input-empty', 'x: is empty; check what writes it'],
    ['a byte order mark alone', '\uFEFF', 'input-empty', 'x: is empty; check what writes it'],
    ['an empty archive', gzipSync(''), 'input-empty', 'x: is empty; check what writes it'],
    [
      'UTF-16',
      Buffer.from('\uFEFF{}', 'utf16le'),
      'input-broken',
      'x: is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8 x > converted.log',
    ],
    [
      'another archive',
      Buffer.from('fd377a585a000004', 'hex'),
      'input-broken',
      'x: is an xz archive, which cannot be read; unpack it first: xz -dk x',
    ],
    [
      'files packed together',
      Buffer.concat([Buffer.from('flows.ndjson'.padEnd(257, '\0')), Buffer.from('ustar\u000000{}\n')]),
      'input-broken',
      'x: is a tar archive, which cannot be read; unpack it first: tar -xf x',
    ],
  ])('%s', async (_, content, code, message) => {
    await expect(recordsOf(await fileWith(content, 'x'))).rejects.toMatchObject({ code, message });
  });

  test('a file that has gone, and a folder', async () => {
    const folder = await scratchFolder();
    await expect(recordsOf(inputAt(`${folder}/gone`))).rejects.toMatchObject({ code: 'input-missing' });
    await expect(recordsOf(inputAt(folder))).rejects.toMatchObject({
      code: 'input-unreadable',
      message: `${folder}: is a folder; pass its files with 'FOLDER/*'`,
    });
  });
});

describe('stdin', () => {
  test('gives records as they come, and ends cleanly on the signal', async () => {
    const stdin = new PassThrough();
    const stop = new AbortController();
    const records = readRecords(STDIN, { onOverlong: () => {}, stdin, signal: stop.signal });
    stdin.write('{"a":1}\n{"b":');
    const first = await records.next();
    expect(first.value).toMatchObject([{ line: 1 }]);
    stop.abort();
    expect(await records.next()).toEqual({ done: true, value: undefined });
  });

  test('that ends without a byte says so', async () => {
    await expect(recordsOf(STDIN, { stdin: Readable.from([]) })).rejects.toThrow('stdin: is empty');
  });
});

test('every record of the sample cluster is one JSON text', async () => {
  const flows = new URL('cluster/flows.ndjson', SAMPLES).pathname;
  const records = await recordsOf(inputAt(flows));
  expect(records.map(([text]) => text).join('\n')).toBe((await readFile(flows, 'utf8')).trimEnd());
});
