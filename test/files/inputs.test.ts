import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { expandInputs } from '../../src/files/inputs.ts';
import { scratchFolder } from './scratch.ts';

async function folderOf(...names: readonly string[]): Promise<string> {
  const folder = await scratchFolder();
  for (const name of names) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), name);
  }
  return folder;
}

async function pathsOf(cwd: string, ...patterns: readonly string[]): Promise<readonly string[]> {
  return (await expandInputs('--flows', patterns, cwd)).map(({ path }) => path);
}

describe('what an option names', () => {
  test('a glob gives its files by name, and passes over folders', async () => {
    const folder = await folderOf('b.log', 'a.log', 'sub.log/c.log', 'd.txt');
    expect(await pathsOf(folder, '*.log')).toEqual(['a.log', 'b.log']);
    expect(await pathsOf(folder, '**/*.log')).toEqual(['a.log', 'b.log', 'sub.log/c.log']);
  });

  test('patterns keep the order in which they were given', async () => {
    const folder = await folderOf('a.log', 'b.log', 'c.log');
    expect(await pathsOf(folder, 'c.log', '*.log')).toEqual(['c.log', 'a.log', 'b.log']);
  });

  test('a file reached by two names is read once', async () => {
    const folder = await folderOf('a.log');
    await symlink(join(folder, 'a.log'), join(folder, 'linked.log'));
    await link(join(folder, 'a.log'), join(folder, 'same.log'));
    expect(await pathsOf(folder, 'a.log', './a.log', '*.log')).toEqual(['a.log']);
  });

  test('a name that exists is no glob, whatever it looks like', async () => {
    const folder = await folderOf('flows[1].log', 'flows1.log');
    expect(await pathsOf(folder, 'flows[1].log')).toEqual(['flows[1].log']);
  });

  test('the size on disk is known for files and not for stdin', async () => {
    const folder = await folderOf('a.log');
    const inputs = await expandInputs('--flows', ['-', 'a.log', '-'], folder);
    expect(inputs).toEqual([
      { path: '-', location: '-', bytes: null },
      { path: 'a.log', location: join(folder, 'a.log'), bytes: 5 },
    ]);
  });
});

describe('mistakes are one line with the way out', () => {
  test.each([
    ['a missing file', 'nope.log', 'input-missing', '--flows nope.log: file not found (current folder: %s)'],
    [
      'a file where a folder should be',
      'a.log/x',
      'input-missing',
      '--flows a.log/x: file not found (current folder: %s)',
    ],
    ['a glob without matches', '*.gz', 'input-missing', '--flows *.gz: no file matches (current folder: %s)'],
    [
      'a glob that meets folders only',
      'log?',
      'input-missing',
      '--flows log?: only folders match (current folder: %s)',
    ],
    ['a folder', 'logs/', 'usage', "--flows logs/: is a folder; pass its files: --flows 'logs/*'"],
    ['an empty name', '', 'usage', '--flows: an empty file name; pass a file, a glob or -'],
  ])('%s', async (_, pattern, code, message) => {
    const folder = await folderOf('a.log', 'logs/b.log');
    await expect(expandInputs('--flows', [pattern], folder)).rejects.toMatchObject({
      code,
      message: message.replace('%s', folder),
    });
  });
});
