// A real Git repository in a temporary folder: files are written and committed by named people at given times.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Repository {
  readonly folder: string;
  write(file: string, text: string): void;
  remove(file: string): void;
  /** Commits everything, be it nothing. @param time RFC 3339 @returns the hash */
  commit(author: string, time: string): string;
}

/** @param folder is made when it is not there */
export function createRepository(folder: string): Repository {
  mkdirSync(folder, { recursive: true });
  runGit(folder, ['init', '--quiet', '--initial-branch=main']);
  return {
    folder,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    remove: (file) => rmSync(join(folder, file)),
    commit(author, time) {
      runGit(folder, ['add', '--all']);
      runGit(folder, ['commit', '--quiet', '--allow-empty', '--message', 'policies'], {
        GIT_AUTHOR_NAME: author,
        GIT_AUTHOR_EMAIL: `${author}@example.com`,
        GIT_AUTHOR_DATE: time,
        GIT_COMMITTER_NAME: 'merge queue',
        GIT_COMMITTER_EMAIL: 'merge@example.com',
        GIT_COMMITTER_DATE: time,
      });
      return runGit(folder, ['rev-parse', 'HEAD']).trim();
    },
  };
}

/** Nothing of the machine's own settings counts. */
export function runGit(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return execFileSync('git', args, { cwd: folder, env: { ...env, ...environment }, encoding: 'utf8' });
}
