// `netpol-drift analyze` as a process: what it prints, keeps and refuses.
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../support/cluster.ts';
import { type Ended, makeFolder, removeFolder, run, start } from '../support/command.ts';

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
      '--flows',
      flows,
      '--audit',
      audit,
      '--policies',
      policies,
      '--documents',
      'docs',
      '--store',
      'drift.duckdb',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('1,247 verdicts');
    expect(stdout).toContain('Argo CD patched CNP stream/ingest: 15 denials');
    expect(stdout).toContain('27 of 100 audited denies, 5 conversations');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    const rollups = documents('docs/rollups.ndjson');
    expect(rollups.reduce((sum, rollup) => sum + Number(rollup['count']), 0)).toBe(1_247);
    expect(
      documents('docs/changes.ndjson').filter(
        (change) =>
          change['change.origin'] === 'audit' &&
          ['version', 'tombstone'].includes(String(change['change.outcome'])),
      ),
    ).toHaveLength(36);
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
    const { code } = await analyze(
      '--flows',
      'mixed.zst',
      '--audit',
      'mixed.zst',
      '--policies',
      policies,
      '--documents',
      'mixed',
    );
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'mixed/verdicts.ndjson'))).toEqual(
      readFileSync(join(folder, 'docs/verdicts.ndjson')),
    );
    expect(readFileSync(join(folder, 'mixed/changes.ndjson'))).toEqual(
      readFileSync(join(folder, 'docs/changes.ndjson')),
    );
  });

  it('takes both logs mixed on standard input', async () => {
    const mixed = Buffer.concat([readFileSync(flows), readFileSync(audit)]);
    const { code } = await run(
      ['analyze', '--flows', '-', '--audit', '-', '--policies', policies, '--documents', 'stdin'],
      folder,
      mixed,
    );
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'stdin/verdicts.ndjson'))).toEqual(
      readFileSync(join(folder, 'docs/verdicts.ndjson')),
    );
  });

  it('decides by named ports where the Pods are given', async () => {
    const pod = (name: string): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'mixed' },
        spec: { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }] },
      });
    const named = new Set(
      readFileSync(flows, 'utf8')
        .split('\n')
        .flatMap((line) => /"pod_name":"(named-[^"]+)"/.exec(line)?.[1] ?? []),
    );
    writeFileSync(join(folder, 'pods.json'), [...named].map(pod).join('\n'));
    const given = ['--flows', flows, '--audit', audit, '--policies', policies];
    const { stdout } = await analyze(...given, 'pods.json');
    expect((await analyze(...given)).stdout).toContain('named-port');
    expect(stdout).not.toContain('named-port');
  });

  it('prints one finding a line with --format json', async () => {
    const { stdout } = await analyze(
      '--flows',
      flows,
      '--audit',
      audit,
      '--policies',
      policies,
      '--format',
      'json',
    );
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.every((line) => typeof line['section'] === 'string')).toBe(true);
  });

  it('exits with 1 when drift is found that --fail-on names, and with 0 when there is none', async () => {
    const failing = await analyze(
      '--flows',
      flows,
      '--audit',
      audit,
      '--policies',
      policies,
      '--fail-on',
      'not-enforced',
    );
    expect(failing.code).toBe(1);
    const fine = await analyze(
      '--flows',
      flows,
      '--audit',
      audit,
      '--policies',
      policies,
      '--fail-on',
      'newly-enforced',
    );
    expect(fine.code).toBe(0);
  });

  it('without an audit log or a snapshot says first what cannot be told', async () => {
    const { code, stdout } = await analyze('--flows', flows);
    expect(code).toBe(0);
    const [, second = ''] = stdout.split('\n');
    expect(second).toContain('no audit log');
    expect(stdout).toContain('kubectl get netpol,ciliumnp,ccnp,ccg,ns -A -o json > policies.json');
    expect(stdout).toContain('CANNOT TELL: no audit log was given');
    expect(stdout).not.toContain("today's policies allow");
  });
});

