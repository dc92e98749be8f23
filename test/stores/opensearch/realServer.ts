// A store on the real OpenSearch below a prefix of its own, set up, and cleared away afterwards. Skips where no
// server is.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { openConnection, type Request } from '../../../src/stores/opensearch/connection.ts';
import { ask, type Patience } from '../../../src/stores/opensearch/patience.ts';
import { OPENSEARCH_DEFAULTS, type OpenSearchSettings } from '../../../src/stores/opensearch/settings.ts';
import { ensureTemplates, type Setup } from '../../../src/stores/opensearch/templateSetup.ts';
import { openSearchAddress } from '../../support/servers/addresses.ts';

const ADDRESS = openSearchAddress();

/** Never raised. */
export const CALM = new AbortController().signal;

/** Runs on the real server; where there is none the title says how to give one. */
export function describeOnServer(title: string, body: () => void): void {
  describe.skipIf(ADDRESS === null)(
    ADDRESS === null ? `${title} (no server: set NETPOL_DRIFT_TEST_OPENSEARCH)` : title,
    body,
  );
}

/** Below a prefix that nobody else uses; all indices are kept for ever, since tests write old times. */
export function someSettings(change: Partial<OpenSearchSettings> = {}): OpenSearchSettings {
  return {
    ...OPENSEARCH_DEFAULTS,
    urls: [ADDRESS ?? 'http://127.0.0.1:1'],
    indexPrefix: `store-${randomBytes(6).toString('hex')}-`,
    retentionDays: { verdicts: 0, rollups: 0, changes: 0, feeds: 0 },
    ...change,
  };
}

export interface Server extends Patience {
  readonly settings: OpenSearchSettings;
  readonly setup: Setup;
  /** The body of the answer; null for 404. */
  ask(method: Request['method'], path: string, body?: object): Promise<unknown>;
}

/** One prefix for the tests of a `describe`: templates before them, nothing of it left after them. */
export function serverForTests(settings: OpenSearchSettings = someSettings()): Server {
  const server = serverWith(settings);
  beforeAll(() => ensureTemplates(server.setup));
  afterAll(async () => {
    await server.ask('DELETE', `/${settings.indexPrefix}*?expand_wildcards=all`);
    await server.ask('DELETE', `/_index_template/${settings.indexPrefix}*`);
    await server.connection.close();
  });
  return server;
}

function serverWith(settings: OpenSearchSettings): Server {
  const connection = openConnection(settings);
  const patience = { connection, logger: () => {}, random: () => 0.5 };
  return {
    ...patience,
    settings,
    setup: { ...patience, settings, dryRun: false, signal: CALM },
    ask: (method, path, body) => {
      const [bare = '', question] = path.split('?');
      const query = Object.fromEntries(new URLSearchParams(question ?? ''));
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      return ask(patience, { method, path: bare, query, ...content, nullOn: [404] }, path, CALM);
    },
  };
}
