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
}

const BROKERS = 3;
const MAX_WORKERS = 4;

/** Resolves when it is mended. */
export async function happen(scene: Scene, mishap: Mishap): Promise<void> {
  const { random, workers, kafka, openSearch, proxy } = scene;
  const aWhile = (): Promise<void> => pause(500 + random.nat(4_000));
  switch (mishap) {
    case 'kill a worker':
    case 'stop a worker': {
      const victim = random.pick([...workers]);
      workers.delete(victim);
      await victim.kill(mishap === 'kill a worker' ? 'SIGKILL' : 'SIGTERM');
      await aWhile();
      workers.add(scene.installation.work('all'));
      return;
    }
    case 'add a worker':
      if (workers.size < MAX_WORKERS) workers.add(scene.installation.work('all'));
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
