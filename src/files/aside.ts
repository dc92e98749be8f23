// Results that appear whole or not at all: written under another name in the same folder, then renamed. A crash
// leaves a hidden `.part` file behind, never half a result under the name that was asked for.
//
//   open ── write … ── commit: the name now means the new file
//                 └─── discard: nothing was ever there
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { Fault } from '../model/fault.ts';
import { errorCode } from './inputs.ts';

const BUFFER_BYTES = 64 * 1024;

/** After `commit` or `discard`, both do nothing. */
export interface Aside {
  /** Where to write until then. */
  readonly path: string;
  /** @throws Fault `output-unwritable`; what stood there before is then still there. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export interface AsideFile extends Aside {
  /** In order. Await each: that is the back pressure. @throws Fault `output-unwritable` (disk full). */
  write(piece: string | Uint8Array): Promise<void>;
}

/**
 * For results that somebody else writes (a DuckDB store), who must have closed the file before `commit`. A
 * write-ahead log of the file that is replaced goes with it: DuckDB would apply it to the new one.
 * @throws Fault `output-unwritable`, also when something other than a file has that name.
 */
export async function asidePath(path: string): Promise<Aside> {
  const target = await targetOf(path);
  if (target.special) throw new Fault('output-unwritable', `${path}: is no ordinary file; pass another name`);
  const part = partOf(target.location);
  let open = true;
  return {
    path: part,
    async commit() {
      if (!open) return;
      await orUnwritable(path, async () => {
        if (await exists(walOf(part)))
          throw new Fault('store-failed', `${path}: was not closed by its writer`);
        await rm(walOf(target.location), { force: true });
        await rename(part, target.location);
      });
      open = false;
    },
    async discard() {
      if (!open) return;
      open = false;
      await rm(part, { force: true });
      await rm(walOf(part), { force: true });
    },
  };
}

/**
 * A file of our own. `mode` is subject to the umask. What is no ordinary file (`/dev/null`, a pipe) is written
 * straight to, since nothing may be renamed over it.
 * @throws Fault `output-unwritable` now rather than at the end of a long job.
 */
export async function openAside(path: string, mode: number): Promise<AsideFile> {
  const target = await targetOf(path);
  const part = target.special ? target.location : partOf(target.location);
  const handle = await orUnwritable(path, () => open(part, target.special ? 'w' : 'wx', mode));
  const buffered = new BufferedFile(handle);
  let isOpen = true;
  return {
    path: part,
    async write(piece) {
      await orUnwritable(path, () => buffered.write(piece));
    },
    async commit() {
      if (!isOpen) return;
      await orUnwritable(path, async () => {
        await buffered.flush();
        if (!target.special) await handle.sync();
        await handle.close();
        if (!target.special) await rename(part, target.location);
      });
      isOpen = false;
    },
    async discard() {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
      if (!target.special) await rm(part, { force: true });
    },
  };
}

class BufferedFile {
  readonly #handle: FileHandle;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(piece: string | Uint8Array): Promise<void> {
    // A piece may be a view that its owner reuses, and it stays here for a while.
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : Buffer.from(piece);
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= BUFFER_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    // On a handle, writeFile goes on at the current position and finishes partial writes.
    if (pieces.length > 0) await this.#handle.writeFile(Buffer.concat(pieces));
  }
}

interface Target {
  readonly location: string;
  /** Exists and is neither file nor folder. */
  readonly special: boolean;
}

/** Through links, so that a link stays one. */
async function targetOf(path: string): Promise<Target> {
  const location = await realpath(resolve(path)).catch(() => resolve(path));
  const stats = await stat(location).catch(() => undefined);
  if (stats?.isDirectory() === true)
    throw new Fault('output-unwritable', `${path}: is a folder; pass the name of a file`);
  if (stats !== undefined && !stats.isFile()) return { location, special: true };
  await orUnwritable(path, () => access(`${dirname(location)}/`, constants.W_OK | constants.X_OK));
  return { location, special: false };
}

function partOf(location: string): string {
  return join(dirname(location), `.${basename(location).slice(0, 100)}.${randomUUID()}.part`);
}

function walOf(location: string): string {
  return `${location}.wal`;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its folder does not exist; make it first'],
  ['ENOTDIR', 'its folder is no folder'],
  ['EACCES', 'no permission to write in its folder'],
  ['EPERM', 'no permission to write in its folder'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

/** @throws Fault `output-unwritable` for any error of the system, saying what it means. */
async function orUnwritable<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const code = errorCode(cause);
    const why = ADVICE.get(code) ?? 'the system refused it';
    throw new Fault('output-unwritable', `${path}: cannot be written: ${why} (${code})`, { cause });
  }
}
