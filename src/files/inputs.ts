// What a person passed to an option (`--flows`, `--audit`) as a list of things to read: files, globs, `-` for
// stdin. Every mistake that can be seen before reading is one clear line here. Nothing is opened or read.
import { access, constants, glob, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Fault } from '../model/fault.ts';

export const STDIN = '-';

export interface Input {
  /** As shown to people; `-` for stdin. */
  readonly path: string;
  /** What is opened: an absolute path, or `-` for stdin. */
  readonly location: string;
  /** Size on disk, before unpacking; null where nobody knows it (stdin, pipes). */
  readonly bytes: number | null;
}

const MAGIC = /[*?[\]{}]/;

/**
 * The inputs in the order of the patterns, the matches of one glob sorted by name. A file that is named twice
 * (also through links) is read once. Folders that a glob meets beside files are passed over.
 * @param option for messages, as the person wrote it: `--flows`.
 * @throws Fault `input-missing` when a file is absent or a glob matches nothing, `usage` for a folder,
 *   `input-unreadable` when the file may not be read.
 */
export async function expandInputs(
  option: string,
  patterns: readonly string[],
  cwd: string = process.cwd(),
): Promise<readonly Input[]> {
  const inputs = new Map<string, Input>();
  for (const pattern of patterns) {
    for (const [identity, input] of await expandOne(option, pattern, cwd))
      if (!inputs.has(identity)) inputs.set(identity, input);
  }
  return [...inputs.values()];
}

type Found = readonly [identity: string, input: Input];

async function expandOne(option: string, pattern: string, cwd: string): Promise<readonly Found[]> {
  if (pattern === STDIN) return [[STDIN, { path: STDIN, location: STDIN, bytes: null }]];
  if (pattern === '') throw new Fault('usage', `${option}: an empty file name; pass a file, a glob or -`);
  // A name that exists is meant as it stands, also when it looks like a glob: the shell may have expanded it.
  const literal = await inspect(option, pattern, cwd);
  if (literal === 'folder')
    throw new Fault(
      'usage',
      `${option} ${pattern}: is a folder; pass its files: ${option} '${pattern.replace(/\/+$/, '')}/*'`,
    );
  if (literal !== undefined) return [literal];
  if (!MAGIC.test(pattern))
    throw new Fault('input-missing', `${option} ${pattern}: file not found (current folder: ${cwd})`);
  return expandGlob(option, pattern, cwd);
}

async function expandGlob(option: string, pattern: string, cwd: string): Promise<readonly Found[]> {
  const names: string[] = [];
  for await (const name of glob(pattern, { cwd })) names.push(name);
  const found: Found[] = [];
  for (const name of names.sort()) {
    const match = await inspect(option, name, cwd);
    if (match !== undefined && match !== 'folder') found.push(match);
  }
  if (found.length > 0) return found;
  const only = names.length > 0 ? 'only folders match' : 'no file matches';
  throw new Fault('input-missing', `${option} ${pattern}: ${only} (current folder: ${cwd})`);
}

async function inspect(option: string, path: string, cwd: string): Promise<Found | 'folder' | undefined> {
  const location = resolve(cwd, path);
  try {
    const stats = await stat(location, { bigint: true });
    if (stats.isDirectory()) return 'folder';
    await access(location, constants.R_OK);
    const bytes = stats.isFile() ? Number(stats.size) : null;
    return [`${stats.dev}:${stats.ino}`, { path, location, bytes }];
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Fault(
      'input-unreadable',
      `${option} ${path}: cannot be read (${code}); check its permissions`,
      {
        cause,
      },
    );
  }
}

/** The system's name of an error (`ENOENT`), or `error` when it has none. */
export function errorCode(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'error';
}
