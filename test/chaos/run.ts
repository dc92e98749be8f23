// One run of chaos: real brokers, a real OpenSearch, workers as processes, and mishaps while events flow. In the
// end the documents are those that `analyze` writes from the same lines, or the run says where they differ.
import { setTimeout as pause } from 'node:timers/promises';
import {
  type KafkaCluster,
  type OpenSearchNode,
  startKafka,
  startOpenSearch,
} from '../support/servers/servers.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import { differences, type Documents, type Table } from '../support/stream/sameDocuments.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import { auditLines, counting, snapshotPath, verdictLines } from './lines.ts';
import { dismiss, happen, hire, type Mishap, type Scene } from './mishaps.ts';
import { type MoodyProxy, startMoodyProxy } from './moodyProxy.ts';
import { randomOf } from './random.ts';
import { documentedVerdicts, referenceOf } from './reference.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly events: number;
  /** What happens, in this order, each while a share of the events flows. */
  readonly mishaps: readonly Mishap[];
  readonly settleWithinMs: number;
  /** Differences that stay the same for so long will not go away. */
  readonly unchangedMs: number;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly events: number;
  /** Documents of the reference by table. */
  readonly compared: Readonly<Record<Table, number>>;
  /** [] when the documents equal the reference. */
  readonly differences: readonly string[];
  /** What every worker wrote, its end. */
  readonly workers: readonly string[];
}

const CLUSTER = 'prod-eu1';
const RAW_PARTITIONS = 6;
const EVENTS_PARTITIONS = 6;
const WORKERS = 3;
const PIECE = 5_000;
/** One in so many audit events comes when much has been judged already. */
const LATE_SHARE = 10;
/** Of a worker's output, when it ends by itself. */
const LAST_LINES = 12;

export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const [kafka, openSearch] = await Promise.all([
    startKafka({ brokers: 3, heap: '512m' }),
    startOpenSearch({ heap: '1g' }),
  ]);
  const proxy = await startMoodyProxy(openSearch.url);
  const settings = { BLOCK_OFFSETS: '256', CLUSTER, OPENSEARCH_URL: proxy.url };
  const installation = install({ kafka: kafka.bootstrap, openSearch: openSearch.url }, settings);
  try {
    await installation.setup(RAW_PARTITIONS, EVENTS_PARTITIONS);
    return await play(options, { kafka, openSearch, proxy, installation });
  } finally {
    await installation.kill();
    await proxy.stop();
    await Promise.all([kafka.stop(), openSearch.stop()]);
  }
}

interface Stage {
  readonly kafka: KafkaCluster;
  readonly openSearch: OpenSearchNode;
  readonly proxy: MoodyProxy;
  readonly installation: Installation;
}

async function play(options: ChaosOptions, stage: Stage): Promise<ChaosResult> {
  const random = randomOf(options.seed);
  const { installation } = stage;
  const late = new Set(auditLines().filter(() => random.nat(LATE_SHARE) === 0));
  const documented = await documentedVerdicts(CLUSTER);
  await installation.snapshot(snapshotPath(), CLUSTER);
  await installation.produce(
    'audit',
    auditLines().filter((line) => !late.has(line)),
  );
  const scene: Scene = {
    ...stage,
    random,
    indexPrefix: installation.settings['INDEX_PREFIX'] ?? '',
    workers: new Set(),
    gone: [],
  };
  for (let worker = 0; worker < WORKERS; worker += 1) hire(scene);
  const events = await flow(scene, options, {
    flows: verdictLines(options.events, documented),
    late: [...late],
  });
  const reference = await referenceOfHeld(installation, events);
  const found = await settle(scene, options, reference);
  return {
    events,
    compared: countsOf(reference),
    differences: found,
    workers: [...scene.gone, ...scene.workers].map((worker) => `worker ${worker.pid}\n${worker.output()}`),
  };
}

/**
 * Of the lines that Kafka holds. Who sends while brokers die may send some of them twice, as log shippers do; copies
 * collapse within a block, and blocks of a file are others than those of Kafka: then counts say nothing.
 */
async function referenceOfHeld(installation: Installation, sent: number): Promise<Documents> {
  const copies = { distinct: 0, again: 0 };
  const reference = await referenceOf(counting(installation.held('flows'), copies), CLUSTER);
  if (copies.distinct !== sent)
    throw new Error(`${sent} events were acknowledged, and Kafka holds ${copies.distinct}`);
  if (copies.again > 0)
    throw new Error(`${copies.again} events were sent twice by this test itself: run it again`);
  return reference;
}

/** Events in as many shares as mishaps, each in Kafka when its mishap begins and much of it on its way. */
async function flow(
  scene: Scene,
  { events, mishaps, say }: ChaosOptions,
  { flows, late }: { readonly flows: Iterable<string>; readonly late: readonly string[] },
): Promise<number> {
  const { installation, random } = scene;
  const share = Math.ceil(events / Math.max(1, mishaps.length));
  const halfWay = Math.floor(mishaps.length / 2);
  let sent = 0;
  let turn = 0;
  for (const lines of shares(flows, share)) {
    for (let from = 0; from < lines.length; from += PIECE)
      await installation.produce('flows', lines.slice(from, from + PIECE));
    sent += lines.length;
    if (turn === halfWay) await installation.produce('audit', late);
    const mishap = mishaps[turn];
    turn += 1;
    if (mishap === undefined) continue;
    await pause(random.nat(3_000));
    say(`${sent} events; ${mishap}`);
    await happen(scene, mishap);
    reviveWorkers(scene, say);
  }
  return sent;
}

function* shares(lines: Iterable<string>, size: number): Generator<readonly string[]> {
  let share: string[] = [];
  for (const line of lines) {
    share.push(line);
    if (share.length < size) continue;
    yield share;
    share = [];
  }
  if (share.length > 0) yield share;
}

/** A worker that ended itself is started again, as an operator's platform does. */
function reviveWorkers(scene: Scene, say: (line: string) => void): void {
  for (const worker of [...scene.workers].filter((one) => !one.isRunning())) {
    say(`worker ${worker.pid} ended by itself: ${lastWords(worker)}`);
    dismiss(scene, worker);
    hire(scene);
  }
}

/** Waits until the documents equal the reference, or are the same for long enough to be called wrong. */
async function settle(
  scene: Scene,
  { settleWithinMs, unchangedMs, say }: ChaosOptions,
  reference: Documents,
): Promise<readonly string[]> {
  const deadline = performance.now() + settleWithinMs;
  let last = '';
  let lastAt = performance.now();
  for (;;) {
    const found = differences(reference, await scene.installation.documents());
    const text = found.join('\n');
    if (text !== last) {
      lastAt = performance.now();
      last = text;
      say(`${found.length} differences`);
    }
    const isHopeless = performance.now() > deadline || performance.now() > lastAt + unchangedMs;
    if (found.length === 0 || isHopeless) return found;
    reviveWorkers(scene, say);
    await pause(2_000);
  }
}

function countsOf({ verdicts, rollups, changes, policies }: Documents): ChaosResult['compared'] {
  return {
    verdicts: verdicts.length,
    rollups: rollups.length,
    changes: changes.length,
    policies: policies.length,
  };
}

function lastWords(worker: WorkerProcess): string {
  return worker.output().trim().split('\n').slice(-LAST_LINES).join(' | ');
}
