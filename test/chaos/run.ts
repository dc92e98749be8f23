// One run of chaos: real brokers, a real OpenSearch, workers as processes, and mishaps while events flow. In the
// end the documents are those that `analyze` writes from the same lines, or the run says where they differ.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type KafkaCluster,
  type OpenSearchNode,
  startKafka,
  startOpenSearch,
} from '../support/servers/servers.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import { analysed } from '../support/stream/reference.ts';
import { differences, type Documents } from '../support/stream/sameDocuments.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import { auditLines, snapshotPath, verdictLines } from './lines.ts';
import { happen, type Mishap, MISHAPS, type Scene } from './mishaps.ts';
import { type MoodyProxy, startMoodyProxy } from './moodyProxy.ts';
import { type Random, randomOf } from './random.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly events: number;
  readonly mishaps: number;
  /** How often OpenSearch may be killed: each time costs a minute. */
  readonly openSearchKills: number;
  readonly settleWithinMs: number;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly events: number;
  readonly mishaps: readonly Mishap[];
  /** [] when the documents equal the reference. */
  readonly differences: readonly string[];
}

const CLUSTER = 'prod-eu1';
const RAW_PARTITIONS = 6;
const EVENTS_PARTITIONS = 6;
const WORKERS = 3;
const PIECE = 5_000;
/** This part of the audit log comes when much has been judged already. */
const LATE_SHARE = 10;

export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const [kafka, openSearch] = await Promise.all([
    startKafka({ brokers: 3, heap: '512m' }),
    startOpenSearch({ heap: '1g' }),
  ]);
  const proxy = await startMoodyProxy(openSearch.url);
  const settings = { BLOCK_OFFSETS: '256', CLUSTER, COVERAGE_INTERVAL_MS: '1000', OPENSEARCH_URL: proxy.url };
  const installation = install({ kafka: kafka.bootstrap, openSearch: openSearch.url }, settings);
  try {
    await installation.setup(RAW_PARTITIONS, EVENTS_PARTITIONS);
    return await play(options, { kafka, openSearch, proxy, installation });
  } finally {
    await installation.remove().catch(() => {});
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
  const reference = await referenceOf(options.events);
  options.say(`reference: ${reference.verdicts.length} verdicts, ${reference.rollups.length} rollups`);
  await installation.snapshot(fileURLToPath(snapshotPath()), CLUSTER);
  await installation.produce(
    'audit',
    auditLines().filter((line) => !late.has(line)),
  );
  const events = await produceFlows(installation, options.events);
  options.say(`${events} events stand in Kafka, ${late.size} audit events are still to come`);

  const scene: Scene = {
    ...stage,
    random,
    indexPrefix: installation.settings['INDEX_PREFIX'] ?? '',
    workers: new Set(Array.from({ length: WORKERS }, () => installation.work('all'))),
  };
  const happened = await mishaps(scene, options, () => installation.produce('audit', [...late]));
  return { events, mishaps: happened, differences: await settle(scene, options, reference) };
}

async function mishaps(
  scene: Scene,
  { mishaps: count, openSearchKills, say }: ChaosOptions,
  produceLate: () => Promise<void>,
): Promise<readonly Mishap[]> {
  const happened: Mishap[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    await pause(1_000 + scene.random.nat(4_000));
    if (turn === Math.floor(count / 2)) await produceLate();
    const mishap = pickMishap(scene.random, happened, openSearchKills);
    say(mishap);
    await happen(scene, mishap);
    happened.push(mishap);
    reviveWorkers(scene, say);
  }
  return happened;
}

function pickMishap(random: Random, happened: readonly Mishap[], openSearchKills: number): Mishap {
  const kills = happened.filter((mishap) => mishap === 'kill OpenSearch').length;
  return random.pick(MISHAPS.filter((mishap) => mishap !== 'kill OpenSearch' || kills < openSearchKills));
}

/** A worker that ended itself is started again, as an operator's platform does. */
function reviveWorkers({ workers, installation }: Scene, say: (line: string) => void): void {
  for (const worker of [...workers].filter((one) => !one.isRunning())) {
    say(`a worker ended by itself: ${lastLines(worker)}`);
    workers.delete(worker);
    workers.add(installation.work('all'));
  }
}

/** Waits until the documents equal the reference, or are the same for long enough to be called wrong. */
async function settle(
  scene: Scene,
  { settleWithinMs, say }: ChaosOptions,
  reference: Documents,
): Promise<readonly string[]> {
  const deadline = performance.now() + settleWithinMs;
  for (;;) {
    const found = differences(reference, await scene.installation.documents());
    say(`${found.length} differences`);
    if (found.length === 0 || performance.now() > deadline) return found;
    reviveWorkers(scene, say);
    await pause(5_000);
  }
}

async function referenceOf(events: number): Promise<Documents> {
  const folder = await mkdtemp(join(tmpdir(), 'netpol-drift-chaos-'));
  try {
    const [flows, audit] = [join(folder, 'flows.ndjson'), join(folder, 'audit.ndjson')];
    const file = createWriteStream(flows);
    for (const line of verdictLines(events)) if (!file.write(`${line}\n`)) await once(file, 'drain');
    file.end();
    await once(file, 'close');
    await writeFile(audit, `${auditLines().join('\n')}\n`);
    return await analysed({ flows, audit, policies: fileURLToPath(snapshotPath()), cluster: CLUSTER });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function produceFlows(installation: Installation, count: number): Promise<number> {
  let piece: string[] = [];
  let sent = 0;
  for (const line of verdictLines(count)) {
    piece.push(line);
    if (piece.length < PIECE) continue;
    await installation.produce('flows', piece);
    sent += piece.length;
    piece = [];
  }
  await installation.produce('flows', piece);
  return sent + piece.length;
}

function lastLines(worker: WorkerProcess): string {
  return worker.output().trim().split('\n').slice(-3).join(' | ');
}