describe('input that cannot be used', () => {
  it.each([
    [
      'a missing file',
      2,
      ['--flows', 'nowhere.ndjson'],
      /^netpol-drift: --flows nowhere\.ndjson: file not found/,
    ],
    ['a folder', 2, ['--flows', '.'], /is a folder; pass its files/],
    [
      'an unknown format',
      2,
      ['--flows', flows, '--format', 'xml'],
      /--format xml: unknown; one of text, json/,
    ],
    ['an unknown kind of drift', 2, ['--flows', flows, '--fail-on', 'sadness'], /--fail-on sadness: unknown/],
    ['nothing at all', 2, [], /nothing to read/],
    [
      'a store in no folder',
      3,
      ['--flows', flows, '--store', 'no/such/x.duckdb'],
      /no\/such\/x\.duckdb: cannot be written/,
    ],
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

  it('a file of which no record can be read is trouble, though the reasons are printed', async () => {
    writeFileSync(join(folder, 'poem.txt'), 'a line\nand another\n');
    const { code, stdout, stderr } = await analyze('--flows', 'poem.txt');
    expect(stderr).toBe(
      'netpol-drift: --flows poem.txt: none of its 2 records could be read; the reasons stand under Feeds\n',
    );
    expect(stdout).toContain('2 rejected (not-json 2)');
    expect(code).toBe(3);
  });

  it('a truncated gzip gives one clear line, and leaves no store that looks whole', async () => {
    writeFileSync(join(folder, 'cut.gz'), gzipSync(readFileSync(flows)).subarray(0, 50_000));
    const { code, stderr } = await analyze(
      '--flows',
      'cut.gz',
      '--store',
      'cut.duckdb',
      '--documents',
      'cut',
    );
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
    writeFileSync(
      join(folder, 'hostile.ndjson'),
      Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])),
    );
    const { code, stdout } = await analyze(
      '--flows',
      'hostile.ndjson',
      '--rejects',
      'rejects.ndjson',
      '--documents',
      'hostile',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('3 verdicts');
    const reasons = documents('rejects.ndjson').map(
      (reject) => `${String(reject['line'])} ${String(reject['reason'])}`,
    );
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
    const counts = new Map(
      documents('hostile/feeds.ndjson').map((feed) => [
        String(feed['feed.count_kind']),
        Number(feed['count']),
      ]),
    );
    expect(counts.get('ignored:blank')).toBe(1);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    // The array of line 10 holds three records.
    expect(all).toBe(lines.length + 2);
  });
});

describe('lines cut by a container runtime', () => {
  const [good = ''] = readFileSync(flows, 'utf8').split('\n', 1);
  const cri = (flag: 'P' | 'F', content: string): string =>
    `2026-11-02T08:00:01.5Z stdout ${flag} ${content}\n`;

  it('are put together; where the rest never comes, all parts are kept', async () => {
    const lost = good.slice(0, 600).replace('19f18bf0', '29f18bf0');
    const text =
      cri('P', good.slice(0, 500)) +
      cri('F', good.slice(500)) +
      cri('P', lost.slice(0, 300)) +
      cri('P', lost.slice(300));
    writeFileSync(join(folder, 'cri.log'), text);
    const { stdout } = await analyze('--flows', 'cri.log', '--rejects', 'cri-rejects.ndjson');
    expect(stdout).toContain('1 verdict');
    const [reject, ...more] = documents('cri-rejects.ndjson');
    expect(more).toEqual([]);
    expect(reject?.['reason']).toBe('incomplete-line');
    expect(reject?.['line']).toBe(3);
    expect(`${String(reject?.['bytes'])}\n`).toBe(text.split('\n').slice(2).join('\n'));
  });
});

