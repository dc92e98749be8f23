// Questions about topics and groups, and topics made. Each is tried as often as the settings say.
import kafkajs, { type Admin } from 'kafkajs';
import type { LogAdmin, TopicSpec, TopicState } from '../log.ts';
import { clientConfig } from './clusterOptions.ts';
import { faultOf, typeOf } from './failure.ts';
import { committedOf, extentsOf, placesOf } from './offsets.ts';
import { persist } from './persist.ts';
import type { ReaderContext } from './reader.ts';

export interface ClosableAdmin extends LogAdmin {
  close(): Promise<void>;
}

const CREATE_WITHIN_MS = 30_000;

export function createAdmin(context: ReaderContext): ClosableAdmin {
  const { brokers, settings, log } = context;
  const closing = new AbortController();
  let client: Promise<Admin> | null = null;
  const connected = async (): Promise<Admin> => {
    const admin = new kafkajs.Kafka(clientConfig(settings, log)).admin();
    await admin.connect();
    return admin;
  };
  const opened = (): Promise<Admin> => {
    client ??= connected();
    return client.catch((cause: unknown) => {
      client = null;
      throw cause;
    });
  };
  const patiently = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    persist(work, {
      what,
      attempts: settings.attempts,
      signal: closing.signal,
      settings,
      log,
      mend: (cause) => brokers.mend(cause, null),
    });
  const known = async (topic: string) => {
    await brokers.know([topic]);
    await brokers.refresh();
    return placesOf(brokers, topic);
  };

  return {
    describe: (topic) =>
      patiently(`asking about topic ${topic}`, async () => describe(await opened(), topic)),
    async create(topics) {
      for (const spec of topics)
        await patiently(`making topic ${spec.topic}`, async () => create(await opened(), spec));
    },
    partitions: (topic) => patiently(`asking about topic ${topic}`, async () => (await known(topic)).length),
    offsets: (topic) =>
      patiently(`asking for the offsets of ${topic}`, async () => extentsOf(brokers, await known(topic))),
    committed: (groupId, topic) =>
      patiently(`asking what group ${groupId} has committed`, async () => {
        const places = await known(topic);
        return committedOf(await brokers.coordinator(groupId), groupId, places);
      }),
    async close() {
      closing.abort();
      brokers.close();
      await client?.then((admin) => admin.disconnect()).catch(() => undefined);
    },
  };
}

async function describe(admin: Admin, topic: string): Promise<TopicState | null> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
    });
    const partitions = topics[0]?.partitions ?? [];
    const entries = resources[0]?.configEntries ?? [];
    return {
      topic,
      partitions: partitions.length,
      replicationFactor: partitions[0]?.replicas.length ?? 0,
      config: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
    };
  } catch (cause) {
    if (typeOf(cause) === 'UNKNOWN_TOPIC_OR_PARTITION') return null;
    throw cause;
  }
}

/** A topic that is there already is left as it is. */
async function create(admin: Admin, spec: TopicSpec): Promise<void> {
  const { topic, partitions, replicationFactor, config } = spec;
  try {
    await admin.createTopics({
      timeout: CREATE_WITHIN_MS,
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor,
          configEntries: [...config].map(([name, value]) => ({ name, value })),
        },
      ],
    });
  } catch (cause) {
    const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [];
    throw faultOf(errors[0] ?? cause, `making topic ${topic}`);
  }
}
