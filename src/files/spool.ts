// Keeps stdin for a second reading: when both logs come mixed on it, the audit records must all be known before the
// first flow is judged. The copy lies in a folder that only its owner can enter and goes when the job ends.
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Fault } from '../model/fault.ts';
import { readChunks, type ChunkOptions } from './chunks.ts';
import { errorCode, STDIN, type Input } from './inputs.ts';

const MODE = 0o600;

export interface Spool {
  /** Reads as stdin to people (`-`), as often as wanted. */
  readonly input: Input;
  /** Deletes the copy. */
  discard(): Promise<void>;
}

/**
 * Copies stdin to its end (or to the signal), as packed as it comes.
 * @throws Fault `input-unreadable`, `output-unwritable` when the folder for temporary files has no room.
 */
export async function spoolStdin(options: ChunkOptions = {}): Promise<Spool> {
  const folder = await orNoRoom(() => mkdtemp(join(tmpdir(), 'netpol-drift-stdin-')));
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const location = join(folder, 'stdin');
  try {
    const bytes = await copy(location, options);
    return { input: { path: STDIN, location, bytes }, discard };
  } catch (cause) {
    await discard();
    throw cause;
  }
}

async function copy(location: string, options: ChunkOptions): Promise<number> {
  const file = await orNoRoom(() => open(location, 'wx', MODE));
  let bytes = 0;
  try {
    for await (const chunk of readChunks({ path: STDIN, location: STDIN, bytes: null }, options)) {
      await orNoRoom(() => file.writeFile(chunk));
      bytes += chunk.length;
    }
  } finally {
    await file.close();
  }
  return bytes;
}

async function orNoRoom<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const message = `stdin: cannot be kept in ${tmpdir()} (${errorCode(cause)}); set TMPDIR to a folder with room`;
    throw new Fault('output-unwritable', message, { cause });
  }
}
