// Where the real servers of this test run are: setup.ts has started them, or was told of them, and handed down what
// became of it. Only files named `*.servers.test.ts` may ask.

import { inject } from 'vitest';

export interface Obtained {
  /** null: it is not there. */
  readonly address: string | null;
  /** Why it is not there although it must be: starting it failed, or this is CI, where no test is skipped. */
  readonly failure: string | null;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly kafka: Obtained;
    readonly openSearch: Obtained;
  }
}

/**
 * `host:port`, several joined by commas; null: there is none here (the run's first lines say why), and a test that
 * needs it is skipped.
 * @throws when there should be one, and outside of the project `servers`
 */
export function kafkaAddress(): string | null {
  return handedDown('kafka');
}

/** A URL without a path; null, and thrown, as with Kafka. */
export function openSearchAddress(): string | null {
  return handedDown('openSearch');
}

function handedDown(server: 'kafka' | 'openSearch'): string | null {
  // What the type cannot say: in the project `unit` nobody provides anything.
  const obtained: Obtained | undefined = inject(server);
  if (obtained === undefined) {
    throw new Error('a test that needs a real server is in a file named *.servers.test.ts: vitest.config.ts');
  }
  if (obtained.failure !== null) throw new Error(obtained.failure);
  return obtained.address;
}
