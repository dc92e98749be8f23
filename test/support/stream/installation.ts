// One installation of netpol-drift on real servers, below names that no other test uses: topics, groups and
// indices. Lines go in as log shippers send them, documents come out as dashboards read them.
import { randomBytes } from 'node:crypto';
import { connectKafka } from '../../../src/kafka/client/connect.ts';
import type { Log } from '../../../src/kafka/log.ts';
import { type Groups, groupsOf, type Topics, topicsOf } from '../../../src/workers/topics.ts';
import { deleteIndices, deleteTopicsAndGroups } from './leftovers.ts';
import type { Documents } from './sameDocuments.ts';
import { storedDocuments } from './storedDocuments.ts';
import { runCommand, type Settings, startWorker, type WorkerProcess } from './workerProcess.ts';

export interface Servers {
  readonly kafka: string;
  readonly openSearch: string;
}

export interface Installation {
  readonly settings: Settings;
  readonly topics: Topics;
  readonly groups: Groups;
  /** Of the test itself. */
  readonly log: Log;
  /** Raw topics, topics of ours and index templates, as an operator makes them. */
  setup(rawPartitions: number, eventsPartitions: number): Promise<void>;
  snapshot(file: string, cluster: string): Promise<void>;
  /** Over the partitions of the topic in turn, as a shipper without keys does. Resolves when acknowledged. */
  produce(feed: 'flows' | 'audit', lines: readonly string[]): Promise<void>;
  /** What a raw topic holds: a line whose acknowledgement was lost stands there twice. */
  held(feed: 'flows' | 'audit'): AsyncGenerator<string>;
  work(role: string, more?: Settings): WorkerProcess;
  /** What the workers said last, for a test that failed. */
  outputs(): string;
  documents(): Promise<Documents>;
  /** Kills what still runs. For servers that end with the test. */
  kill(): Promise<void>;
  /** Kills what still runs, and deletes topics, groups, indices and templates. */
  remove(): Promise<void>;
}

const SEND_LINES = 500;
/** Characters of each worker's output. */
const SHOWN = 4_000;

export function install({ kafka, openSearch }: Servers, more: Settings = {}): Installation {
  const name = `it-${randomBytes(4).toString('hex')}`;
  const raw = { flows: `${name}.hubble.flows`, audit: `${name}.k8s.audit` };
  const settings: Settings = {
    KAFKA_BROKERS: kafka,
    OPENSEARCH_URL: openSearch,
    TOPIC_PREFIX: `${name}.`,
    GROUP_PREFIX: `${name}.`,
    INDEX_PREFIX: `${name}-`,
    FLOW_TOPICS: raw.flows,
    AUDIT_TOPICS: raw.audit,
    // A test reads logs of another day, and wants every verdict as a document.
    RETENTION_DAYS_VERDICTS: '36500',
    RAW_PER_KEY: '100000',
    NEWLY_ALLOWED_PER_KEY: '100000',
    AUDIT_BACKEND: 'log',
    HEARTBEAT_MS: '1000',
    MAX_WAIT_MS: '20000',
    FLUSH_MS: '1000',
    COMMIT_MS: '500',
    HTTP_PORT: '0',
    SESSION_TIMEOUT_MS: '6000',
    OPENSEARCH_TIMEOUT_MS: '5000',
    COVERAGE_INTERVAL_MS: '1000',
    ...more,
  };
  const log: Log = connectKafka({ brokers: kafka.split(','), clientId: name }, () => {});
  const workers: WorkerProcess[] = [];

  async function kill(): Promise<void> {
    await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
    await log.close();
  }

  return {
    settings,
    topics: topicsOf(`${name}.`),
    groups: groupsOf(`${name}.`),
    log,
    async setup(rawPartitions, eventsPartitions) {
      const spec = { partitions: rawPartitions, replicationFactor: -1, config: new Map<string, string>() };
      await log.admin.create([
        { topic: raw.flows, ...spec },
        { topic: raw.audit, ...spec },
      ]);
      await runCommand(['setup', '--partitions', String(eventsPartitions)], settings);
    },
    async snapshot(file, cluster) {
      await runCommand(['snapshot', '--file', file, '--cluster', cluster], settings);
    },
    async produce(feed, lines) {
      const topic = raw[feed];
      const partitions = await log.admin.partitions(topic);
      const sent: Promise<number>[] = [];
      for (let from = 0; from < lines.length; from += SEND_LINES * partitions)
        for (let partition = 0; partition < partitions; partition += 1) {
          const own = lines
            .slice(from, from + SEND_LINES * partitions)
            .filter((_, index) => index % partitions === partition);
          if (own.length > 0)
            sent.push(
              log.sender.send(
                { topic, partition },
                own.map((line) => ({ key: null, value: Buffer.from(line) })),
              ),
            );
        }
      await Promise.all(sent);
    },
    async *held(feed) {
      const topic = raw[feed];
      for (const [partition, { start, end }] of (await log.admin.offsets(topic)).entries())
        for await (const records of log.range({ topic, partition }, start, end))
          for (const { value } of records) yield Buffer.from(value ?? []).toString();
    },
    work(role, extra = {}) {
      const worker = startWorker(['work', '--role', role], { ...settings, ...extra });
      workers.push(worker);
      return worker;
    },
    outputs: () =>
      workers.map((worker) => `worker ${worker.pid}\n${worker.output().slice(-SHOWN)}`).join('\n\n'),
    documents: () => storedDocuments(openSearch, `${name}-`),
    kill,
    async remove() {
      await kill();
      await deleteIndices(openSearch, `${name}-`);
      await deleteTopicsAndGroups(kafka, `${name}.`);
    },
  };
}
