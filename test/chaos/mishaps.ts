// What can go wrong, and is made to: each mishap begins, lasts and is mended before the next begins, except that
// workers come and go at any time.
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaCluster, OpenSearchNode } from '../support/servers/servers.ts';
import type { Installation } from '../support/stream/installation.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import type { MoodyProxy } from './moodyProxy.ts';
import type { Random } from './random.ts';

export const MISHAPS = [
  'kill a worker',
  'stop a worker',
  'freeze a worker',
  'add a worker',
  'kill a broker',
  'kill OpenSearch',
  'OpenSearch is busy',
  'connections are cut',
  'indices are read-only',
] as const;
export type Mishap = (typeof MISHAPS)[number];

export interface Scene {
  readonly random: Random;
  readonly installation: Installation;
  readonly kafka: KafkaCluster;
  readonly openSearch: OpenSearchNode;
  readonly proxy: MoodyProxy;
  readonly indexPrefix: string;
  readonly workers: Set<WorkerProcess>;
  /** Workers that have ended. */
  readonly gone: WorkerProcess[];
}

const BROKERS = 3;
const MAX_WORKERS = 4;
const MAX_OPENSEARCH_KILLS = 2;
/** Longer than a session lasts, and often longer than the next owner waits for what was on its way. */
const FROZEN_MS = 8_000;
const FROZEN_SHARE = 5;

export function hire({ installation, workers }: Scene): void {
  workers.add(installation.work('all'));
}

export function dismiss({ workers, gone }: Scene, worker: WorkerProcess): void {
  workers.delete(worker);
  gone.push(worker);
}

/** Each mishap is drawn as often as any other, but OpenSearch is not killed more than a few times: it starts slowly. */
export function drawMishaps(random: Random, count: number): readonly Mishap[] {
  const drawn: Mishap[] = [];
  while (drawn.length < count) {
    const kills = drawn.filter((mishap) => mishap === 'kill OpenSearch').length;
    drawn.push(
      random.pick(MISHAPS.filter((mishap) => mishap !== 'kill OpenSearch' || kills < MAX_OPENSEARCH_KILLS)),
    );
  }
  return drawn;
}

/** Resolves when it is mended. */
export async function happen(scene: Scene, mishap: Mishap): Promise<void> {
  const { random, workers, kafka, openSearch, proxy } = scene;
  const lastsMs = 500 + random.nat(4_000);
  const aWhile = (): Promise<void> => pause(lastsMs);
  switch (mishap) {
    case 'kill a worker':
    case 'stop a worker': {
      const victim = random.pick([...workers]);
      await victim.kill(mishap === 'kill a worker' ? 'SIGKILL' : 'SIGTERM');
      dismiss(scene, victim);
      await aWhile();
      hire(scene);
      return;
    }
    case 'freeze a worker': {
      const victim = random.pick([...workers]);
      victim.signal('SIGSTOP');
      await pause(FROZEN_MS + FROZEN_SHARE * lastsMs);
      victim.signal('SIGCONT');
      return;
    }
    case 'add a worker':
      if (workers.size < MAX_WORKERS) hire(scene);
      return aWhile();
    case 'kill a broker': {
      const broker = 1 + random.nat(BROKERS);
      await kafka.stopBroker(broker, { kill: true });
      await aWhile();
      await kafka.restartBroker(broker);
      return;
    }
    case 'kill OpenSearch':
      await openSearch.kill();
      await aWhile();
      await openSearch.restart();
      return;
    case 'OpenSearch is busy':
    case 'connections are cut':
      proxy.turn(mishap === 'OpenSearch is busy' ? 'busy' : 'cutting');
      await aWhile();
      proxy.turn('kind');
      return;
    case 'indices are read-only':
      await blockWrites(scene, true);
      await aWhile();
      await blockWrites(scene, null);
  }
}

async function blockWrites({ openSearch, indexPrefix }: Scene, value: true | null): Promise<void> {
  await fetch(`${openSearch.url}/${indexPrefix}*/_settings?ignore_unavailable=true`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ 'index.blocks.write': value }),
  });
}