describe('clusters', () => {
  const flow = (name: string, uuid: string): string => {
    const [good = ''] = readFileSync(flows, 'utf8').split('\n', 1);
    return `${good.replaceAll('prod-eu1/', `${name}/`).replace('19f18bf0', uuid)}\n`;
  };

  it('audit records without a cluster belong to the one cluster of the flows', async () => {
    writeFileSync(join(folder, 'one.ndjson'), flow('east', '29f18bf0') + flow('east', '39f18bf0'));
    await analyze('--flows', 'one.ndjson', '--audit', audit, '--policies', policies, '--documents', 'one');
    const names = new Set(
      documents('one/changes.ndjson').map((change) => change['orchestrator.cluster.name']),
    );
    expect([...names]).toEqual(['east']);
  });

  it('with flows of several clusters they are rejected, and the answer says so first', async () => {
    writeFileSync(join(folder, 'two.ndjson'), flow('east', '29f18bf0') + flow('west', '39f18bf0'));
    const { code, stdout } = await analyze('--flows', 'two.ndjson', '--audit', audit, '--documents', 'two');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 4).join(' ')).toContain('name no cluster');
    expect(documents('two/changes.ndjson')).toEqual([]);
    const rejected = documents('two/feeds.ndjson').filter(
      (feed) => feed['feed.count_kind'] === 'rejected:no-cluster',
    );
    expect(rejected.reduce((sum, feed) => sum + Number(feed['count']), 0)).toBeGreaterThan(36);
  });
});

describe('two clusters of which one has no audit feed', () => {
  const named = (cluster: string, text: string): string =>
    text
      .trimEnd()
      .split('\n')
      .map((log) => `${JSON.stringify({ cluster, log })}\n`)
      .join('');

  it('the one is answered in full, and of the other it is said what it lacks', async () => {
    const own = readFileSync(flows, 'utf8');
    const other = own.replaceAll('prod-eu1/', 'west/').replaceAll('"uuid":"', '"uuid":"w-');
    writeFileSync(join(folder, 'both.ndjson'), own + other);
    writeFileSync(join(folder, 'audit-of-one.ndjson'), named('prod-eu1', readFileSync(audit, 'utf8')));
    const { code, stdout } = await analyze(
      '--flows',
      'both.ndjson',
      '--audit',
      'audit-of-one.ndjson',
      '--documents',
      'half',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('! cluster west has flows but no audit log: causes cannot be told there');
    expect(stdout).toContain('not the whole answer: of one cluster there is no audit log');
    const causes = documents('half/rollups.ndjson').filter(
      (rollup) => rollup['cause.change_id'] !== undefined,
    );
    expect(new Set(causes.map((rollup) => rollup['orchestrator.cluster.name']))).toEqual(
      new Set(['prod-eu1']),
    );
    const changed = new Set(
      documents('half/changes.ndjson').map((change) => change['orchestrator.cluster.name']),
    );
    expect([...changed]).toEqual(['prod-eu1']);
  });
});

describe('a stream on standard input', () => {
  it('ends at Ctrl-C with the summary of what came', async () => {
    const [good = ''] = readFileSync(flows, 'utf8').split('\n', 1);
    const running = start(['analyze', '--flows', '-', '--documents', 'stream'], folder);
    const trace = good.replace('"event_type":{"type":5}', '"event_type":{"type":4}');
    await running.send(`${good}\n${`${trace}\n`.repeat(1_000)}`);
    running.signal('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('1 verdict');
    expect(stdout).toContain('stopped');
    expect(documents('stream/rollups.ndjson')).toHaveLength(1);
  });
});

describe('every sample file', () => {
  it('is read, and every record of it is accounted for', async () => {
    const files = ['audit', 'audit-real', 'hubble', 'cluster'].flatMap((name) => {
      const path = fileURLToPath(new URL(`${name}/`, SAMPLES));
      return readdirSync(path)
        .filter((file) => /\.(nd)?jsonl?$/.test(file) && !/^(truth|expected|snapshot)/.test(file))
        .map((file) => join(path, file));
    });
    expect(files.length).toBeGreaterThan(17);
    const { code } = await analyze(
      '--flows',
      ...files,
      '--audit',
      ...files,
      '--cluster',
      'all',
      '--documents',
      'all',
    );
    expect(code).toBe(0);
    const feeds = documents('all/feeds.ndjson').filter((feed) => feed['feed.count_kind'] !== 'lost');
    const total = (feed: string): number =>
      feeds.filter((one) => one['feed.name'] === feed).reduce((sum, one) => sum + Number(one['count']), 0);
    expect(total('flows')).toBe(total('audit'));
  });
});
