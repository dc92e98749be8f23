import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore, readStore } from '../../../src/stores/duckdb/store.ts';
import { document, faultOf, folder } from './workplace.ts';

const MANY = Array.from({ length: 5_000 }, (_, index) => document(`id-${index}`, 1, { count: index }));

describe('a store that was closed', () => {
  test('is one file, and holds everything for whoever opens it', async () => {
    const here = folder();
    const path = join(here, 'drift.duckdb');
    const store = await openStore({ path });
    await store.append('rollups', MANY);
    await store.close();
    expect(readdirSync(here)).toEqual(['drift.duckdb']);
    const reader = await readStore(path);
    expect(await reader.query('SELECT sum("count") AS n FROM rollups')).toEqual([{ n: 12_497_500 }]);
    await reader.close();
    expect(readdirSync(here)).toEqual(['drift.duckdb']);
  });

  test('may be read by several at a time, and changed by none of them', async () => {
    const path = join(folder(), 'drift.duckdb');
    await (await openStore({ path })).close();
    const readers = [await readStore(path), await readStore(path)];
    for (const reader of readers) {
      expect((await faultOf(reader.query('DELETE FROM rollups'))).code).toBe('store-failed');
      await reader.close();
    }
  });

  test('takes nothing more', async () => {
    const store = await openStore({ path: null });
    await store.close();
    expect((await faultOf(store.append('rollups', MANY))).code).toBe('store-failed');
  });
});

describe('a store that was discarded', () => {
  test('keeps nothing of what was not flushed, and may be discarded twice', async () => {
    const path = join(folder(), 'drift.duckdb');
    const store = await openStore({ path });
    await store.append('rollups', MANY);
    store.discard();
    store.discard();
    const reader = await readStore(path);
    expect(await reader.query('SELECT count(*) AS n FROM rollups')).toEqual([{ n: 0 }]);
    await reader.close();
  });
});

describe('a store that cannot be made', () => {
  test('in a folder that there is not: one line with the name that a person gave', async () => {
    const fault = await faultOf(
      openStore({ path: join(folder(), 'none', '.part'), shownAs: 'none/drift.duckdb' }),
    );
    expect(fault.code).toBe('output-unwritable');
    expect(fault.message).toMatch(/^none\/drift\.duckdb: /);
    expect(fault.message).not.toContain('\n');
  });

  test('where a folder lies', async () => {
    const path = join(folder(), 'drift.duckdb');
    mkdirSync(path);
    expect((await faultOf(openStore({ path }))).code).toBe('output-unwritable');
  });

  test('where something else lies, which stays as it was', async () => {
    const path = join(folder(), 'notes.txt');
    writeFileSync(path, 'do not lose me\n'.repeat(1_000));
    expect((await faultOf(openStore({ path }))).code).toBe('output-unwritable');
    expect(existsSync(path)).toBe(true);
  });

  test('where a store lies already', async () => {
    const path = join(folder(), 'drift.duckdb');
    await (await openStore({ path })).close();
    expect((await faultOf(openStore({ path }))).code).toBe('output-unwritable');
  });
});

describe('what is no store', () => {
  test.each(['missing', 'text'])('is not read: %s', async (what) => {
    const path = join(folder(), 'drift.duckdb');
    if (what === 'text') writeFileSync(path, 'not a database\n'.repeat(1_000));
    const fault = await faultOf(readStore(path));
    expect(fault.code).toBe('store-failed');
    expect(fault.message).toContain(path);
    expect(existsSync(path)).toBe(what === 'text');
  });
});

describe('more than the memory limit', () => {
  const LIMIT_BYTES = 48 * 1024 * 1024;
  const wide = (turn: number): readonly ReturnType<typeof document>[] =>
    Array.from({ length: 10_000 }, (_, index) =>
      document(`id-${turn}-${index}`, 1, {
        'subject.labels': [`k8s:app=${turn}-${index}-${'x'.repeat(500)}`],
        'peer.workload': `${index}-${turn}-${'y'.repeat(500)}`,
      }),
    );

  test('goes to the disk and comes back', async () => {
    const here = folder();
    const store = await openStore({ path: join(here, 'drift.duckdb'), memoryLimitBytes: LIMIT_BYTES });
    for (let turn = 0; turn < 10; turn += 1) await store.append('rollups', wide(turn));
    expect(await store.query('SELECT count(*) AS n FROM rollups')).toEqual([{ n: 100_000 }]);
    await store.close();
    expect(readdirSync(here)).toEqual(['drift.duckdb']);
  });

  test('is a fault that says so where there is no disk to go to', async () => {
    const store = await openStore({ path: null, memoryLimitBytes: LIMIT_BYTES });
    const fault = await faultOf(
      (async () => {
        for (let turn = 0; turn < 40; turn += 1) await store.append('rollups', wide(turn));
        await store.flush();
      })(),
    );
    store.discard();
    expect(fault.code).toBe('store-failed');
    expect(fault.message).toMatch(/memory/i);
  });
});
