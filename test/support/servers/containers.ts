// The same two servers from their official images, for machines where a container engine answers. The engine ends
// them with the test run (testcontainers' own reaper sees to that).

import { createServer } from 'node:net';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';

const KAFKA_IMAGE = 'apache/kafka:4.1.1';
const OPENSEARCH_IMAGE = 'opensearchproject/opensearch:3.4.0';
const STARTUP_MS = 300_000;
const OPENSEARCH_PORT = 9200;

interface Contained {
  readonly address: string;
  stop(): Promise<void>;
}

/** The host that containers' ports are reached at; null: no engine answers. */
export async function containerHost(): Promise<string | null> {
  try {
    return (await getContainerRuntimeClient()).info.containerRuntime.host;
  } catch {
    return null;
  }
}

/** A broker tells clients its own address, so its port must be known before it starts. */
export async function containKafka(host: string): Promise<Contained> {
  const port = await freePort();
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(STARTUP_MS)
    .start();
  return contained(container, `${host}:${port}`);
}

export async function containOpenSearch(host: string): Promise<Contained> {
  const container = await new GenericContainer(OPENSEARCH_IMAGE)
    .withExposedPorts(OPENSEARCH_PORT)
    .withEnvironment({
      'discovery.type': 'single-node',
      DISABLE_SECURITY_PLUGIN: 'true',
      DISABLE_INSTALL_DEMO_CONFIG: 'true',
      'cluster.routing.allocation.disk.threshold_enabled': 'false',
      OPENSEARCH_JAVA_OPTS: '-Xms1g -Xmx1g',
    })
    .withWaitStrategy(Wait.forHttp('/_cluster/health?wait_for_status=yellow', OPENSEARCH_PORT))
    .withStartupTimeout(STARTUP_MS)
    .start();
  return contained(container, `http://${host}:${container.getMappedPort(OPENSEARCH_PORT)}`);
}

function contained(container: StartedTestContainer, address: string): Contained {
  return {
    address,
    stop: async () => {
      await container.stop();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}
