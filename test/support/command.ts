// Runs the command line as a person does: a process of its own, real files, real pipes.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Settles when the pipe has taken all of it: all but the last 64 KB or so has then been read. */
  send(text: string | Uint8Array): Promise<void>;
  /** Closes its standard input. */
  end(): void;
  signal(name: NodeJS.Signals): void;
  /** Closes the reading end of its standard output, as `head` does. */
  hangUp(): void;
  readonly ended: Promise<Ended>;
}

/** Environment variables beside those that every process of ours gets. */
export type Variables = Readonly<Record<string, string>>;

/** Starts `netpol-drift` with the arguments in a folder. */
export function start(args: readonly string[], cwd: string, variables: Variables = {}): Running {
  const env = { PATH: process.env['PATH'], HOME: cwd, TMPDIR: tmpdir(), COLUMNS: '100', ...variables };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  return {
    send: (text) =>
      new Promise((resolve) => {
        child.stdin.write(text, () => resolve());
      }),
    end: () => void child.stdin.end(),
    signal: (name) => void child.kill(name),
    hangUp: () => void child.stdout.destroy(),
    ended: new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    }),
  };
}

/** Runs it to its end with an empty standard input. */
export async function run(
  args: readonly string[],
  cwd: string,
  input: string | Uint8Array = '',
  variables: Variables = {},
): Promise<Ended> {
  const running = start(args, cwd, variables);
  if (input.length > 0) await running.send(input);
  running.end();
  return running.ended;
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'netpol-drift-test-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
