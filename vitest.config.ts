// How the tests run. Some of them pack and install the program or read whole logs, hence the long limit;
// no test measures time.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**', 'test/samples/**'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
