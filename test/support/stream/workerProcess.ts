// `netpol-drift` as a process of its own, with an environment: what an operator starts, and what a test may kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const KEPT_OUTPUT = 200_000;

export type Settings = Readonly<Record<string, string>>;

export interface WorkerProcess {
  readonly pid: number;
  /** What it wrote on standard error, its end. */
  output(): string;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code when it is gone; null when a signal ended it. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

export function startWorker(args: readonly string[], settings: Settings): WorkerProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // When it has exited, the last of what it wrote may still be on its way.
  const closed = once(child, 'close');
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    output = (output + piece).slice(-KEPT_OUTPUT);
  });
  return {
    pid: child.pid ?? -1,
    output: () => output,
    isRunning: () => isRunning(child),
    signal(signal) {
      child.kill(signal);
    },
    async kill(signal) {
      if (isRunning(child)) child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

/**
 * Runs a command to its end.
 * @returns its standard output
 * @throws Error with what it said when it ends with another code than 0
 */
export async function runCommand(args: readonly string[], settings: Settings): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`netpol-drift ${args.join(' ')}: ${child.exitCode}\n${stderr}`);
  return stdout;
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
