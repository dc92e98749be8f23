// `netpol-drift why` as a process, on the sample cluster: the six questions of an engineer at night, each with
// the answer as printed (test/cli/why/*.txt; vitest -u writes them anew), from the logs and from a store.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../support/cluster.ts';
import { type Ended, makeFolder, removeFolder, run } from '../support/command.ts';

const cluster = fileURLToPath(new URL('cluster/', SAMPLES));
const flows = join(cluster, 'flows.ndjson');
const audit = join(cluster, 'audit.ndjson');
const policies = join(cluster, 'snapshot.json');
const FILES = ['--flows', flows, '--audit', audit, '--policies', policies];

let folder = '';
beforeAll(async () => {
  folder = makeFolder();
  const { code } = await run(['analyze', ...FILES, '--store', 'drift.duckdb'], folder);
  expect(code).toBe(0);
});
afterAll(() => removeFolder(folder));

function why(question: string, ...options: readonly string[]): Promise<Ended> {
  return run(['why', ...question.split(' '), ...options], folder);
}

const QUESTIONS = [
  ['mended', 'a change broke it and another mended it', 'shop/web shop/cart 8080'],
  ['still-broken', 'a change broke it and nobody has noticed', 'stream/producer stream/ingest 9092'],
  ['accident', 'egressDeny switched on default deny', 'edge/gateway world 443'],
  ['audited', 'audit mode let it through, and both ends deny it', 'reports/nightly payments/ledger 5432'],
  ['not-enforced', 'the datapath lets through what is denied', 'shop/web legacy/worker 9100'],
  ['allowed', 'nothing denies it', 'monitoring/prometheus shop/cart 9090'],
  ['named-port', 'a rule names a port that nothing explains', 'mixed/client mixed/named 8080'],
  ['no-body', 'the audit log lacks what a policy said', 'vault/injector vault/vault 8200 --at 09:45'],
  ['untried', 'nobody ever tried it', 'shop/web stream/ingest 9092'],
  ['by-hand', 'a robot put back what somebody had changed', 'edge/gateway orders/orders-api 8080'],
  ['deny-rule', 'a rule denies it on purpose', 'edge/gateway 169.254.169.254 80'],
] as const;

describe.each(QUESTIONS)('why: %s (%s)', (name, _, question) => {
  it('is answered on one screen, from the logs', async () => {
    const { code, stdout, stderr } = await why(question, ...FILES);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot(`why/${name}.txt`);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('is answered alike from a store', async () => {
    const { code, stdout, stderr } = await why(question, '--store', 'drift.duckdb');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot(`why/${name}.txt`);
  });
});

describe('what why proposes', () => {
  it('lets the connection through when it is really applied', async () => {
    const { stdout } = await why('reports/nightly payments/ledger 5432', ...FILES, '--format', 'json');
    const { accounts } = JSON.parse(stdout);
    const fragments = accounts.flatMap((account: { helps: { fragment: object }[] }) =>
      account.helps.map(({ fragment }) => fragment),
    );
    expect(fragments).toHaveLength(2);
    const list: { items: object[] } = JSON.parse(readFileSync(policies, 'utf8'));
    const line = readFileSync(flows, 'utf8')
      .split('\n')
      .filter((text) => text.includes('"nightly-') && text.includes('"destination_port":5432'))
      .filter((text) => text.includes('"namespace":"payments"'));
    expect(line.length).toBeGreaterThan(10);
    writeFileSync(join(folder, 'nightly.ndjson'), `${line.join('\n')}\n`);
    writeFileSync(
      join(folder, 'mended.json'),
      JSON.stringify({ ...list, items: [...list.items, ...fragments] }),
    );
    const declared = async (file: string): Promise<readonly string[]> => {
      const { stdout: lines } = await run(
        ['evaluate', '--policies', file, '--flows', 'nightly.ndjson'],
        folder,
      );
      const answers = lines
        .trimEnd()
        .split('\n')
        .map((text): { declared: string } => JSON.parse(text));
      return [...new Set(answers.map((answer) => answer.declared))];
    };
    expect(await declared(policies)).toContain('denied');
    expect(await declared('mended.json')).toEqual(['allowed']);
  });
});

describe('why with names and times that are wrong', () => {
  it('names the nearest workload for a typing error', async () => {
    const { code, stderr } = await why('shop/web shop/crt 8080', '--store', 'drift.duckdb');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'netpol-drift: shop/crt: no verdict of 2026-11-02 08:00–11:59 names it; did you mean shop/cart?\n',
    });
  });

  it('takes a workload without namespace when only one has the name, and asks when several have', async () => {
    const one = await why('producer ingest 9092', '--store', 'drift.duckdb');
    expect(one.stdout).toContain('STILL BROKEN');
    const several = await why('alpha stream/ingest 9092', '--store', 'drift.duckdb');
    expect(several.code).toBe(2);
    expect(several.stderr).toContain('several have that name: ');
  });

  it('shows close questions that have an answer when nothing was seen', async () => {
    const { stdout } = await why('shop/cart shop/web 8080', '--store', 'drift.duckdb');
    expect(stdout).toContain('netpol-drift why shop/web shop/cart 8080');
  });

  it.each([
    ['shop/web shop/cart 99999', '99999: no port'],
    ['shop/web shop/cart http', 'http: no port'],
    ['shop/ shop/cart 80', 'shop/: names no end'],
    ['10.0.0.0/8 shop/cart 80', 'a range of addresses'],
    ['shop/web shop/cart 8080 --at noon', '--at noon: no time'],
    ['shop/web shop/cart 8080 --format yaml', '--format yaml: unknown'],
    ['world 192.0.2.1 80', 'neither end is a pod'],
  ])('refuses %s in one line', async (question, message) => {
    const { code, stdout, stderr } = await why(question, '--store', 'drift.duckdb');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says so when neither files nor a store are given, and when a store is none', async () => {
    expect((await why('shop/web shop/cart 8080')).code).toBe(2);
    expect((await why('shop/web shop/cart 8080', '--store', 'none.duckdb')).code).toBe(3);
  });
});

describe('why on half the data', () => {
  it('says first what a missing audit log takes away', async () => {
    const { stdout } = await why('shop/web shop/cart 8080', '--flows', flows, '--policies', policies);
    expect(stdout).toContain('! no audit log');
  });

  it('never blames a policy where policies older than the log are invisible', async () => {
    const { stdout } = await why('monitoring/prometheus shop/cart 9090', '--flows', flows, '--audit', audit);
    expect(stdout).toContain('! no snapshot of the policies');
    expect(stdout).not.toContain('NOT ENFORCED');
  });
});
