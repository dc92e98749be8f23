// `netpol-drift analyze --manifests` as a process: the sample cluster against a Git repository in which people
// committed what the GitOps controllers then applied.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { at, field, type JsonObject, text } from '../../src/model/json.ts';
import { isPolicyKind } from '../../src/model/refs.ts';
import { formatInstant, MICROS_PER_MINUTE } from '../../src/model/time.ts';
import { auditLog, sampleLines, SAMPLES, snapshotChanges, timelineOf } from '../support/cluster.ts';
import { type Ended, makeFolder, removeFolder, run } from '../support/command.ts';
import { createRepository, type Repository } from '../support/repository.ts';

const cluster = fileURLToPath(new URL('cluster/', SAMPLES));
const FLOWS = ['--flows', join(cluster, 'flows.ndjson')];
const AUDIT = ['--audit', join(cluster, 'audit.ndjson'), '--policies', join(cluster, 'snapshot.json')];
const snapshot = snapshotChanges('cluster/snapshot.json');

let folder = '';
let repository: Repository;
beforeAll(() => {
  folder = makeFolder();
  repository = createRepository(join(folder, 'repo'));
  commitWhatGitOpsApplied(repository);
});
afterAll(() => removeFolder(folder));

/** alice committed the policies of the snapshot, jane what controllers wrote, two minutes before they did. */
function commitWhatGitOpsApplied(repo: Repository): void {
  for (const { body } of snapshot)
    if (body.object !== null && isPolicyKind(body.target.kind))
      repo.write(fileOf(body.target), stringify(written(body.object)));
  repo.commit('alice', '2026-10-01T09:00:00Z');
  const timeline = timelineOf('', snapshot, auditLog(sampleLines('cluster/audit.ndjson'), 'audit.ndjson'));
  for (const change of timeline.changes()) {
    if (change.event?.body.actor.kind !== 'gitops') continue;
    if (change.outcome === 'version' && change.after !== null)
      repo.write(fileOf(change), stringify(written(change.after)));
    else if (change.outcome === 'tombstone') repo.remove(fileOf(change));
    else continue;
    // Empty where a controller only put back what the repository holds.
    repo.commit('jane', formatInstant(change.at - 2 * MICROS_PER_MINUTE));
  }
}

function fileOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `policies/${namespace || 'cluster'}/${name}.yaml`;
}

/** The part of an object that people write. */
function written(object: JsonObject): JsonObject {
  const { apiVersion, kind, spec, specs } = object;
  const namespace = text(at(object, 'metadata', 'namespace'));
  const name = text(at(object, 'metadata', 'name'));
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === '' ? {} : { namespace }) },
    ...(spec === undefined ? {} : { spec }),
    ...(specs === undefined ? {} : { specs }),
  };
}

function analyze(...args: readonly string[]): Promise<Ended> {
  return run(['analyze', ...FLOWS, ...AUDIT, ...args], folder);
}

function linesOf(ndjson: string): readonly JsonObject[] {
  return ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line): JsonObject => JSON.parse(line));
}

/** The text from one heading to the next blank line, with single spaces. */
function section(stdout: string, title: string): string {
  const from = stdout.indexOf(title);
  return stdout.slice(from, stdout.indexOf('\n\n', from)).replaceAll(/\s+/g, ' ');
}

