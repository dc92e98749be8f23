// `netpol-drift analyze` as a process: what it prints, keeps and refuses.
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../support/cluster.ts';
import { type Ended, makeFolder, removeFolder, run } from '../support/command.ts';

const cluster = fileURLToPath(new URL('cluster/', SAMPLES));
const flows = join(cluster, 'flows.ndjson');
const audit = join(cluster, 'audit.ndjson');
const policies = join(cluster, 'snapshot.json');

let folder = '';
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => removeFolder(folder));

function analyze(...args: readonly string[]): Promise<Ended> {
  return run(['analyze', ...args], folder);
}

function documents(name: string): readonly Record<string, unknown>[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

describe('analyze on the sample cluster', () => {
  it('prints what was broken, by whom, and writes all documents', async () => {
    const { code, stdout, stderr } = await analyze(
      ...['--flows', flows, '--audit', audit, '--policies', policies],
      ...['--documents', 'docs', '--store', 'drift.duckdb'],
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('1,247 verdicts');
    expect(stdout).toContain('Argo CD patched CNP stream/ingest: 15 denials');
    expect(stdout).toContain('23 of 100 audited denies, 5 conversations');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    const rollups = documents('docs/rollups.ndjson');
    expect(rollups.reduce((sum, rollup) => sum + Number(rollup['count']), 0)).toBe(1_247);
    expect(documents('docs/changes.ndjson').filter((change) => change['change.origin'] === 'audit' && ['version', 'tombstone'].includes(String(change['change.outcome'])))).toHaveLength(36);
    expect(statSync(join(folder, 'drift.duckdb')).size).toBeGreaterThan(100_000);
    const ids = documents('docs/verdicts.ndjson').map((verdict) => String(verdict['_id']));
    expect(ids).toEqual(ids.toSorted());
  });

  it('leaves no temporary file beside its results', () => {
    expect(readdirSync(folder).toSorted()).toEqual(['docs', 'drift.duckdb']);
  });

  it('gives the same verdicts when both logs stand in one file, packed, given to both options', async () => {
    const mixed = Buffer.concat([readFileSync(flows), readFileSync(audit)]);
    writeFileSync(join(folder, 'mixed.zst'), zstdCompressSync(mixed));
    const { code } = await analyze('--flows', 'mixed.zst', '--audit', 'mixed.zst', '--policies', policies, '--documents', 'mixed');
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'mixed/verdicts.ndjson'))).toEqual(readFileSync(join(folder, 'docs/verdicts.ndjson')));
    expect(readFileSync(join(folder, 'mixed/changes.ndjson'))).toEqual(readFileSync(join(folder, 'docs/changes.ndjson')));
  });

  it('takes both logs mixed on standard input', async () => {
    const mixed = Buffer.concat([readFileSync(flows), readFileSync(audit)]);
    const { code } = await run(['analyze', '--flows', '-', '--audit', '-', '--policies', policies, '--documents', 'stdin'], folder, mixed);
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'stdin/verdicts.ndjson'))).toEqual(readFileSync(join(folder, 'docs/verdicts.ndjson')));
  });

  it('prints one finding a line with --format json', async () => {
    const { stdout } = await analyze('--flows', flows, '--audit', audit, '--policies', policies, '--format', 'json');
    const lines = stdout.trimEnd().split('\n').map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.every((line) => typeof line['section'] === 'string')).toBe(true);
  });

  it('exits with 1 when drift is found that --fail-on names, and with 0 when there is none', async () => {
    const failing = await analyze('--flows', flows, '--audit', audit, '--policies', policies, '--fail-on', 'not-enforced');
    expect(failing.code).toBe(1);
    const fine = await analyze('--flows', flows, '--audit', audit, '--policies', policies, '--fail-on', 'newly-enforced');
    expect(fine.code).toBe(0);
  });

  it('without an audit log or a snapshot says first what cannot be told', async () => {
    const { code, stdout } = await analyze('--flows', flows);
    expect(code).toBe(0);
    const [, second = ''] = stdout.split('\n');
    expect(second).toContain('no audit log');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('kubectl get networkpolicies,cilium');
    expect(stdout).toContain('CANNOT TELL: no audit log was given');
    expect(stdout).not.toContain('today\'s policies allow');
  });
});

