// The servers of a benchmark: those that the environment names, as for the tests, else some of its own, which end
// with it.
import { startKafka, startOpenSearch } from '../../support/servers/servers.ts';
import type { Servers } from '../../support/stream/installation.ts';

export interface BenchServers extends Servers {
  /** Where they are, in one line. */
  readonly told: string;
  stop(): Promise<void>;
}

export async function benchServers(): Promise<BenchServers> {
  const [kafka, openSearch] = await Promise.all([
    obtainKafka(),
    obtain('NETPOL_DRIFT_TEST_OPENSEARCH', async () => {
      const node = await startOpenSearch();
      return { address: node.url, stop: () => node.stop() };
    }),
  ]);
  return {
    kafka: kafka.address,
    openSearch: openSearch.address,
    told: `Kafka ${kafka.address}, OpenSearch ${openSearch.address}`,
    async stop() {
      await Promise.all([kafka.stop(), openSearch.stop()]);
    },
  };
}

export interface Server {
  readonly address: string;
  stop(): Promise<void>;
}

export function obtainKafka(): Promise<Server> {
  return obtain('NETPOL_DRIFT_TEST_KAFKA', async () => {
    const cluster = await startKafka();
    return { address: cluster.bootstrap, stop: () => cluster.stop() };
  });
}

async function obtain(variable: string, start: () => Promise<Server>): Promise<Server> {
  const given = process.env[variable];
  if (given === undefined || given === '') return start();
  return { address: given, stop: async () => {} };
}
