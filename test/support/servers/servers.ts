// Servers of a test's own, to be crashed and brought back: real Kafka brokers and OpenSearch nodes out of packages,
// run by servers.sh. Tests that only need some server use the run's (addresses.ts), which costs nothing.
// Whatever happens to the test's process, its servers are gone a second or two later, and so is their folder.

import { spawn } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, 'servers.sh');

type ServerKind = 'kafka' | 'opensearch';

interface ServerOptions {
  /** The size of the Java heap of each process, as `512m` or `1g`. */
  readonly heap?: string;
  /** Settings of the server, by their own names, for all of its runs. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** What every server of a test's own has. */
interface Started {
  /** Its data and logs, for a person to look at while it stands. */
  readonly folder: string;
  /** The end of all of it, data included. May be called twice. */
  stop(): Promise<void>;
}

interface KafkaOptions extends ServerOptions {
  /** 1 by default. Of two, both must live; three bear the loss of any one, and so does each topic on them. */
  readonly brokers?: number;
}

/** Brokers are numbered from 1. Each keeps its port and its data as long as the cluster is not stopped. */
export interface KafkaCluster extends Started {
  /** `host:port` of each broker, joined by commas. */
  readonly bootstrap: string;
  /** With SIGTERM, or with SIGKILL; settles when the process is gone. */
  stopBroker(broker: number, how?: { readonly kill: boolean }): Promise<void>;
  /** Settles when the broker takes connections, which is before it leads its partitions again. */
  restartBroker(broker: number): Promise<void>;
}

export interface OpenSearchNode extends Started {
  readonly url: string;
  /** SIGKILL; settles when the process is gone. */
  kill(): Promise<void>;
  /** Settles when the cluster is yellow: every primary shard serves. */
  restart(): Promise<void>;
}

/**
 * Says why servers cannot be started from packages on this machine; null: they can. A test file asks before it
 * describes its tests, and skips them for this reason.
 * @throws in CI instead of giving a reason: a test may not be skipped there
 */
export async function whyNotStarted(kind: ServerKind): Promise<string | null> {
  const reason = await script('missing', kind);
  if (reason === '') return null;
  if (process.env['CI']) throw new Error(`in CI every test runs, but ${kind} cannot be started: ${reason}`);
  return reason;
}

/** @throws when it does not serve in time, with the end of the server's log */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const folder = await serverFolder();
  const of = ['--dir', folder];
  const bootstrap = await started(folder, 'kafka', [
    ...(options.brokers === undefined ? [] : ['--brokers', String(options.brokers)]),
    ...flags(options),
  ]);
  return {
    folder,
    bootstrap,
    stopBroker: async (broker, { kill } = { kill: false }) => {
      await script('kafka-stop', ...of, '--broker', String(broker), ...(kill ? ['--kill'] : []));
    },
    restartBroker: async (broker) => {
      await script('kafka-restart', ...of, '--broker', String(broker));
    },
    stop: () => ended(folder),
  };
}

/** @throws when it does not serve in time, with the end of the server's log */
export async function startOpenSearch(options: ServerOptions = {}): Promise<OpenSearchNode> {
  const folder = await serverFolder();
  const of = ['--dir', folder];
  const url = await started(folder, 'opensearch', flags(options));
  return {
    folder,
    url,
    kill: async () => {
      await script('opensearch-stop', ...of, '--kill');
    },
    restart: async () => {
      await script('opensearch-restart', ...of);
    },
    stop: () => ended(folder),
  };
}

/** A new folder that other users can pass through, too: as root, OpenSearch runs as one of them. */
async function serverFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netpol-drift-server-'));
  await chmod(folder, 0o711);
  return folder;
}

/** The address that the started server is at. A start that fails leaves nothing running, and no folder. */
async function started(folder: string, kind: ServerKind, args: readonly string[]): Promise<string> {
  try {
    return await script(`${kind}-start`, '--dir', folder, '--owner', String(process.pid), ...args);
  } catch (failure) {
    await ended(folder);
    throw failure;
  }
}

async function ended(folder: string): Promise<void> {
  await script('end', '--dir', folder);
}

function flags({ heap, settings = {} }: ServerOptions): string[] {
  const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  return heap === undefined ? sets : ['--heap', heap, ...sets];
}

/** @returns what it printed on standard output */
function script(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(SCRIPT, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(stdout.trim());
      else reject(new Error(`servers.sh ${args.join(' ')} ended with ${code}:\n${stderr}`));
    });
  });
}
