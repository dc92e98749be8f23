// `npm run bench:stream`: the whole stream on one machine, its servers included: lines in Kafka → events → joined →
// documents in OpenSearch, by one worker of all roles. Prints rates, what the worker alone costs, what the documents
// take, and how many times `JSON.parse` of the same lines that is; for the sample's mix, then for its verdicts alone.
// `-- --cpu-prof FOLDER` has the worker write a profile for Chrome's DevTools there.
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { SAMPLES, sampleLines } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import { isVerdictLine } from './purePath.ts';
import { AS_INSTALLED } from './stream/asInstalled.ts';
import { countedVerdicts, storedIn } from './stream/documents.ts';
import { createParsingClock } from './stream/parsing.ts';
import { freePort, isReady } from './stream/metrics.ts';
import { type BenchServers, benchServers } from './stream/servers.ts';
import { usageOf } from './stream/usage.ts';
import { traffic } from './traffic.ts';

const { values: options } = parseArgs({
  options: {
    /** Below MAX_OPEN_RECORDS verdicts: with more, an owner's first 90 seconds, in which it closes no block, are all. */
    lines: { type: 'string', default: '700000' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    'cpu-prof': { type: 'string', default: '' },
  },
});

const CLUSTER = 'prod-eu1';
const PARTITIONS = 6;
const PIECE = 10_000;
const LIMIT_MS = 3_600_000;
const POLL_MS = 500;
const FLOOR_LINES = 40_000;

interface Measured {
  readonly lines: number;
  readonly verdicts: number;
  readonly seconds: number;
  /** From when it was ready: loading the program is no part of it. */
  readonly cpuSeconds: number;
  readonly startSeconds: number;
  readonly peakMegabytes: number;
  readonly floorMicros: number;
  /** By table. */
  readonly stored: ReadonlyMap<string, { readonly documents: number; readonly bytes: number }>;
}

interface Mix {
  readonly name: string;
  readonly has: (line: string) => boolean;
}

const MIXES: readonly Mix[] = [
  { name: 'mix', has: () => true },
  { name: 'verdicts', has: isVerdictLine },
];

const servers = await benchServers();
try {
  say(servers.told);
  for (const mix of MIXES) {
    if (options.only !== '' && options.only !== mix.name) continue;
    for (let round = 1; round <= Number(options.rounds); round += 1)
      print(`${mix.name}, run ${round}`, await run(servers, mix));
  }
} finally {
  await servers.stop();
}

async function run(of: BenchServers, mix: Mix): Promise<Measured> {
  const stream = install(of, {
    CLUSTER,
    ...AS_INSTALLED,
    // Else the measured time would begin with a wait for the first one.
    HEARTBEAT_MS: '1000',
    ...(options['cpu-prof'] === ''
      ? {}
      : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${options['cpu-prof']}` }),
  });
  try {
    await stream.setup(PARTITIONS, PARTITIONS);
    return await measure(stream, mix);
  } finally {
    await stream.remove();
  }
}

async function measure(stream: Installation, { has }: Mix): Promise<Measured> {
  await stream.snapshot(fileURLToPath(new URL('cluster/snapshot.json', SAMPLES)), CLUSTER);
  await stream.produce('audit', sampleLines('cluster/audit.ndjson'));
  const { lines, verdicts } = await produceFlows(stream, has);
  const parsing = createParsingClock([...traffic(FLOOR_LINES)].filter(has));
  const port = await freePort();
  const worker = stream.work('all', { HTTP_PORT: String(port) });
  await eventually(() => !worker.isRunning() || isReady(port), { withinMs: LIMIT_MS });
  const begun = performance.now();
  const atStart = usageOf(worker);
  const isDone = async (): Promise<boolean> => {
    parsing.slice();
    return !worker.isRunning() || (await countedVerdicts(stream)) >= verdicts;
  };
  await eventually(isDone, { withinMs: LIMIT_MS, everyMs: POLL_MS });
  if (!worker.isRunning()) throw new Error(worker.output());
  const seconds = (performance.now() - begun) / 1_000;
  const atEnd = usageOf(worker);
  await worker.kill('SIGTERM');
  const tables = ['rollups', 'verdicts', 'feeds'] as const;
  const stored = new Map(
    await Promise.all(tables.map(async (table) => [table, await storedIn(stream, table)] as const)),
  );
  return {
    lines,
    verdicts,
    seconds,
    cpuSeconds: atEnd.cpuSeconds - atStart.cpuSeconds,
    startSeconds: atStart.cpuSeconds,
    peakMegabytes: atEnd.peakMegabytes,
    stored,
    floorMicros: parsing.microsPerLine(),
  };
}

async function produceFlows(
  stream: Installation,
  has: Mix['has'],
): Promise<{ readonly lines: number; readonly verdicts: number }> {
  let piece: string[] = [];
  let lines = 0;
  let verdicts = 0;
  for (const line of traffic(Number(options.lines))) {
    if (!has(line)) continue;
    piece.push(line);
    lines += 1;
    if (isVerdictLine(line)) verdicts += 1;
    if (piece.length < PIECE) continue;
    await stream.produce('flows', piece);
    piece = [];
  }
  await stream.produce('flows', piece);
  return { lines, verdicts };
}

function print(title: string, measured: Measured): void {
  const { lines, verdicts, seconds, cpuSeconds, floorMicros, stored } = measured;
  const perLine = (cpuSeconds * 1e6) / lines;
  const perVerdict = (cpuSeconds * 1e6) / verdicts;
  const bytes = [...stored.values()].reduce((sum, one) => sum + one.bytes, 0);
  const rows: readonly (readonly [string, string])[] = [
    ['lines', `${whole(lines)}, ${((100 * verdicts) / lines).toFixed(0)} % of them verdicts`],
    ['end to end', `${seconds.toFixed(1)} s: ${whole(lines / seconds)} lines/s`],
    ['CPU of the worker', `${perLine.toFixed(1)} µs a line, ${perVerdict.toFixed(1)} µs a verdict`],
    ['CPU of its start', `${measured.startSeconds.toFixed(1)} s`],
    ['JSON.parse of the same', `${floorMicros.toFixed(1)} µs a line`],
    ['worker ÷ JSON.parse', (perLine / floorMicros).toFixed(2)],
    ['memory of the worker', `${whole(measured.peakMegabytes)} MB at most`],
    ['stored', `${whole((bytes * 1e6) / lines)} bytes for a million lines`],
    ...[...stored].map(
      ([table, one]) =>
        [`  ${table}`, `${whole(one.documents)} documents, ${whole(one.bytes)} bytes`] as const,
    ),
  ];
  say(`\n${title}`);
  for (const [name, value] of rows) say(`  ${name.padEnd(24)}${value}`);
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
