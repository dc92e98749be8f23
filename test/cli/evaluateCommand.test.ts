// `netpol-drift evaluate` as a process: what it answers, what it complains about, and how it ends.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, field, type JsonObject, type JsonValue, text } from '../../src/model/json.ts';
import { type Ended, makeFolder, removeFolder, run, start } from '../support/command.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLUSTER = 'k8s:io.cilium.k8s.policy.cluster=c1';
const NAMESPACE = 'k8s:io.kubernetes.pod.namespace=shop';
const CLOSED = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}}
`;
const FROM_API = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: from-api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{fromEndpoints: [{matchLabels: {app: api}}]}]
`;
const NO_CIDR = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: no-cidr, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{fromCIDR: [nonsense]}, {fromEntities: [everybody]}]
`;
const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {}
`;

let folder = '';
beforeAll(() => {
  folder = makeFolder();
  mkdirSync(join(folder, 'manifests'));
  write('manifests/closed.yaml', CLOSED);
  write('manifests/rest.yaml', [FROM_API, DEPLOYMENT].join('---'));
  write('broken.yaml', [CLOSED, NO_CIDR].join('---'));
  write('flows.ndjson', lines(line('u1', 'api'), line('u2', 'db')));
});
afterAll(() => removeFolder(folder));

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

function line(uuid: string, peer: string): JsonObject {
  const party = (app: string): JsonObject => ({
    labels: [`k8s:app=${app}`, CLUSTER, NAMESPACE],
    namespace: 'shop',
    pod_name: `${app}-1`,
  });
  return {
    flow: {
      time: '2026-11-02T08:00:00Z',
      uuid,
      verdict: 'FORWARDED',
      traffic_direction: 'INGRESS',
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { destination_port: 8080 } },
      source: party(peer),
      destination: party('web'),
      event_type: { type: 5 },
    },
    node_name: 'c1/node-1',
    time: '2026-11-02T08:00:00Z',
  };
}

