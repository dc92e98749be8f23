// Peak memory of a whole `analyze` over millions of lines, and over twice as many: it must stay below a bound
// and must not grow with the input. The lines are made here and go in on stdin, so nothing lies on disk but
// what `analyze` itself keeps there while it runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { SAMPLES } from '../support/cluster.ts';
import { traffic } from './traffic.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const REPORT_PEAK = new URL('reportPeak.ts', import.meta.url).href;
const CHUNK_CHARACTERS = 256 * 1024;

const BOUND_MEGABYTES = 600;

interface Run {
  readonly lines: number;
  readonly peakMegabytes: number;
  readonly seconds: number;
}

export async function measureMemory(lines: number, print: (line: string) => void): Promise<void> {
  print('analyze, peak memory             MB     seconds     lines/s');
  const runs: Run[] = [];
  for (const count of [lines, 2 * lines]) {
    const run = await analyze(count);
    runs.push(run);
    const rate = Math.round(run.lines / run.seconds).toLocaleString('en');
    print(
      `  ${`${run.lines.toLocaleString('en')} lines`.padEnd(26)}${run.peakMegabytes.toFixed(0).padStart(7)}` +
        `${run.seconds.toFixed(0).padStart(12)}${rate.padStart(12)}`,
    );
  }
  const [once, twice] = runs.map((run) => run.peakMegabytes);
  if (once === undefined || twice === undefined) return;
  print(`  twice the lines: ${(twice / once).toFixed(2)} × the memory; the bound is ${BOUND_MEGABYTES} MB`);
}

async function analyze(lines: number): Promise<Run> {
  const begun = performance.now();
  const sample = (name: string): string => fileURLToPath(new URL(`cluster/${name}`, SAMPLES));
  const logs = ['--flows', '-', '--audit', sample('audit.ndjson'), '--policies', sample('snapshot.json')];
  const child = spawn(process.execPath, ['--import', REPORT_PEAK, MAIN, 'analyze', ...logs], {
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  const [, , , peak] = child.stdio;
  if (child.stdin === null || !(peak instanceof Readable)) throw new Error('the pipes are not there');
  const told = textOf(peak);
  const exited = once(child, 'exit');
  await pipeline(Readable.from(chunks(traffic(lines))), child.stdin);
  const [code] = await exited;
  if (code !== 0) throw new Error(`analyze ended with code ${code}`);
  return {
    lines,
    peakMegabytes: Number(await told) / 1_000,
    seconds: (performance.now() - begun) / 1_000,
  };
}

function* chunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
