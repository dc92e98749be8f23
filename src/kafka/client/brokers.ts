// The connections of one reader, sender or group member to the brokers, and what is known of who leads what.
// Over kafkajs's cluster; when that loses its way it is thrown away and built anew from the settings' addresses.
//
// Nothing here tries again by itself for long: whoever uses it decides how patient to be.
import type Broker from 'kafkajs/src/broker/index.js';
import Cluster from 'kafkajs/src/cluster/index.js';
import { partitionMissing } from '../faults.ts';
import type { TopicPartition } from '../log.ts';
import { nameOf } from '../place.ts';
import type { KafkaLogger, KafkaSettings } from '../settings.ts';
import { clusterOptions } from './clusterOptions.ts';
import { isConnectionTrouble, isLate, topicFault, typeOf } from './failure.ts';

export class Brokers {
  readonly #settings: KafkaSettings;
  readonly #log: KafkaLogger;
  readonly #topics = new Set<string>();
  #cluster: Cluster;
  #closed = false;

  constructor(settings: KafkaSettings, log: KafkaLogger) {
    this.#settings = settings;
    this.#log = log;
    this.#cluster = new Cluster(clusterOptions(settings, log));
  }

  /** Makes topics known. @throws Fault `topic-missing` */
  async know(topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      if (this.#topics.has(topic)) continue;
      try {
        const cluster = await this.#connected();
        await cluster.addMultipleTargetTopics([topic]);
      } catch (cause) {
        const lost = await this.#lost(cause, topic);
        throw topicFault(cause, lost, `looking for topic ${lost}`);
      }
      this.#topics.add(topic);
    }
  }

  /** Of a topic that is looked for and those that are known, the one that is missing: brokers do not say which. */
  async #lost(cause: unknown, wanted: string): Promise<string> {
    if (typeOf(cause) !== 'UNKNOWN_TOPIC_OR_PARTITION') return wanted;
    for (const topic of [wanted, ...this.#topics]) {
      const isThere = await this.#cluster.metadata({ topics: [topic] }).then(
        () => true,
        (trouble: unknown) => typeOf(trouble) !== 'UNKNOWN_TOPIC_OR_PARTITION',
      );
      if (!isThere) return topic;
    }
    return wanted;
  }

  /** Of a known topic; 0 when it is gone. */
  partitionCount(topic: string): number {
    return this.#partitions(topic).length;
  }

  /** The node that leads a partition of a known topic; null: none at the moment. */
  leader({ topic, partition }: TopicPartition): string | null {
    const leader = this.#partitions(topic).find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
    return leader < 0 ? null : String(leader);
  }

  async broker(node: string): Promise<Broker> {
    const cluster = await this.#connected();
    return cluster.findBroker({ nodeId: node });
  }

  /** The broker that leads a partition of a known topic. @throws Fault `topic-wrong`: no such partition */
  async leading(place: TopicPartition): Promise<Broker> {
    await this.refreshIfOld();
    const count = this.partitionCount(place.topic);
    if (count > 0 && place.partition >= count) throw partitionMissing(place);
    const leader = this.leader(place);
    if (leader === null) throw new Error(`no broker leads ${nameOf(place)} at the moment`);
    return this.broker(leader);
  }

  async coordinator(groupId: string): Promise<Broker> {
    const cluster = await this.#connected();
    return cluster.findGroupCoordinator({ groupId });
  }

  /** Asks again who leads what. */
  async refresh(): Promise<void> {
    const cluster = this.#cluster;
    try {
      await this.#connected();
      await cluster.refreshMetadata();
    } catch (cause) {
      // Its list of brokers may be broken (a TypeError of kafkajs), or they all have other addresses by now.
      if (isConnectionTrouble(cause) || cause instanceof TypeError) this.#startAnew(cluster);
      throw cause;
    }
  }

  /** The same when what is known is older than the settings allow. */
  async refreshIfOld(): Promise<void> {
    const cluster = await this.#connected();
    await cluster.refreshMetadataIfNecessary();
  }

  /** A request failed: a connection that did not answer in time is not used again; then asks who leads what. */
  async mend(cause: unknown, broker: Broker | null): Promise<void> {
    if (broker !== null && isLate(cause)) hangUp(broker);
    await this.refresh();
  }

  /** Fails the requests under way; the next one connects anew. */
  interrupt(): void {
    end(this.#cluster);
  }

  close(): void {
    this.#closed = true;
    end(this.#cluster);
  }

  #partitions(topic: string): readonly Cluster.PartitionMetadata[] {
    return this.#cluster.brokerPool.metadata === null ? [] : this.#cluster.findTopicPartitionMetadata(topic);
  }

  async #connected(): Promise<Cluster> {
    const cluster = this.#cluster;
    if (cluster.brokerPool.metadata !== null) return cluster;
    await cluster.connect();
    await cluster.addMultipleTargetTopics([...this.#topics]);
    await cluster.refreshMetadataIfNecessary();
    if (this.#closed) end(cluster);
    return cluster;
  }

  /** Of several whose requests failed, the first starts anew. */
  #startAnew(failed: Cluster): void {
    if (this.#cluster !== failed) return;
    end(failed);
    if (!this.#closed) this.#cluster = new Cluster(clusterOptions(this.#settings, this.#log));
  }
}

/** Closes all connections; requests under way fail now instead of when they time out. */
function end(cluster: Cluster): void {
  const { brokers, seedBroker } = cluster.brokerPool;
  const all = new Set([...Object.values(brokers), ...(seedBroker === undefined ? [] : [seedBroker])]);
  for (const broker of all) hangUp(broker);
}

/** What is not connected is left as it is: it may be connecting for somebody else. */
function hangUp(broker: Broker): void {
  for (const connection of broker.connectionPool.pool) {
    if (!connection.isConnected()) continue;
    connection.requestQueue.rejectAll(new ConnectionGivenUp());
    void connection.disconnect().catch(() => undefined);
  }
}

/** What requests fail with whose connection was given up; a name by which failure.ts knows connection trouble. */
class ConnectionGivenUp extends Error {
  constructor() {
    super('the connection was given up');
    this.name = 'KafkaJSConnectionGivenUp';
  }
}
