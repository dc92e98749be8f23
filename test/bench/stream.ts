// `npm run bench:stream`: the whole stream on one machine, its servers included: lines in Kafka → events → joined →
// documents in OpenSearch, by one worker of all roles. Prints rates, what the worker alone costs, what the documents
// take, and how many times `JSON.parse` of the same lines that is. Starts its own servers, writes nothing else.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { SAMPLES, sampleLines } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startKafka, startOpenSearch } from '../support/servers/servers.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import { isVerdictLine } from './purePath.ts';
import { traffic } from './traffic.ts';

const { values: options } = parseArgs({ options: { lines: { type: 'string', default: '1000000' } } });

const CLUSTER = 'prod-eu1';
const PARTITIONS = 6;
const PIECE = 10_000;
const CLOCK_TICKS = 100;
const LIMIT_MS = 3_600_000;
const FLOOR_LINES = 100_000;

interface Measured {
  readonly lines: number;
  readonly verdicts: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly storedBytes: number;
  readonly documents: number;
}

const [kafka, openSearch] = await Promise.all([startKafka(), startOpenSearch()]);
const installation = install(
  { kafka: kafka.bootstrap, openSearch: openSearch.url },
  { CLUSTER, RAW_PER_KEY: '100', FLUSH_MS: '5000', COMMIT_MS: '5000', HTTP_PORT: '0' },
);
try {
  await installation.setup(PARTITIONS, PARTITIONS);
  print(await measure(installation, Number(options.lines)), floor());
} finally {
  await installation.remove();
  await Promise.all([kafka.stop(), openSearch.stop()]);
}

async function measure(stream: Installation, least: number): Promise<Measured> {
  await stream.snapshot(fileURLToPath(new URL('cluster/snapshot.json', SAMPLES)), CLUSTER);
  await stream.produce('audit', sampleLines('cluster/audit.ndjson'));
  const { lines, verdicts } = await produceFlows(stream, least);
  const worker = stream.work('all');
  const begun = performance.now();
  await eventually(
    async () => {
      if (!worker.isRunning()) throw new Error(worker.output());
      return (await counted(stream)) >= verdicts;
    },
    { withinMs: LIMIT_MS },
  );
  const seconds = (performance.now() - begun) / 1_000;
  const { cpuSeconds, peakMegabytes } = usageOf(worker);
  return { lines, verdicts, seconds, cpuSeconds, peakMegabytes, ...(await stored(stream)) };
}

async function produceFlows(
  stream: Installation,
  least: number,
): Promise<{ readonly lines: number; readonly verdicts: number }> {
  let piece: string[] = [];
  let lines = 0;
  let verdicts = 0;
  for (const line of traffic(least)) {
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

/** Verdicts in the rollups, as a dashboard would count them. */
async function counted(stream: Installation): Promise<number> {
  const body = await ask(stream, 'rollups*/_search', {
    size: 0,
    aggs: { counted: { sum: { field: 'count' } } },
  });
  return Number(pick(body, 'aggregations', 'counted', 'value') ?? 0);
}

async function stored(
  stream: Installation,
): Promise<{ readonly storedBytes: number; readonly documents: number }> {
  await ask(stream, '*/_forcemerge?max_num_segments=1', {});
  const body = await ask(stream, '*/_stats/store,docs', null);
  return {
    storedBytes: Number(pick(body, '_all', 'primaries', 'store', 'size_in_bytes')),
    documents: Number(pick(body, '_all', 'primaries', 'docs', 'count')),
  };
}

async function ask(stream: Installation, path: string, body: object | null): Promise<unknown> {
  const { OPENSEARCH_URL = '', INDEX_PREFIX = '' } = stream.settings;
  const response = await fetch(`${OPENSEARCH_URL}/${INDEX_PREFIX}${path}`, {
    method: body === null ? 'GET' : 'POST',
    ...(body === null ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return response.ok ? response.json() : {};
}

function pick(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path)
    here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined;
  return here;
}

/** From /proc: CPU time of all its threads, and the most memory that it ever held. */
function usageOf({ pid }: WorkerProcess): { readonly cpuSeconds: number; readonly peakMegabytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS,
    peakMegabytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_000,
  };
}

/** Microseconds of `JSON.parse` for a line of the same mix, in this process. */
function floor(): number {
  const lines = [...traffic(FLOOR_LINES)];
  const runs = Array.from({ length: 5 }, () => {
    const begun = process.cpuUsage();
    for (const line of lines) JSON.parse(line);
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / lines.length;
  });
  return runs.sort((a, b) => a - b)[2] ?? Number.NaN;
}

function print(measured: Measured, floorMicros: number): void {
  const { lines, verdicts, seconds, cpuSeconds, peakMegabytes, storedBytes, documents } = measured;
  const perLine = (cpuSeconds * 1e6) / lines;
  const rows: readonly (readonly [string, string])[] = [
    ['lines', whole(lines)],
    ['verdicts among them', `${whole(verdicts)} (${((100 * verdicts) / lines).toFixed(0)} %)`],
    ['end to end', `${seconds.toFixed(1)} s`],
    ['lines/s', whole(lines / seconds)],
    ['verdicts/s', whole(verdicts / seconds)],
    [
      'CPU of the worker',
      `${perLine.toFixed(1)} µs a line, ${((cpuSeconds * 1e6) / verdicts).toFixed(1)} µs a verdict`,
    ],
    ['JSON.parse of the same', `${floorMicros.toFixed(1)} µs a line`],
    ['worker ÷ JSON.parse', (perLine / floorMicros).toFixed(2)],
    ['memory of the worker', `${whole(peakMegabytes)} MB at most`],
    ['documents', whole(documents)],
    ['bytes in OpenSearch', `${whole((storedBytes * 1e6) / verdicts)} for a million verdicts`],
  ];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(26)}${value}\n`);
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en');
}