describe('a Git work tree of manifests', () => {
  it('says what the cluster has otherwise, since when and by whom, and which commits broke what', async () => {
    const { code, stdout, stderr } = await analyze('--manifests', 'repo/policies', '--documents', 'docs');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const found = section(stdout, 'NOT AS IN THE MANIFESTS');
    expect(found).toMatch(/^NOT AS IN THE MANIFESTS 8 policies/);
    expect(found).toContain('CNP media/origin-deny NOT IN CLUSTER since 11:33:00: deleted by alice');
    expect(found).toContain('CCNP team-wide-0 DIFFERS since 10:24:00: updated by carol');
    expect(found).toContain('endpointSelector.matchLabels.tier: back → front');
    expect(found).toContain('manifest: repo/policies/cluster/team-wide-0.yaml#1');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Argo CD patched CNP stream\/ingest \(commit [0-9a-f]{7} by jane, 09:58\): 15 denials/,
    );
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('gives each change its commit, and each policy its manifest, in the documents', () => {
    const changes = linesOf(readFileSync(join(folder, 'docs/changes.ndjson'), 'utf8'));
    const ingest = changes.find(
      (change) => change['policy.name'] === 'ingest' && change['change.origin'] === 'audit',
    );
    expect(ingest).toMatchObject({
      'change.commit.author': 'jane',
      'change.commit.at': '2026-11-02T09:58:00.000000Z',
      'change.commit.file': 'policies/stream/ingest.yaml',
    });
    const putBack = changes.filter(
      (change) => change['policy.name'] === 'orders-api' && change['actor.kind'] === 'gitops',
    );
    expect(putBack.map((change) => change['change.commit.author'])).toEqual(['alice', 'alice']);
    const policies = linesOf(readFileSync(join(folder, 'docs/policies.ndjson'), 'utf8'));
    const drifting = policies.filter((policy) => JSON.stringify(policy['drift'] ?? []).includes('manifests'));
    expect(drifting.length).toBeGreaterThan(0);
    expect(policies.find((policy) => policy['policy.name'] === 'cart')).toMatchObject({
      'policy.manifest': 'repo/policies/shop/cart.yaml#1',
      'manifest.commit.author': 'jane',
    });
  });

  it('gives the same findings as lines of JSON, and --fail-on heeds them', async () => {
    const { code, stdout } = await analyze(
      '--manifests',
      'repo/policies',
      '--format',
      'json',
      '--fail-on',
      'not-in-cluster',
    );
    expect(code).toBe(1);
    const [head, ...found] = linesOf(stdout).filter((line) => line['section'] === 'manifests');
    expect(head).toMatchObject({ answer: 'found', findings: 8, history: 'read', templates: [] });
    expect(found).toHaveLength(8);
    const deleted = found.find((line) => text(line['policy.ref']).endsWith('/origin-deny'));
    expect(deleted).toMatchObject({
      drift: 'not-in-cluster',
      cause: { 'actor.user': 'alice', 'change.verb': 'delete' },
      'manifest.commit.author': 'jane',
    });
  });

  it('is no matter when it was not asked for', async () => {
    const { code, stdout } = await run(
      ['analyze', ...AUDIT, '--fail-on', 'not-in-cluster,not-in-manifests,differs-from-manifests'],
      folder,
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain('NOT AS IN THE MANIFESTS');
  });
});

describe('why, with a Git work tree of manifests', () => {
  const QUESTION = ['why', 'stream/producer', 'stream/ingest', '9092'];
  const WITH = ['--manifests', 'repo/policies'];

  it('names the commit behind the robot, its author and date, and the file to change', async () => {
    const { code, stdout, stderr } = await run([...QUESTION, ...FLOWS, ...AUDIT, ...WITH], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout.replaceAll(/[0-9a-f]{7} by/g, '······· by')).toMatchFileSnapshot('why/commit.txt');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('tells machines the whole commit', async () => {
    const { stdout } = await run([...QUESTION, ...FLOWS, ...AUDIT, ...WITH, '--format', 'json'], folder);
    expect(JSON.parse(stdout).accounts[0].cause).toMatchObject({
      'change.commit.id': expect.stringMatching(/^[0-9a-f]{40}$/),
      'change.commit.author': 'jane',
      'change.commit.at': '2026-11-02T09:58:00.000000Z',
      'change.commit.file': 'policies/stream/ingest.yaml',
    });
  });

  it('says alike from a store, whether it was made with the manifests or is asked with them', async () => {
    const { stdout: wanted } = await run([...QUESTION, ...FLOWS, ...AUDIT, ...WITH], folder);
    await analyze('--store', 'bare.duckdb');
    expect((await run([...QUESTION, '--store', 'bare.duckdb', ...WITH], folder)).stdout).toBe(wanted);
    await analyze('--store', 'told.duckdb', ...WITH);
    const { stdout } = await run([...QUESTION, '--store', 'told.duckdb'], folder);
    expect(stdout).toMatch(
      /DENIED IT\s+Argo CD patched CNP stream\/ingest \(commit [0-9a-f]{7} by jane, 09:58\)/,
    );
  });

  it('says what somebody changed in the cluster that no commit knows of', async () => {
    const { stdout } = await run(
      ['why', 'edge/gateway', '192.0.2.200', '443', ...FLOWS, ...AUDIT, ...WITH],
      folder,
    );
    expect(stdout).toMatch(/bob created CNP edge\/block-metadata.*\n +no commit of the manifests says so/);
  });

  it('in a folder without a history says why it names nobody', async () => {
    mkdirSync(join(folder, 'no-history'));
    const [first] = snapshot.flatMap(({ body }) => (body.object === null ? [] : [body.object]));
    writeFileSync(join(folder, 'no-history', 'one.json'), JSON.stringify(first));
    const { stdout } = await run([...QUESTION, ...FLOWS, ...AUDIT, '--manifests', 'no-history'], folder);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'the manifests have no Git history that can be read, so no commit can be named',
    );
  });
});

describe('a folder of manifests', () => {
  it('without a history, with templates and without namespaces, says what was not compared', async () => {
    mkdirSync(join(folder, 'plain'));
    for (const { body } of snapshot) {
      if (body.object === null || !isPolicyKind(body.target.kind)) continue;
      const { metadata, ...rest } = written(body.object);
      const bare = { ...rest, metadata: { name: field(metadata, 'name') ?? '' } };
      const file = fileOf(body.target).replaceAll('/', '-');
      writeFileSync(join(folder, 'plain', file), stringify(bare));
    }
    writeFileSync(join(folder, 'plain', 'chart.yaml'), 'kind: NetworkPolicy\n{{- if .Values.on }}\n');
    writeFileSync(
      join(folder, 'plain', 'kustomization.yaml'),
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: shop\n',
    );
    const { code, stdout, stderr } = await run(['analyze', ...AUDIT, '--manifests', 'plain'], folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const found = section(stdout, 'NOT AS IN THE MANIFESTS');
    expect(found).toContain('not compared: 1 template (plain/chart.yaml#1)');
    expect(found).toContain('1 kustomization not applied (plain/kustomization.yaml#1)');
    expect(found).toMatch(/\d+ manifests without a namespace/);
    expect(found).toContain('no Git history that can be read');
    // Several differ, since this folder holds what was there in the morning.
    expect(found).toContain('CNP media/origin DIFFERS since 2026-11-02 11:24:00: patched by Flux');
    expect(found).toContain(
      'NP shop/checkout NOT IN MANIFESTS since 2026-11-02 10:38:24: created by Argo CD',
    );
    expect(found).not.toContain('NP shop/web ');
  });

  it('that holds the policies as the API server stores them finds no difference', async () => {
    const objects = snapshot.flatMap(({ body }) => (body.object === null ? [] : [body.object]));
    writeFileSync(
      join(folder, 'all.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
    const { stdout } = await run(
      ['analyze', ...FLOWS, '--policies', 'all.json', '--manifests', 'all.json'],
      folder,
    );
    expect(stdout).toMatch(/NOT AS IN THE MANIFESTS\s+none/);
  });

  it('that is not there gives one clear line', async () => {
    const { code, stdout, stderr } = await analyze('--manifests', 'nowhere');
    expect(stderr).toMatch(/^netpol-drift: --manifests nowhere: file not found/);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
