// Before the first test of the project `servers`: one Kafka broker and one OpenSearch for the whole run, wherever
// they can be had from, and after the last test their end. In this order: servers that the environment names,
// containers, packages. Where there is none the tests that need it are skipped, and in CI they fail, as they do
// everywhere when a start fails; the tests that need none run all the same.

import type { TestProject } from 'vitest/node';
import type { Obtained } from './addresses.ts';
import { containerHost, containKafka, containOpenSearch } from './containers.ts';
import { startKafka, startOpenSearch, whyNotStarted } from './servers.ts';

interface Server {
  readonly address: string;
  stop(): Promise<void>;
}

/** One of the two servers, and the ways to come by it. */
interface Ways {
  readonly name: string;
  readonly variable: string;
  contain(host: string): Promise<Server>;
  whyNotStarted(): Promise<string | null>;
  start(): Promise<Server>;
}

const KAFKA: Ways = {
  name: 'Kafka',
  variable: 'NETPOL_DRIFT_TEST_KAFKA',
  contain: containKafka,
  whyNotStarted: () => whyNotStarted('kafka'),
  start: async () => {
    const cluster = await startKafka();
    return { address: cluster.bootstrap, stop: () => cluster.stop() };
  },
};

const OPENSEARCH: Ways = {
  name: 'OpenSearch',
  variable: 'NETPOL_DRIFT_TEST_OPENSEARCH',
  contain: containOpenSearch,
  whyNotStarted: () => whyNotStarted('opensearch'),
  start: async () => {
    const node = await startOpenSearch();
    return { address: node.url, stop: () => node.stop() };
  },
};

/** @returns what ends the servers that it started */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const host = await containerHost();
  const running: Server[] = [];
  project.provide('kafka', await obtain(KAFKA, host, running));
  project.provide('openSearch', await obtain(OPENSEARCH, host, running));
  return async () => {
    for (const server of running) await server.stop();
  };
}

/** Says on standard error where the server is, or why it is not there. One that it starts it adds to `running`. */
async function obtain(ways: Ways, host: string | null, running: Server[]): Promise<Obtained> {
  const { name, variable } = ways;
  const given = process.env[variable];
  if (given !== undefined && given !== '') return there(name, given, `named by ${variable}`);
  try {
    const reason = host === null ? await ways.whyNotStarted() : null;
    if (reason !== null) {
      say(
        `No ${name}, its tests are skipped: no container engine answers, ${variable} names none, and ${reason}`,
      );
      return { address: null, failure: null };
    }
    const server = host === null ? await ways.start() : await ways.contain(host);
    running.push(server);
    return there(name, server.address, host === null ? 'started from packages' : 'in a container');
  } catch (cause) {
    const failure = `No ${name}: ${cause instanceof Error ? cause.message : String(cause)}`;
    say(failure);
    return { address: null, failure };
  }
}

function there(name: string, address: string, how: string): Obtained {
  say(`${name} at ${address}, ${how}`);
  return { address, failure: null };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
