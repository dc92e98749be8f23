// `query --report` as a process: a query's answer as a page, and the whole report of a store.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandOf, withoutUser } from '../../../src/cli/query/commandOf.ts';
import { reportOptionsOf } from '../../../src/cli/query/reportOptions.ts';
import { writeStoreReport } from '../../../src/cli/query/storeReport.ts';
import { type Ended, makeFolder, removeFolder, run } from '../../support/command.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const LOGS = [
  ['shop', join(ROOT, 'examples', 'shop'), 'policies.json'],
  ['cluster', join(ROOT, 'test', 'samples', 'cluster'), 'snapshot.json'],
] as const;

const folder = makeFolder();
beforeAll(async () => {
  for (const [name, logs, policies] of LOGS) {
    const inputs = ['--flows', join(logs, 'flows.ndjson'), '--audit', join(logs, 'audit.ndjson')];
    const outputs = ['--store', `${name}.duckdb`, '--report', `${name}.html`];
    const { code } = await run(
      ['analyze', ...inputs, '--policies', join(logs, policies), ...outputs],
      folder,
    );
    if (code !== 0) throw new Error(`analyze of ${name} ended with ${code}`);
  }
});
afterAll(() => removeFolder(folder));

const query = (...args: readonly string[]): Promise<Ended> => run(['query', ...args], folder);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('query --report', () => {
  test.each(
    LOGS,
  )('without a query writes the report that analyze wrote of %s, byte for byte', async (name) => {
    const { code, stdout } = await query('--store', `${name}.duckdb`, '--report', 'again.html');
    expect([code, stdout]).toEqual([0, 'report: again.html\n']);
    expect(read('again.html') === read(`${name}.html`)).toBe(true);
  });

  test('with a query writes its rows, and says so in one line', async () => {
    const { code, stdout } = await query(
      'broken-by-change',
      '--store',
      'shop.duckdb',
      '--report',
      'broken.html',
    );
    expect([code, stdout]).toEqual([0, 'broken-by-change: 6 rows, report: broken.html\n']);
    expect(read('broken.html').match(/<tbody>/g)).toHaveLength(6);
  });

  test('--redact takes the people out of both', async () => {
    await query('changes', '--store', 'shop.duckdb', '--report', 'one.html', '--redact');
    await query('--store', 'shop.duckdb', '--report', 'all.html', '--redact');
    for (const name of ['one.html', 'all.html'])
      expect(read(name).replace(/<script>.*?<\/script>/gs, '')).not.toMatch(/\b(?:alice|bob|carol)\b/i);
  });

  test('never replaces the store that it asks', async () => {
    const before = read('shop.duckdb');
    const { code, stderr } = await query('changes', '--store', 'shop.duckdb', '--report', './shop.duckdb');
    expect(code).toBe(2);
    expect(stderr).toContain('is the store that is asked');
    expect(read('shop.duckdb')).toBe(before);
  });

  test('leaves nothing behind where it cannot write', async () => {
    const { code, stderr } = await query('changes', '--store', 'shop.duckdb', '--report', 'nowhere/x.html');
    expect(code).toBe(3);
    expect(stderr).toContain('nowhere/x.html');
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });
});

describe('what makes no page', () => {
  test.each([
    ['the whole report of OpenSearch', { opensearch: 'http://b:9200' }, 'netpol-drift query NAME --report'],
    ['the whole report of nothing', {}, 'pass --store FILE'],
    ['a span of the whole report', { store: 'drift.duckdb', since: '1h' }, '--since means nothing'],
    [
      'a parameter of the whole report',
      { store: 'drift.duckdb', minRatio: '1' },
      '--min-ratio means nothing',
    ],
  ])('%s', async (_, raw, said) => {
    await expect(writeStoreReport({ ...raw, report: 'x.html' })).rejects.toThrow(said);
  });

  test('a page that is CSV, and redaction without a page', () => {
    expect(() => reportOptionsOf({ report: 'x.html', format: 'csv' })).toThrow('ask for one of them');
    expect(() => reportOptionsOf({ redact: true })).toThrow('only a report is redacted');
  });
});

describe('the command that a page shows', () => {
  test('can be pasted, and holds no password', () => {
    const raw = {
      opensearch: 'https://me:secret@search:9200',
      minRatio: '2',
      format: 'table',
      report: "it's",
    };
    expect(commandOf('changes', raw).join(' ')).toBe(
      `netpol-drift query changes --opensearch https://search:9200/ --min-ratio 2 --report 'it'\\''s'`,
    );
    expect(withoutUser('http://search:9200')).toBe('http://search:9200');
  });

  test('names files without their folders on a redacted page', () => {
    const raw = { store: '/home/alice/drift.duckdb', report: '/home/alice/x.html', redact: true };
    expect(commandOf('changes', raw).join(' ')).toBe(
      'netpol-drift query changes --store drift.duckdb --report x.html --redact',
    );
  });
});
