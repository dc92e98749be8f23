// The manifests in a folder and the folders below it. Hidden entries and node_modules are passed over, and links to
// folders are not followed, so a loop cannot catch us; links to files are (mounted ConfigMaps consist of them).
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { errorCode, type Input } from '../files/inputs.ts';
import { Fault } from '../model/fault.ts';

const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 * Sorted by path. @returns undefined when the path is no folder.
 * @throws Fault `input-missing` when the folder holds no manifest, `input-unreadable`.
 */
export async function listFolder(
  option: string,
  path: string,
  cwd: string,
): Promise<readonly Input[] | undefined> {
  const stats = await stat(resolve(cwd, path)).catch(() => undefined);
  if (stats?.isDirectory() !== true) return undefined;
  const inputs = await walk(option, path, cwd);
  if (inputs.length === 0)
    throw new Fault('input-missing', `${option} ${path}: the folder holds no .yaml, .yml or .json file`);
  return inputs;
}

async function walk(option: string, folder: string, cwd: string): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const entry of await entriesOf(option, folder, cwd)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) inputs.push(...(await walk(option, path, cwd)));
    else if (MANIFEST.test(entry.name)) {
      const location = resolve(cwd, path);
      const stats = await stat(location).catch(() => undefined);
      if (stats?.isDirectory() !== true) inputs.push({ path, location, bytes: stats?.size ?? null });
    }
  }
  return inputs;
}

async function entriesOf(option: string, folder: string, cwd: string) {
  try {
    const entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (cause) {
    const message = `${option} ${folder}: cannot be read (${errorCode(cause)}); check its permissions`;
    throw new Fault('input-unreadable', message, { cause });
  }
}
