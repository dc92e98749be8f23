// The files that somebody passes by mistake: Pods or the audit log as the snapshot, one kind of policies for all,
// the two logs swapped. None of them may end in an answer that sounds sure.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, field, isObject, type JsonObject } from '../../src/model/json.ts';
import { type Ended, makeFolder, removeFolder, run } from '../support/command.ts';

const shop = fileURLToPath(new URL('../../examples/shop/', import.meta.url));
const flows = join(shop, 'flows.ndjson');
const audit = join(shop, 'audit.ndjson');
const policies = join(shop, 'policies.json');
const KUBECTL = 'kubectl get netpol,ciliumnp,ccnp,ccg,ns -A -o json';
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const PODS = [1, 2].map((n) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${n}` } }));

let folder = '';
beforeAll(() => {
  folder = makeFolder();
  const snapshot: unknown = JSON.parse(readFileSync(policies, 'utf8'));
  const items = field(snapshot, 'items');
  const objects = Array.isArray(items) ? items.filter(isObject) : [];
  list(
    'np.json',
    objects.filter((object) => field(object, 'kind') === 'NetworkPolicy'),
  );
  list('pods.json', PODS);
  list('ns.json', [NAMESPACE]);
  list('none.json', []);
  writeFileSync(
    join(folder, 'traces.ndjson'),
    ofKind((type) => type !== 5 && type !== 1),
  );
});
afterAll(() => removeFolder(folder));

function list(name: string, items: readonly JsonObject[]): void {
  writeFileSync(join(folder, name), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

function ofKind(isWanted: (type: unknown) => boolean): string {
  return readFileSync(flows, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && isWanted(at(JSON.parse(line), 'flow', 'event_type', 'type')))
    .map((line) => `${line}\n`)
    .join('');
}

function ask(command: string, ...args: readonly string[]): Promise<Ended> {
  return run([...command.split(' '), ...args], folder);
}

/** Without the breaks of the screen. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

const LOGS = ['--flows', flows, '--audit', audit];

describe.each([
  ['Pods', 'pods.json', 'pods.json holds 2 Pods and no policy'],
  ['a Namespace', 'ns.json', 'ns.json holds 1 Namespace and no policy'],
  ['an empty list', 'none.json', 'none.json holds no object'],
  ['the audit log', audit, 'holds 128 audit events and no policy'],
])('%s in the place of the snapshot', (_, file, held) => {
  it('is named by analyze, which answers as without a snapshot', async () => {
    const { stdout } = await ask('analyze', ...LOGS, '--policies', file);
    const text = unwrapped(stdout);
    expect(text).toContain(held);
    expect(text).toContain(KUBECTL);
    expect(text).toContain('! no snapshot of the policies');
    expect(text).toMatch(/STILL DENIED by today's policies if audit mode ended now CANNOT TELL/);
  });
});

describe('Namespaces in the place of the snapshot', () => {
  it('are named by why, which does not say that policies deny what they allow', async () => {
    const { stdout } = await ask(
      'why monitoring/prometheus shop/cart 9090',
      ...LOGS,
      '--policies',
      'ns.json',
    );
    expect(unwrapped(stdout)).toContain('ns.json holds 1 Namespace and no policy');
    expect(stdout).not.toContain('THOUGH');
  });

  it('are no snapshot in a store, either', async () => {
    await ask('analyze', ...LOGS, '--policies', 'ns.json', '--store', 'ns.duckdb');
    const { stdout } = await ask('why shop/web shop/cart 8080', '--store', 'ns.duckdb');
    expect(stdout).toContain('! the store was made without a snapshot');
  });
});

describe('NetworkPolicies in the place of all policies', () => {
  it.each([
    ['analyze', []],
    ['why shop/web shop/cart 8080', []],
  ])('%s says which kinds the logs name beside them', async (command) => {
    const { stdout } = await ask(command, ...LOGS, '--policies', 'np.json');
    const text = unwrapped(stdout);
    expect(text).toMatch(/np\.json holds no CiliumNetworkPolicy \(the logs name CNP \S+ and \d+ more\)/);
    expect(text).toMatch(/no CiliumClusterwideNetworkPolicy \(the logs name CCNP/);
    expect(text).toContain(KUBECTL);
  });

  it('analyze calls nothing a misfit that policies of the missing kinds may explain', async () => {
    const { stdout } = await ask('analyze', ...LOGS, '--policies', 'np.json');
    expect(unwrapped(stdout)).toContain('NOT AS THE POLICIES SAY CANNOT TELL: the snapshot lacks a kind');
  });

  it('nothing is said of the whole snapshot', async () => {
    const { stdout } = await ask('analyze', ...LOGS, '--policies', policies);
    expect(stdout).not.toContain('policies.json holds');
  });
});

describe('evaluate without a policy', () => {
  it.each(['pods.json', audit])('says that %s holds none', async (file) => {
    const { stderr } = await ask('evaluate', '--policies', file, '--flows', flows);
    expect(stderr).toContain('and no policy: without a policy everything is allowed');
  });
});

describe('the two logs swapped', () => {
  const SWAPPED = ['--flows', audit, '--audit', flows];

  it('leave no answer that sounds sure, and none that says an audit log was not given', async () => {
    const text = unwrapped((await ask('analyze', ...SWAPPED)).stdout);
    expect(text).toContain('NOT IN FORCE CANNOT TELL: what was passed with --audit holds no audit event');
    expect(text).toContain('CHANGED BY HAND CANNOT TELL: what was passed with --audit holds no audit event');
    expect(text).not.toContain('no audit log was given');
  });

  it('fail a pipeline that asks for drift, each file with its reason', async () => {
    const { code, stderr } = await ask('analyze', ...SWAPPED, '--fail-on', 'any');
    expect(code).toBe(3);
    expect(stderr).toContain(`--flows ${audit}: what was passed with --flows is an audit log`);
    expect(stderr).toContain(`--audit ${flows}: what was passed with --audit holds no audit events`);
  });
});

describe('--fail-on', () => {
  it('is trouble where the flows hold nothing that is judged', async () => {
    const { code, stderr } = await ask('analyze', '--flows', 'traces.ndjson', '--fail-on', 'any');
    expect(code).toBe(3);
    expect(stderr).toContain('--flows traces.ndjson: no policy verdicts');
  });

  it('is content with an audit log alone', async () => {
    const given = ['--audit', audit, '--policies', policies, '--fail-on', 'would-deny'];
    expect(await ask('analyze', ...given)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('why of a time that the logs do not cover', () => {
  it.each([
    ['2027-01-01', 'the logs end at 2026-11-02 11:58'],
    ['2026-11-02', 'the logs begin at 2026-11-02 08:00'],
  ])('--at %s: says that %s', async (when, said) => {
    const { stdout } = await ask('why shop/web shop/cart 8080 --at', when, ...LOGS, '--policies', policies);
    expect(unwrapped(stdout)).toContain(said);
  });
});

describe('words in another order', () => {
  it('why udp/53 asks what 53/udp asks', async () => {
    const { stdout } = await ask('why shop/web shop/cart udp/53', ...LOGS);
    expect(stdout).toContain('shop/web → shop/cart udp 53 ·');
  });

  it.each([
    ['why shop/web', '(netpol-drift why --help explains it)'],
    ['help setp', '(Did you mean setup?)'],
    ['dead-letters sohw', '(netpol-drift dead-letters --help explains it)'],
  ])('%s is led to the right help', async (command, hint) => {
    const { code, stderr } = await ask(command);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });
});
