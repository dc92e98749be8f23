// The command `query`, as a person runs it: on a store that analyze kept of the example.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/queries/catalogue/catalogue.ts';
import { makeFolder, removeFolder, run } from '../../support/command.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'shop');
const folder = makeFolder();
const inputs = ['flows.ndjson', 'audit.ndjson', 'policies.json'].map((file) => join(EXAMPLE, file));
const [flows = '', audit = '', policies = ''] = inputs;

beforeAll(async () => {
  const logs = ['--flows', flows, '--audit', audit, '--policies', policies];
  const ended = await run(['analyze', ...logs, '--store', 'drift.duckdb'], folder);
  if (ended.code !== 0) throw new Error(ended.stderr);
});
afterAll(() => removeFolder(folder));

const query = (...args: readonly string[]) => run(['query', ...args], folder);
const asked = (...args: readonly string[]) => query(...args, '--store', 'drift.duckdb');

describe('what there is', () => {
  test('is listed with the questions', async () => {
    const { stdout, code } = await query('--list');
    expect(code).toBe(0);
    const flat = stdout.replaceAll(/\s+/g, ' ');
    for (const { name, title } of CATALOGUE) expect(flat).toContain(`${name} ${title}`);
  });

  test('is listed for machines, columns and all', async () => {
    const { stdout } = await query('--list', '--format', 'json');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(CATALOGUE.map(({ name }) => name));
    expect(JSON.parse(lines[0] ?? '')).toHaveProperty(['columns', 0, 'meaning']);
  });

  test('is described one by one', async () => {
    const { stdout, code } = await query('audited-deny-spikes', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--min-ratio');
    expect(stdout).toContain('baseline_days');
  });

  test('is helped with, when no query is named', async () => {
    const { stdout, code } = await query('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('query [options] [name]');
    expect(stdout).not.toContain('--min-ratio');
  });
});

describe('a time without data', () => {
  const late = ['--since', '2026-12-01', '--until', '2026-12-02'];

  test('is said, with the end of what there is and how to ask for it', async () => {
    const { stdout, code } = await asked('still-denied', ...late);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /There is data until 2026-11-02 \d\d:\d\d:00 UTC only: --since 30d asks further back\./,
    );
  });

  test('can be asked again as it says', async () => {
    const { stdout } = await asked('still-denied', '--since', '30d', '--until', '2026-12-02');
    expect(stdout).not.toContain('further back');
    expect(stdout).toContain('shop/');
  });

  test('is not said where there is data, but nothing to be told', async () => {
    const { stdout, stderr } = await asked('rejects', '--since', '24h', '--format', 'csv');
    expect([stdout.split('\r\n').length, stderr]).toEqual([2, '']);
  });
});

describe('a table', () => {
  test('names the change that broke something, and who made it', async () => {
    const { stdout } = await asked('broken-by-change');
    expect(stdout).toMatch(/What did each policy change break, and is it mended\?/);
    expect(stdout).toMatch(/\d\d:\d\d:\d\d {2}C?NP \S+\/\S+/);
  });

  test('is cut where asked, and says so', async () => {
    const { stdout } = await asked('changes', '--limit', '1');
    expect(stdout).toMatch(/… \d+ more: --limit 0 shows all/);
  });

  test('says none where there is nothing', async () => {
    const { stdout, code } = await asked('changes', '--until', '2000-01-01', '--namespace', 'shop');
    expect(code).toBe(0);
    expect(stdout).toContain('none');
    expect(stdout).not.toContain('No document');
  });

  test('says beside it that nothing names the namespace', async () => {
    const { stdout, code } = await asked('changes', '--namespace', 'shpo');
    expect(code).toBe(0);
    expect(stdout).toContain('No document names namespace shpo: is it spelt so?');
  });
});

describe('rows for machines', () => {
  test('are one object a line, with the times of the documents', async () => {
    const { stdout } = await asked('changes', '--format', 'json');
    const [first] = stdout.split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({
      'change.at': expect.stringMatching(/^2\d{3}-.*\d{6}Z$/),
    });
  });

  test('come with a line beside them where nothing names the namespace', async () => {
    const { code, stdout, stderr } = await asked('changes', '--namespace', 'shpo', '--format', 'json');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe('netpol-drift: No document names namespace shpo: is it spelt so?\n');
  });

  test('are CSV with a line of names, however many lines a cell has', async () => {
    const { stdout } = await asked('changes', '--format', 'csv', '--limit', '2');
    const lines = stdout.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^change\.at,orchestrator\.cluster\.name,policy\.ref,/);
  });

  test('are those of the last hour of the file, when so much is asked', async () => {
    const [all, last] = [
      await asked('changes', '--format', 'json'),
      await asked('changes', '--format', 'json', '--since', '1h'),
    ];
    const times = (text: string): readonly string[] =>
      text
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '')
        .map((line): string => String(JSON.parse(line)['change.at']));
    const flowTimes = readFileSync(flows, 'utf8').matchAll(/"time":"(2\d{3}-[^"]+Z)"/g);
    const end =
      [...flowTimes]
        .map(([, time = '']) => time)
        .toSorted()
        .at(-1) ?? '';
    const hourBefore = new Date(Date.parse(end) - 3_600_000).toISOString().slice(0, 19);
    expect(times(last.stdout)).toEqual(times(all.stdout).filter((time) => time >= hourBefore));
  });
});

describe('what cannot be asked', () => {
  test('is a cluster of which nothing is stored: the message names those that there are', async () => {
    const { code, stdout, stderr } = await asked('changes', '--cluster', 'elsewhere');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('netpol-drift: --cluster elsewhere: nothing is stored of it; there is prod-eu1\n');
    expect((await asked('changes', '--cluster', 'prod-eu')).stderr).toContain('did you mean prod-eu1?');
  });

  test('ends with 2 and one line that says what was meant', async () => {
    const { code, stdout, stderr } = await query('broken-by-chang');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^netpol-drift: query broken-by-chang: .* did you mean broken-by-change\?.*\n$/);
  });

  test('ends with 3 where the store is none', async () => {
    const { code, stderr } = await query('changes', '--store', 'missing.duckdb');
    expect(code).toBe(3);
    expect(stderr).toContain('missing.duckdb');
  });
});
