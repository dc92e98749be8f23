import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

import { asidePath, openAside } from '../../src/files/aside.ts';
import { openRejects, type RejectedRecord } from '../../src/files/rejects.ts';
import { spoolStdin } from '../../src/files/spool.ts';
import { recordsOf, scratchFolder } from './scratch.ts';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a result written aside', () => {
  test('has its name only once it is whole', async () => {
    const folder = await scratchFolder();
    const target = join(folder, 'report.html');
    await writeFile(target, 'before');
    const file = await openAside(target, 0o600);
    for (let piece = 0; piece < 3_000; piece += 1) await file.write(`${'x'.repeat(99)}\n`);
    expect(await readFile(target, 'utf8')).toBe('before');
    await file.commit();
    await file.discard();
    expect((await readFile(target, 'utf8')).length).toBe(300_000);
    expect(await modeOf(target)).toBe(0o600);
    expect(await readdir(folder)).toEqual(['report.html']);
  });

  test('leaves nothing behind when it is discarded', async () => {
    const folder = await scratchFolder();
    const file = await openAside(join(folder, 'report.html'), 0o644);
    await file.write(new Uint8Array([1, 2, 3]));
    await file.discard();
    await file.commit();
    expect(await readdir(folder)).toEqual([]);
  });

  test('keeps what it was given though the caller reuses its bytes', async () => {
    const target = join(await scratchFolder(), 'out');
    const file = await openAside(target, 0o644);
    const bytes = Buffer.from('first');
    await file.write(bytes);
    bytes.write('other');
    await file.commit();
    expect(await readFile(target, 'utf8')).toBe('first');
  });

  test('goes through a link and leaves the link in place', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'out'), '');
    await symlink('real/out', join(folder, 'out'));
    const file = await openAside(join(folder, 'out'), 0o644);
    await file.write('new');
    await file.commit();
    expect(await readlink(join(folder, 'out'))).toBe('real/out');
    expect(await readFile(join(folder, 'real', 'out'), 'utf8')).toBe('new');
  });

  test('is never renamed over a device', async () => {
    const file = await openAside('/dev/null', 0o600);
    await file.write('gone');
    await file.commit();
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    await expect(asidePath('/dev/null')).rejects.toMatchObject({ code: 'output-unwritable' });
  });

  test.each([
    ['in a folder that is not there', 'nope/out', 'its folder does not exist; make it first (ENOENT)'],
    ['under a file', 'file/out', 'its folder is no folder (ENOTDIR)'],
  ])('%s is refused at once', async (_, name, why) => {
    const folder = await scratchFolder();
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, name);
    const fault = { code: 'output-unwritable', message: `${path}: cannot be written: ${why}` };
    await expect(openAside(path, 0o600)).rejects.toMatchObject(fault);
    await expect(asidePath(path)).rejects.toMatchObject(fault);
  });

  test('in place of a folder is refused at once', async () => {
    const folder = await scratchFolder();
    const message = `${folder}: is a folder; pass the name of a file`;
    await expect(openAside(folder, 0o600)).rejects.toThrow(message);
    await expect(asidePath(folder)).rejects.toThrow(message);
  });
});