describe('input that cannot be used', () => {
  it.each([
    ['a missing file', 2, ['--flows', 'nowhere.ndjson'], /^netpol-drift: --flows nowhere\.ndjson: file not found/],
    ['a folder', 2, ['--flows', '.'], /is a folder; pass its files/],
    ['an unknown format', 2, ['--flows', flows, '--format', 'xml'], /--format xml: unknown; one of text, json/],
    ['an unknown kind of drift', 2, ['--flows', flows, '--fail-on', 'sadness'], /--fail-on sadness: unknown/],
    ['nothing at all', 2, [], /nothing to read/],
    ['a store in no folder', 3, ['--flows', flows, '--store', 'no/such/x.duckdb'], /no\/such\/x\.duckdb: cannot be written/],
  ] as const)('%s gives one clear line', async (_, expected, args, message) => {
    const { code, stdout, stderr } = await analyze(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(expected);
  });

  it('an empty file gives one clear line', async () => {
    writeFileSync(join(folder, 'empty.ndjson'), '');
    const { code, stderr } = await analyze('--flows', 'empty.ndjson');
    expect(stderr).toMatch(/empty\.ndjson/);
    expect(code).toBe(3);
  });

  it('a truncated gzip gives one clear line, and leaves no store that looks whole', async () => {
    writeFileSync(join(folder, 'cut.gz'), gzipSync(readFileSync(flows)).subarray(0, 50_000));
    const { code, stderr } = await analyze('--flows', 'cut.gz', '--store', 'cut.duckdb', '--documents', 'cut');
    expect(stderr).toMatch(/cut\.gz/);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(3);
    expect(readdirSync(folder).filter((name) => name.includes('cut.duckdb') || name === 'cut')).toEqual([]);
  });

  it('a store that was there before stays as it was when the job fails', async () => {
    copyFileSync(join(folder, 'drift.duckdb'), join(folder, 'kept.duckdb'));
    await analyze('--flows', 'cut.gz', '--store', 'kept.duckdb');
    expect(readFileSync(join(folder, 'kept.duckdb'))).toEqual(readFileSync(join(folder, 'drift.duckdb')));
  });
});

describe('hostile lines', () => {
  const [good = ''] = readFileSync(flows, 'utf8').split('\n', 1);
  const label = '"k8s:app=gateway"';
  const lines: readonly (string | Buffer)[] = [
    good,
    '',
    'this is not json',
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    `{"flow":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    good.replace('"verdict":"FORWARDED"', '"verdict":"FORWARDED","verdict":"DROPPED"'),
    good.replace(label, '"k8s:__proto__=polluted"').replace('19f18bf0', '29f18bf0'),
    `{"flow":{"x":"${'y'.repeat(30 * 1024 * 1024)}"}}`,
    good.replace('2026-11-02T08:00:00.000068872Z', 'yesterday'),
    '[1,2,3]',
    good.replace('19f18bf0', '39f18bf0'),
  ];

  it('are counted by reason and kept with their bytes, and the rest goes on', async () => {
    writeFileSync(join(folder, 'hostile.ndjson'), Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])));
    const { code, stdout } = await analyze('--flows', 'hostile.ndjson', '--rejects', 'rejects.ndjson', '--documents', 'hostile');
    expect(code).toBe(0);
    expect(stdout).toContain('3 verdicts');
    const reasons = documents('rejects.ndjson').map((reject) => `${String(reject['line'])} ${String(reject['reason'])}`);
    expect(reasons).toEqual([
      '3 not-json',
      '4 not-utf8',
      '5 too-deep',
      '6 duplicate-key',
      '8 too-long',
      '9 bad-time',
      '10 not-an-object',
      '10 not-an-object',
      '10 not-an-object',
    ]);
    expect(statSync(join(folder, 'rejects.ndjson')).mode & 0o777).toBe(0o600);
  });

  it('keep their original bytes, also when they are 30 MB or no text', () => {
    const rejects = documents('rejects.ndjson');
    const bytesOf = (line: number): Buffer => {
      const reject = rejects.find((one) => one['line'] === line);
      return Buffer.from(String(reject?.['bytes']), reject?.['encoding'] === 'base64' ? 'base64' : 'utf8');
    };
    expect(bytesOf(4).equals(Buffer.from(lines[3] ?? ''))).toBe(true);
    expect(bytesOf(8).equals(Buffer.from(lines[7] ?? ''))).toBe(true);
  });

  it('account for every record: read = used + ignored + rejected', () => {
    const counts = new Map(documents('hostile/feeds.ndjson').map((feed) => [String(feed['feed.count_kind']), Number(feed['count'])]));
    expect(counts.get('ignored:blank')).toBe(1);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    // The array of line 10 holds three records.
    expect(all).toBe(lines.length + 2);
  });
});
