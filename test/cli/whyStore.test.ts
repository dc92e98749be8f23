// `netpol-drift why` on a store: what a store does not keep is said, and what it keeps gives the answer of the
// logs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../support/cluster.ts';
import { makeFolder, removeFolder, run } from '../support/command.ts';
import { auditLine, type FlowStep, flowLine, objectOf, type WriteStep } from '../support/scenarioLines.ts';

const cluster = fileURLToPath(new URL('cluster/', SAMPLES));
const flows = join(cluster, 'flows.ndjson');
const FILES = ['--flows', flows, '--audit', join(cluster, 'audit.ndjson')];
const POLICIES = ['--policies', join(cluster, 'snapshot.json')];

let folder = '';
beforeAll(async () => {
  folder = makeFolder();
  writeFileSync(join(folder, 'pods.json'), podsOf('named').join('\n'));
  await run(['analyze', ...FILES, ...POLICIES, 'pods.json', '--store', 'drift.duckdb'], folder);
});
afterAll(() => removeFolder(folder));

/** Pods of the workload that the flows name, whose port `http` is 8080. */
function podsOf(workload: string): readonly string[] {
  const names = new Set(
    [...readFileSync(flows, 'utf8').matchAll(/"pod_name":"([^"]+)"/g)].flatMap(([, name = '']) =>
      name.startsWith(`${workload}-`) ? [name] : [],
    ),
  );
  const containers = [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }];
  return [...names].map((name) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'mixed' },
      spec: { containers },
    }),
  );
}

async function why(question: string, ...options: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['why', ...question.split(' '), ...options], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.replaceAll(/\s+/g, ' ');
}

describe('a store', () => {
  it('does not tell types of ICMP apart, and shows all of them for the one that is asked about', async () => {
    const any = await why('team-02/gamma team-02/delta icmp', '--store', 'drift.duckdb');
    expect(any).toContain('NOT IN THE STORE types of ICMP');
    const type3 = await why('team-02/gamma team-02/delta icmp/3', '--store', 'drift.duckdb');
    expect(type3).not.toContain('SEEN nothing');
    expect(type3).toContain('NOT IN THE STORE types of ICMP');
  });

  it('does not hold the Pods that gave a named port its number; the logs with the Pods answer', async () => {
    const question = 'mixed/client mixed/named 8080';
    const stored = await why(question, '--store', 'drift.duckdb');
    expect(stored).toContain('NOT IN THE STORE Pods, which tell what number a named port stands for');
    expect(stored).not.toContain('name the port by number');
    const told = await why(question, ...FILES, ...POLICIES, 'pods.json');
    expect(told).toContain('ALLOWED: ingress of mixed/named');
    expect(told).not.toContain('cannot be told');
  });

  it('finds no pod by its address, and names only of what was remarkable', async () => {
    expect(await why('shop/web 10.99.99.99 8080', '--store', 'drift.duckdb')).toContain(
      'NOT IN THE STORE addresses of pods',
    );
    expect(await why('shop/web api.example.com 443', '--store', 'drift.duckdb')).toContain(
      'NOT IN THE STORE DNS names of what was allowed',
    );
  });

  it('lacks nothing for a plain question', async () => {
    expect(await why('shop/web shop/cart 8080', '--store', 'drift.duckdb')).not.toContain('NOT IN THE STORE');
  });
});

describe('labels of a Namespace that changed', () => {
  const policy: Omit<WriteStep, 'at'> = {
    write: 'CiliumClusterwideNetworkPolicy//strict',
    rv: 10,
    spec: {
      endpointSelector: { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.netpol': 'strict' } },
      ingress: [{ fromEntities: ['world'] }],
    },
  };
  const flow = (at: string, verdict: string, labels: Readonly<Record<string, string>>): FlowStep => ({
    at,
    flow: `shop/web -> shop/cart tcp 8080 ${verdict}`,
    namespaceLabels: { shop: labels },
    expect: {},
  });

  const before: Omit<WriteStep, 'at'> = { write: 'Namespace//shop', rv: 11, labels: {} };

  function writeLogs(snapshot: readonly Omit<WriteStep, 'at'>[]): void {
    const strict = { netpol: 'strict' };
    const told = [
      auditLine({ at: '08:00:00', write: 'Namespace//data', rv: 900, labels: {} }, 0),
      auditLine({ at: '09:00:00', write: 'Namespace//shop', verb: 'patch', by: 'bob', labels: strict }, 1),
      auditLine({ at: '12:00:00', write: 'Namespace//data', rv: 2_000, labels: { a: 'b' } }, 2),
    ];
    const seen = [flow('08:30:00', 'forwarded', {}), flow('09:30:00', 'dropped', strict)];
    const file = (name: string, lines: readonly unknown[]): void =>
      writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    file('audit.ndjson', told);
    file('flows.ndjson', seen.map(flowLine));
    const objects = snapshot.map((step) => objectOf(step, '2026-10-01T00:00:00Z'));
    file('policies.json', objects);
  }

  it.each([
    ['known from the snapshot', [policy, before], '09:30'],
    ['seen on flows only', [policy], '08:30'],
  ] as const)('are told from a store as from the logs, when what they were is %s', async (_, snapshot, at) => {
    writeLogs(snapshot);
    const files = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'policies.json'];
    await run(['analyze', ...files, '--store', 'labels.duckdb'], folder);
    const told = await why(`shop/web shop/cart 8080 --at ${at}`, ...files);
    expect(await why(`shop/web shop/cart 8080 --at ${at}`, '--store', 'labels.duckdb')).toBe(told);
    expect(told).toContain('bob patched Namespace shop');
  });
});
