// Runs the `git` program, read-only: without a shell, without pager, hooks, signatures or locks. Only
// commands that read what is in the local repository are ever called.
import { execFile } from 'node:child_process';

/** A history that prints more is not read. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Settings of the user or of the repository that would run programs or alter the output. */
const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'log.showSignature=false',
  'log.follow=false',
  'log.mailmap=true',
].flatMap((setting) => ['-c', setting]);

export type GitAnswer =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly why: 'no-git' | 'failed'; readonly message: string };

/**
 * @param folder where git runs
 * @param input its standard input
 */
export function git(folder: string, args: readonly string[], input = ''): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['--no-pager', '--no-optional-locks', ...SETTINGS, ...args],
      { cwd: folder, encoding: 'buffer', maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true },
      (error, output, errors) => {
        if (error === null) resolve({ ok: true, output });
        else if (error.code === 'ENOENT') resolve({ ok: false, why: 'no-git', message: 'git not found' });
        else resolve({ ok: false, why: 'failed', message: firstLine(errors) || error.message });
      },
    );
    // git may be gone before it has read everything; its answer says why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function firstLine(text: Buffer): string {
  return (text.toString('utf8').split('\n')[0] ?? '').slice(0, 200);
}