function lines(...values: readonly JsonValue[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function evaluate(...args: readonly string[]): Promise<Ended> {
  return run(['evaluate', ...args], folder);
}

function answers({ stdout }: Ended): readonly JsonValue[] {
  return stdout
    .split('\n')
    .filter((answer) => answer !== '')
    .map((answer): JsonValue => JSON.parse(answer));
}

const ids = (ended: Ended): readonly string[] => answers(ended).map((answer) => text(field(answer, 'id')));

describe('evaluate', () => {
  it('answers each flow with one line, in the order of the flows, from a folder of manifests', async () => {
    const ended = await evaluate('--policies', 'manifests', '--flows', 'flows.ndjson');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const both = ['CiliumNetworkPolicy/shop/from-api', 'NetworkPolicy/shop/closed'];
    expect(answers(ended)).toEqual([
      {
        line: 1,
        id: 'u1',
        direction: 'ingress',
        declared: 'allowed',
        reason: 'allow-rule',
        selecting: both,
        isolating: both,
        deciding: ['CiliumNetworkPolicy/shop/from-api#ingress[0]'],
        undecidable: [],
      },
      {
        line: 2,
        id: 'u2',
        direction: 'ingress',
        declared: 'denied',
        reason: 'default-deny',
        selecting: both,
        isolating: both,
        deciding: [],
        undecidable: [],
      },
    ]);
  });

  it('explains with --explain: which rule decided, or what failed in each isolating policy', async () => {
    const ended = await evaluate('--policies', 'manifests', '--flows', 'flows.ndjson', '--explain');
    expect(answers(ended).map((answer) => field(answer, 'explanation'))).toEqual([
      [expect.stringMatching(/^CiliumNetworkPolicy\/shop\/from-api: ingress\[0\] allows app=api; /)],
      [
        'CiliumNetworkPolicy/shop/from-api: ingress[0] allows app=api; the peer has app=db',
        'NetworkPolicy/shop/closed: isolates and allows nobody: it has no ingress rules',
      ],
    ]);
  });

  it('explains also what no policy decided', async () => {
    write('none.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }));
    const ended = await evaluate('--policies', 'none.json', '--flows', 'flows.ndjson', '--explain');
    expect(at(answers(ended)[0], 'explanation')).toEqual([
      'no policy selects the subject on ingress, so everything is allowed',
    ]);
  });

  it('finds flows in gzip, in envelopes and in bare form, and counts lines over all that it passes by', async () => {
    const content = lines(
      { log: JSON.stringify(line('u1', 'api')) },
      { lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: '5' }, node_name: 'c1/node-1' },
      field(line('u2', 'api'), 'flow') ?? null,
      [line('u3', 'api'), line('u4', 'api')],
    );
    write('wrapped.gz', gzipSync(content));
    const ended = await evaluate('--policies', 'manifests', '--flows', 'wrapped.gz');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(answers(ended).map((answer) => [field(answer, 'line'), field(answer, 'id')])).toEqual([
      [1, 'u1'],
      [3, 'u2'],
      [4, 'u3'],
      [4, 'u4'],
    ]);
  });

  it('names the file of each answer when there are several', async () => {
    write('more.ndjson', lines(line('u5', 'db')));
    const ended = await evaluate('--policies', 'manifests', '--flows', 'flows.ndjson', 'more.ndjson');
    expect(answers(ended).map((answer) => [field(answer, 'file'), field(answer, 'line')])).toEqual([
      ['flows.ndjson', 1],
      ['flows.ndjson', 2],
      ['more.ndjson', 1],
    ]);
  });

  it('names every problem of an invalid policy by file, document and path, answers by the rest, ends with 3', async () => {
    const ended = await evaluate('--policies', 'broken.yaml', '--flows', 'flows.ndjson');
    expect(ended.code).toBe(3);
    expect(ended.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^netpol-drift: broken\.yaml#2: CiliumNetworkPolicy\/shop\/no-cidr: spec\.ingress\[0\]\.fromCIDR\[0\] .*; the whole policy is left out$/,
      ),
      expect.stringMatching(/: spec\.ingress\[1\]\.fromEntities\[0\] .*; the whole policy is left out$/),
    ]);
    expect(answers(ended).map((answer) => field(answer, 'selecting'))).toEqual([
      ['NetworkPolicy/shop/closed'],
      ['NetworkPolicy/shop/closed'],
    ]);
  });

  it('reports kinds that look like policies and are none that it knows', async () => {
    write(
      'unknown.yaml',
      'apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: a}\n',
    );
    const ended = await evaluate('--policies', 'unknown.yaml', '--flows', 'flows.ndjson');
    expect(ended).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('unknown.yaml#1: AdminNetworkPolicy//a: kind'),
    });
    expect(answers(ended)).toHaveLength(2);
  });

  it('lets the later of two policies of one name stand, and says so', async () => {
    write('again.yaml', CLOSED.replace('spec: {podSelector: {}}', 'spec: {podSelector: {}, ingress: [{}]}'));
    const ended = await evaluate(
      '--policies',
      'manifests/closed.yaml',
      'again.yaml',
      '--flows',
      'flows.ndjson',
    );
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('manifests/closed.yaml#1: NetworkPolicy/shop/closed: given again later');
    expect(answers(ended).map((answer) => field(answer, 'declared'))).toEqual(['allowed', 'allowed']);
  });

  it('names lines that cannot be read, goes on, and ends with 3', async () => {
    write('bad.ndjson', `${lines(line('u1', 'api'))}{"flow":\n${lines(line('u2', 'api'))}`);
    const ended = await evaluate('--policies', 'manifests', '--flows', 'bad.ndjson');
    expect(ended).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^netpol-drift: bad\.ndjson:2: not JSON/),
    });
    expect(ids(ended)).toEqual(['u1', 'u2']);
  });

  it('counts flows without a direction, which have no answer', async () => {
    write('undirected.ndjson', lines({ flow: { verdict: 'FORWARDED', IP: {} }, node_name: 'n', time: '' }));
    const ended = await evaluate('--policies', 'manifests', '--flows', 'undirected.ndjson');
    expect(ended).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'netpol-drift: 1 flow has no direction and no answer\n',
    });
  });

  it('reads flows from standard input', async () => {
    const running = start(['evaluate', '--policies', 'manifests', '--flows', '-'], folder);
    await running.send(lines(line('u1', 'api'), line('u2', 'db')));
    running.end();
    expect(ids(await running.ended)).toEqual(['u1', 'u2']);
  });

  it('ends without a word when its reader goes away before the last answer', async () => {
    write('many.ndjson', lines(...Array.from({ length: 20_000 }, (_, index) => line(`u${index}`, 'api'))));
    const args = ['evaluate', '--policies', 'manifests', '--flows', 'many.ndjson'];
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('takes the cluster from --cluster where a rule asks whether the peer is of the own one', async () => {
    const ofOther = await evaluate('--policies', 'manifests', '--flows', 'flows.ndjson', '--cluster', 'c2');
    expect(answers(ofOther).map((answer) => field(answer, 'declared'))).toEqual(['denied', 'denied']);
  });

  it.each([
    [[], 'pass --policies'],
    [['--policies', 'manifests'], 'pass --flows'],
    [['--flows', 'flows.ndjson'], 'pass --policies'],
    [['--batch', '--flows', 'flows.ndjson'], '--batch'],
    [['--policies', 'absent.yaml', '--flows', 'flows.ndjson'], 'absent.yaml'],
  ])('refuses %j with one line and exit code 2', async (args, words) => {
    const ended = await evaluate(...args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(words)]);
  });
});

describe('evaluate --batch', () => {
  const policies = [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: 'shop' },
      spec: { podSelector: {} },
    },
  ];

  it('answers one world a line, in order, without a trace of the worlds before', async () => {
    const worlds = lines(
      { id: 'a', policies, flows: [line('u1', 'api')] },
      { id: 2, policies: [], flows: [line('u2', 'api')] },
    );
    const ended = await run(['evaluate', '--batch', '--explain'], folder, worlds);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(answers(ended)).toMatchObject([
      {
        id: 'a',
        results: [{ id: 'u1', declared: 'denied', explanation: [expect.any(String)] }],
        invalid: [],
      },
      { id: 2, results: [{ id: 'u2', reason: 'no-policy' }], invalid: [] },
    ]);
  });

  it('answers a line that is no world with an error, goes on, and ends with 3', async () => {
    const worlds = `${lines({ id: 'a', policies, flows: [] })}{"id":\n[]\n${lines({ id: 'b' })}`;
    const ended = await run(['evaluate', '--batch'], folder, worlds);
    expect(ended.code).toBe(3);
    expect(answers(ended)).toMatchObject([
      { id: 'a' },
      { id: null, error: expect.stringContaining('line 2') },
      { id: null, error: expect.stringContaining('line 3') },
      { id: 'b', results: [] },
    ]);
  });

  it('is fine with no world at all', async () => {
    expect(await run(['evaluate', '--batch'], folder)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