describe('a store written aside by its own engine', () => {
  test('takes the old write-ahead log away with the old store', async () => {
    const folder = await scratchFolder();
    const target = join(folder, 'drift.duckdb');
    await writeFile(target, 'old');
    await writeFile(`${target}.wal`, 'old log');
    const aside = await asidePath(target);
    await writeFile(aside.path, 'new');
    expect(await readFile(target, 'utf8')).toBe('old');
    await aside.commit();
    expect(await readdir(folder)).toEqual(['drift.duckdb']);
    expect(await readFile(target, 'utf8')).toBe('new');
  });

  test('is not committed while its engine has it open', async () => {
    const folder = await scratchFolder();
    const aside = await asidePath(join(folder, 'drift.duckdb'));
    await writeFile(aside.path, 'new');
    await writeFile(`${aside.path}.wal`, 'unwritten');
    await expect(aside.commit()).rejects.toMatchObject({ code: 'store-failed' });
    await aside.discard();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('rejected records', () => {
  const record = (over: Partial<RejectedRecord>): RejectedRecord => ({
    source: 'flows.ndjson',
    line: 7,
    reason: 'not-json',
    detail: 'unexpected end at byte 3',
    bytes: Buffer.from('{"a'),
    ...over,
  });

  async function written(write: (rejects: Awaited<ReturnType<typeof openRejects>>) => Promise<void>) {
    const path = join(await scratchFolder(), 'rejects.ndjson');
    const rejects = await openRejects(path);
    await write(rejects);
    await rejects.commit();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    return { lines: lines.map((line): unknown => JSON.parse(line)), counts: rejects.counts, path };
  }

  test('keep their bytes: as text where they are UTF-8, in base64 where not', async () => {
    const { lines, path } = await written(async (rejects) => {
      await rejects.write(record({ bytes: Buffer.from('\uFEFF{"é\u2028\u0000') }));
      await rejects.write(record({ reason: 'not-utf8', bytes: new Uint8Array([0x61, 0xff]) }));
    });
    const place = { source: 'flows.ndjson', line: 7, detail: 'unexpected end at byte 3' };
    expect(lines).toEqual([
      { ...place, reason: 'not-json', encoding: 'utf8', bytes: '\uFEFF{"é\u2028\u0000' },
      { ...place, reason: 'not-utf8', encoding: 'base64', bytes: 'Yf8=' },
    ]);
    expect(await modeOf(path)).toBe(0o600);
  });

  test('in parts come out as one line, wherever the parts end', async () => {
    const long = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));
    const { lines, counts } = await written(async (rejects) => {
      for (let at = 0; at < long.length; at += 7) {
        const part = record({ reason: 'too-long', bytes: long.subarray(at, at + 7) });
        await rejects.writePart(part, at + 7 >= long.length);
      }
    });
    expect(lines).toMatchObject([{ reason: 'too-long', encoding: 'base64', bytes: long.toString('base64') }]);
    expect([...counts]).toEqual([['too-long', 1]]);
  });

  test('whose last part never came are closed before the next one, and at the end', async () => {
    const { lines } = await written(async (rejects) => {
      await rejects.writePart(record({ reason: 'too-long', bytes: Buffer.from('abcd') }), false);
      await rejects.write(record({}));
      await rejects.writePart(record({ reason: 'too-long', bytes: Buffer.from('efgh') }), false);
    });
    expect(lines).toMatchObject([{ bytes: 'YWJjZA==' }, { bytes: '{"a' }, { bytes: 'ZWZnaA==' }]);
  });

  test('are counted by reason also where nobody keeps them', async () => {
    const rejects = await openRejects(null);
    await rejects.write(record({}));
    await rejects.write(record({ reason: 'bad-time' }));
    await rejects.write(record({}));
    await rejects.writePart(record({ reason: 'too-long' }), true);
    await rejects.commit();
    expect([...rejects.counts]).toEqual([
      ['not-json', 2],
      ['bad-time', 1],
      ['too-long', 1],
    ]);
  });
});

describe('stdin kept for a second reading', () => {
  test('gives the same records each time, and is gone afterwards', async () => {
    const spool = await spoolStdin({ stdin: Readable.from([gzipSync('{"a":1}\n{"b"'), gzipSync(':2}\n')]) });
    const expected = [
      ['{"a":1}', 1],
      ['{"b":2}', 2],
    ];
    expect(await recordsOf(spool.input)).toEqual(expected);
    expect(await recordsOf(spool.input)).toEqual(expected);
    expect(spool.input.path).toBe('-');
    expect(await modeOf(spool.input.location)).toBe(0o600);
    await spool.discard();
    await expect(stat(spool.input.location)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is gone also when stdin breaks', async () => {
    const before = await spools();
    const broken = new Readable({ read: () => broken.destroy(new Error('pipe broke')) });
    await expect(spoolStdin({ stdin: broken })).rejects.toMatchObject({ code: 'input-unreadable' });
    expect(await spools()).toEqual(before);
  });

  async function spools(): Promise<readonly string[]> {
    return (await readdir(tmpdir())).filter((name) => name.startsWith('netpol-drift-stdin-'));
  }
});
