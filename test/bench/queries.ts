// `npm run bench:queries`: how long each saved query takes on a real OpenSearch with two million rollups (eight days
// of a cluster with 300 workloads), over a day, a week and all of it. Prints a table. The processor time of the server
// stands beside the time on the clock, since it tells the truth on a busy machine, too. `-- --duckdb` asks a store file
// the same. Takes the server that NETPOL_DRIFT_TEST_OPENSEARCH names, else starts one. Writes nothing but that.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CATALOGUE } from '../../src/queries/catalogue/catalogue.ts';
import { answerFromDuckdb } from '../../src/stores/duckdb/answers.ts';
import { answerFromOpenSearch } from '../../src/stores/opensearch/answers.ts';
import { openConnection } from '../../src/stores/opensearch/connection.ts';
import type { Patience } from '../../src/stores/opensearch/patience.ts';
import { OPENSEARCH_DEFAULTS, type OpenSearchSettings } from '../../src/stores/opensearch/settings.ts';
import { startOpenSearch } from '../support/servers/servers.ts';
import { askAgain, type Engine, SPANS } from './queries/asking.ts';
import { documents } from './queries/documents.ts';
import { loadDuckdb, loadOpenSearch, unloadOpenSearch } from './queries/loading.ts';
import { usageOf } from './stream/usage.ts';

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000000' },
    runs: { type: 'string', default: '5' },
    /** Queries, with commas; all of them unless given. */
    only: { type: 'string', default: '' },
    /** Of the indices; what is there below it already is asked as it is, and left there. */
    loaded: { type: 'string', default: '' },
    /** Leave what was loaded, for `--loaded`. */
    keep: { type: 'boolean', default: false },
    /** Process of a server that was given, to know its processor time. */
    pid: { type: 'string', default: '' },
    duckdb: { type: 'boolean', default: false },
  },
});

const CALM = new AbortController().signal;
const asked = CATALOGUE.filter(({ name }) => options.only === '' || options.only.split(',').includes(name));

if (options.duckdb) await measureDuckdb();
else await measureOpenSearch();

async function measureOpenSearch(): Promise<void> {
  const server = await obtainServer();
  const settings: OpenSearchSettings = {
    ...OPENSEARCH_DEFAULTS,
    urls: [server.url],
    indexPrefix: options.loaded === '' ? `bench-${process.pid}-` : options.loaded,
    retentionDays: { verdicts: 0, rollups: 0, changes: 0, feeds: 0 },
  };
  const connection = openConnection(settings);
  let requests = 0;
  const patience: Patience = {
    connection: {
      ...connection,
      exchange: (request, signal) => {
        requests += 1;
        return connection.exchange(request, signal);
      },
    },
    logger: () => {},
    random: Math.random,
  };
  const reading = { ...patience, indexPrefix: settings.indexPrefix };
  try {
    if (options.loaded === '')
      await timed('loaded', () => loadOpenSearch(patience, settings, documents(Number(options.documents))));
    await measure({
      name: 'OpenSearch',
      answer: (part) => answerFromOpenSearch(reading, part, CALM),
      requests: () => requests,
      cpuMs: () => (server.pid === 0 ? 0 : usageOf({ pid: server.pid }).cpuSeconds * 1_000),
    });
  } finally {
    if (options.keep) print(`\nkept: --loaded ${settings.indexPrefix}`);
    else if (options.loaded === '') await unloadOpenSearch(patience, settings);
    await connection.close();
    await server.stop();
  }
}

interface Server {
  readonly url: string;
  /** 0: not known. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** One of its own reads its files as servers do in earnest: through mapped memory. */
async function obtainServer(): Promise<Server> {
  const given = process.env['NETPOL_DRIFT_TEST_OPENSEARCH'] ?? '';
  if (given !== '') return { url: given, pid: Number(options.pid), stop: async () => {} };
  const node = await startOpenSearch({ heap: '2g', settings: { 'node.store.allow_mmap': 'true' } });
  const pid = Number(readFileSync(join(node.folder, 'pid'), 'utf8').split(' ')[0]);
  return { url: node.url, pid, stop: () => node.stop() };
}

async function measureDuckdb(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-queries-'));
  let requests = 0;
  try {
    const store = await loadDuckdb(join(folder, 'store.duckdb'), documents(Number(options.documents)));
    await measure({
      name: 'DuckDB',
      answer: (part) => {
        requests += 1;
        return answerFromDuckdb(store, part);
      },
      requests: () => requests,
      cpuMs: () => usageOf(process).cpuSeconds * 1_000,
    });
    store.discard();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(engine: Engine): Promise<void> {
  print(
    `\n| ${engine.name} | span | rows | requests | first run, ms | median of ${options.runs}, ms | CPU, ms |`,
  );
  print('|---|---|--:|--:|--:|--:|--:|');
  for (const query of asked)
    for (const { name, sinceMs } of SPANS) {
      if (sinceMs !== null && !query.takes.includes('since')) continue;
      const { rows, requests, firstMs, medianMs, cpuMs } = await askAgain(query, engine, {
        sinceMs,
        runs: Number(options.runs),
      });
      const cells = [rows, requests, firstMs, medianMs, cpuMs].map((cell) => Math.round(cell));
      print(`| ${[query.name, name, ...cells.map((cell) => cell.toLocaleString('en'))].join(' | ')} |`);
    }
}

async function timed(what: string, work: () => Promise<number>): Promise<void> {
  const begun = performance.now();
  const count = await work();
  const seconds = (performance.now() - begun) / 1_000;
  print(`${count.toLocaleString('en')} documents ${what} in ${seconds.toFixed(0)} s`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
