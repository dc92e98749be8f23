// `npm run bench:freshness`: how long it takes from an event to the document that a search finds, at a steady rate of
// flows that carry the time at which they are sent, by one worker of all roles as it is installed. Once with an audit
// feed as API servers send it by webhook (a batch every 30 s), once as one is read from a file, once with none.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { at, isObject, type JsonObject } from '../../src/model/json.ts';
import { SAMPLES, sampleLines } from '../support/cluster.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import type { Settings, WorkerProcess } from '../support/stream/workerProcess.ts';
import { eventually } from '../support/eventually.ts';
import { AS_INSTALLED } from './stream/asInstalled.ts';
import { ask } from './stream/documents.ts';
import { freePort, isReady } from './stream/metrics.ts';
import { type BenchServers, benchServers } from './stream/servers.ts';
import { traffic } from './traffic.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    /** Lines per second. */
    rate: { type: 'string', default: '500' },
    only: { type: 'string', default: '' },
  },
});

interface Feed {
  readonly name: string;
  /** How often audit events are sent; null: there are none. */
  readonly auditEveryMs: number | null;
  readonly settings: Settings;
}

const FEEDS: readonly Feed[] = [
  { name: 'webhook', auditEveryMs: 30_000, settings: { AUDIT_BACKEND: 'webhook' } },
  { name: 'log', auditEveryMs: 1_000, settings: { AUDIT_BACKEND: 'log' } },
  { name: 'silent', auditEveryMs: null, settings: { AUDIT_BACKEND: 'webhook' } },
];

const CLUSTER = 'prod-eu1';
const PARTITIONS = 6;
const PIECE_MS = 100;
const POLL_MS = 500;
const LIMIT_MS = 240_000;
/** More verdicts of one measurement could not be told apart by one search. */
const MOST = 10_000;
const TIME = /(?<="(?:time|requestReceivedTimestamp|stageTimestamp)":")[^"]+/g;

const seconds = Number(options.seconds);
const servers = await benchServers();
try {
  say(`${servers.told}; ${options.rate} lines/s for ${seconds} s`);
  for (const feed of FEEDS) if (options.only === '' || options.only === feed.name) await run(servers, feed);
} finally {
  await servers.stop();
}

async function run(of: BenchServers, feed: Feed): Promise<void> {
  const port = await freePort();
  // All of them as documents: each is to be found by its own time.
  const stream = install(of, {
    CLUSTER,
    ...AS_INSTALLED,
    RAW_PER_KEY: '100000',
    NEWLY_ALLOWED_PER_KEY: '100000',
    ...feed.settings,
    HTTP_PORT: String(port),
  });
  try {
    await stream.setup(PARTITIONS, PARTITIONS);
    await stream.snapshot(fileURLToPath(new URL('cluster/snapshot.json', SAMPLES)), CLUSTER);
    const worker = stream.work('all');
    await eventually(() => !worker.isRunning() || isReady(port), { withinMs: LIMIT_MS });
    print(feed, await measure(stream, worker, feed));
  } finally {
    await stream.remove();
  }
}

/** @returns by document, from the time in the event to the first search that found it; sorted */
async function measure(
  stream: Installation,
  worker: WorkerProcess,
  { auditEveryMs }: Feed,
): Promise<readonly number[]> {
  const over = new AbortController();
  const auditing = auditEveryMs === null ? null : produceAudit(stream, auditEveryMs, over.signal);
  const delays = new Map<string, number>();
  let sent: ReadonlySet<string> | null = null;
  const producing = produceFlows(stream).then((ids) => {
    sent = ids;
  });
  const isDone = async (): Promise<boolean> => {
    if (!worker.isRunning()) throw new Error(worker.output());
    await note(stream, delays);
    return sent !== null && [...sent].every((id) => delays.has(id));
  };
  await eventually(isDone, { withinMs: LIMIT_MS + seconds * 1_000, everyMs: POLL_MS });
  over.abort();
  await Promise.all([producing, auditing]);
  return [...delays.values()].sort((a, b) => a - b);
}

/** @returns ids of the denied verdicts among them, each of which gets a document */
async function produceFlows(stream: Installation): Promise<ReadonlySet<string>> {
  const rate = Number(options.rate);
  const lines = traffic(rate * seconds);
  const denied = new Set<string>();
  const from = performance.now();
  for (let piece = 0; piece * PIECE_MS < seconds * 1_000; piece += 1) {
    const now = new Date().toISOString();
    const own = next(lines, (rate * PIECE_MS) / 1_000).map((line) => line.replaceAll(TIME, now));
    for (const line of own) if (isDenial(line)) denied.add(/"uuid":"([^"]+)/.exec(line)?.[1] ?? '');
    await stream.produce('flows', own);
    await pause(Math.max(0, from + (piece + 1) * PIECE_MS - performance.now()));
  }
  return denied;
}

function next(lines: Iterator<string>, count: number): readonly string[] {
  return Array.from({ length: count }, () => lines.next()).flatMap(({ done, value }) =>
    done ? [] : [value],
  );
}

function isDenial(line: string): boolean {
  return line.includes('"event_type":{"type":5') && /"verdict":"(?:DROPPED|AUDIT)"/.test(line);
}

/** Lease renewals, one for each second, as late as they come. */
async function produceAudit(stream: Installation, everyMs: number, signal: AbortSignal): Promise<void> {
  const leases = sampleLines('cluster/audit.ndjson').filter((line) => line.includes('"resource":"leases"'));
  let toldMs = Date.now();
  for (let next = 0; !signal.aborted; ) {
    await pause(everyMs, undefined, { signal }).catch(() => {});
    const batch: string[] = [];
    for (; toldMs <= Date.now(); toldMs += 1_000) {
      batch.push((leases[next % leases.length] ?? '').replaceAll(TIME, new Date(toldMs).toISOString()));
      next += 1;
    }
    await stream.produce('audit', batch);
  }
}

async function note(stream: Installation, delays: Map<string, number>): Promise<void> {
  const body = await ask(stream, 'POST', 'verdicts*/_search', {
    size: MOST,
    query: { match_all: {} },
    _source: false,
    docvalue_fields: ['event.id', { field: '@timestamp', format: 'epoch_millis' }],
  });
  const nowMs = Date.now();
  const hits = at(body, 'hits', 'hits');
  for (const hit of Array.isArray(hits) ? hits.filter(isObject) : []) {
    const id = firstOf(hit, 'event.id');
    if (!delays.has(id)) delays.set(id, nowMs - Number(firstOf(hit, '@timestamp')));
  }
}

function firstOf(hit: JsonObject, name: string): string {
  const values = at(hit, 'fields', name);
  return Array.isArray(values) ? String(values[0]) : '';
}

function print({ name }: Feed, delays: readonly number[]): void {
  const part = (share: number): string =>
    `${((delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0) / 1_000).toFixed(1)} s`;
  say(
    `audit feed ${name.padEnd(8)} ${delays.length} verdicts: p50 ${part(0.5)}, p99 ${part(0.99)}, least ${part(0)}, most ${part(1)}`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
