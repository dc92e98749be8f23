// How a worker ends, tried with real signals on real processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const WORKER = fileURLToPath(new URL('../fixtures/runtime/stopping.ts', import.meta.url));

let child: ChildProcess | null = null;

afterEach(() => void child?.kill('SIGKILL'));

interface Worker {
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves when the output holds the words. */
  readonly says: (words: string) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

async function startWorker(behaviour: string): Promise<Worker> {
  const worker = spawn(process.execPath, [WORKER, behaviour], { stdio: ['ignore', 'pipe', 'ignore'] });
  child = worker;
  let output = '';
  worker.stdout.setEncoding('utf8').on('data', (piece: string) => void (output += piece));
  const ended = once(worker, 'close').then(() => ({ code: worker.exitCode, output }));
  const says = async (words: string): Promise<void> => {
    while (!output.includes(words)) await once(worker.stdout, 'data');
  };
  await says('working');
  return { signal: (name) => void worker.kill(name), says, ended };
}

describe('a worker', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes what it has in hand at %s', async (name) => {
    const worker = await startWorker('finish');
    worker.signal(name);
    const { code, output } = await worker.ended;
    expect(code).toBe(0);
    expect(output).toContain(`${name}: finishing what is in hand`);
    expect(output).toContain('finished');
  });

  it('ends at once at the second signal', async () => {
    const worker = await startWorker('hang');
    worker.signal('SIGTERM');
    await worker.says('finishing what is in hand');
    worker.signal('SIGTERM');
    const { code, output } = await worker.ended;
    expect(code).toBe(128 + 15);
    expect(output).toContain('SIGTERM again');
  });

  it('ends with code 3 when it cannot finish within the limit', async () => {
    const worker = await startWorker('hang-briefly');
    worker.signal('SIGINT');
    const { code, output } = await worker.ended;
    expect(code).toBe(3);
    expect(output).toContain('not done within 0.2 s');
  });

  it('passes on what ended its work', async () => {
    const worker = await startWorker('fail');
    expect((await worker.ended).code).toBe(9);
  });
});
