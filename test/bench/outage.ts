// `npm run bench:outage`: the memory of one worker of all roles that holds a long history of policies, while
// OpenSearch is gone and the input goes on; and whether it catches up by itself when OpenSearch is back. Prints what
// it holds every half minute. Takes Kafka as the other benchmarks do; OpenSearch is always its own, to be killed.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { flowEvents, SAMPLES, sampleLines } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startOpenSearch } from '../support/servers/servers.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import { olderAuditLines } from './history.ts';
import { isVerdictLine } from './purePath.ts';
import { AS_INSTALLED } from './stream/asInstalled.ts';
import { countedVerdicts } from './stream/documents.ts';
import { freePort, isReady, metricOf } from './stream/metrics.ts';
import { obtainKafka } from './stream/servers.ts';
import { usageOf } from './stream/usage.ts';
import { traffic } from './traffic.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    versions: { type: 'string', default: '100000' },
    /** Lines per second. */
    rate: { type: 'string', default: '3000' },
    /** Of V8's heap: what docs/run-the-workers.md says for a container of 1 GiB. */
    'heap-megabytes': { type: 'string', default: '640' },
    'node-options': { type: 'string', default: '' },
  },
});

const CLUSTER = 'prod-eu1';
const PARTITIONS = 6;
const LIMIT_MS = 3_600_000;
const TELL_MS = 30_000;
const PIECE_MS = 1_000;
const POLL_MS = 2_000;

const minutes = Number(options.minutes);
const rate = Number(options.rate);
const port = await freePort();
const [kafka, openSearch] = await Promise.all([obtainKafka(), startOpenSearch()]);
const stream = install(
  { kafka: kafka.address, openSearch: openSearch.url },
  {
    CLUSTER,
    ...AS_INSTALLED,
    HTTP_PORT: String(port),
    MALLOC_ARENA_MAX: '2',
    NODE_OPTIONS: `--max-old-space-size=${options['heap-megabytes']} ${options['node-options']}`,
  },
);
const begun = performance.now();
try {
  await stream.setup(PARTITIONS, PARTITIONS);
  await produceHistory(stream);
  const worker = stream.work('all');
  await reached(worker, 'ready', () => isReady(port));
  await reached(worker, 'has read all', async () => (await metricOf(port, 'netpol_drift_lag_records')) === 0);
  const telling = setInterval(() => void tell(worker, 'holds'), TELL_MS);
  await tell(worker, 'history loaded');
  await openSearch.kill();
  await tell(worker, 'OpenSearch is gone');
  const verdicts = await produceFlows(stream, worker);
  await tell(worker, 'OpenSearch comes back');
  await openSearch.restart();
  await reached(worker, 'lag 0', async () => (await metricOf(port, 'netpol_drift_lag_records')) === 0);
  await reached(worker, 'all counted', async () => (await countedVerdicts(stream)) >= verdicts);
  clearInterval(telling);
  say(`verdicts: ${verdicts} produced, ${await countedVerdicts(stream)} counted`);
} finally {
  // OpenSearch may be gone, and ends with all that it holds.
  await stream.remove().catch(() => {});
  await Promise.all([kafka.stop(), openSearch.stop()]);
}

async function produceHistory(to: Installation): Promise<void> {
  await to.snapshot(fileURLToPath(new URL('cluster/snapshot.json', SAMPLES)), CLUSTER);
  const sample = flowEvents(sampleLines('cluster/flows.ndjson').filter(isVerdictLine), 'flows');
  await to.produce('audit', olderAuditLines(sample, Number(options.versions)));
  await to.produce('audit', sampleLines('cluster/audit.ndjson'));
}

/** At the rate that is wanted, for as long as is wanted. @returns how many verdicts were among them */
async function produceFlows(to: Installation, worker: WorkerProcess): Promise<number> {
  const perPiece = (rate * PIECE_MS) / 1_000;
  const from = performance.now();
  let pieces = 0;
  let verdicts = 0;
  let piece: string[] = [];
  for (const line of traffic(rate * 60 * minutes)) {
    piece.push(line);
    if (isVerdictLine(line)) verdicts += 1;
    if (piece.length < perPiece) continue;
    await to.produce('flows', piece);
    piece = [];
    pieces += 1;
    if (!worker.isRunning()) throw new Error(worker.output());
    await pause(Math.max(0, from + pieces * PIECE_MS - performance.now()));
  }
  await to.produce('flows', piece);
  return verdicts;
}

async function reached(worker: WorkerProcess, what: string, isSo: () => Promise<boolean>): Promise<void> {
  await eventually(async () => !worker.isRunning() || (await isSo()), {
    withinMs: LIMIT_MS,
    everyMs: POLL_MS,
  });
  if (!worker.isRunning()) throw new Error(worker.output());
  await tell(worker, what);
}

async function tell(worker: WorkerProcess, what: string): Promise<void> {
  if (!worker.isRunning()) return;
  const { cpuSeconds, residentMegabytes, peakMegabytes } = usageOf(worker);
  const [lag, heap, external] = await Promise.all(
    ['netpol_drift_lag_records', 'nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'].map((name) =>
      metricOf(port, name),
    ),
  );
  const columns = [
    `${seconds()} s`.padStart(7),
    `RSS ${residentMegabytes.toFixed(0)} MB`,
    `peak ${peakMegabytes.toFixed(0)} MB`,
    `heap ${((heap ?? 0) / 1e6).toFixed(0)} MB`,
    `external ${((external ?? 0) / 1e6).toFixed(0)} MB`,
    `CPU ${cpuSeconds.toFixed(0)} s`,
    `lag ${lag ?? '?'}`,
  ];
  say(`${columns.join('  ')}  ${what}`);
}

function seconds(): number {
  return Math.round((performance.now() - begun) / 1_000);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
