// How the tests run, in two projects. A file named `*.servers.test.ts` talks to a real Kafka or OpenSearch:
// it belongs to `servers`, which has both started before its first file and runs one file at a time. Every other
// file belongs to `unit`, and cannot ask where the servers are. Some tests pack and install the program, or read
// whole logs, hence the long limits; no test measures time.

import { defineConfig } from 'vitest/config';

const SERVERS = 'test/**/*.servers.test.ts';
const NO_TESTS = ['test/fixtures/**', 'test/samples/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...NO_TESTS, SERVERS],
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: [SERVERS],
          exclude: NO_TESTS,
          globalSetup: ['test/support/servers/setup.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
