// What `manifests` sends to the policy log, from real Git repositories.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { publishManifests } from '../../../src/cli/manifests/publishManifests.ts';
import { changesIn, type PolicyTopic } from '../../../src/cli/publish/policyTopic.ts';
import { manifestsOf } from '../../../src/documents/manifestLog.ts';
import type { Manifests } from '../../../src/documents/manifests.ts';
import { createMemoryBroker } from '../../../src/kafka/memory/broker.ts';
import { readHistory } from '../../../src/manifests/history.ts';
import { loadManifests } from '../../../src/manifests/load.ts';
import { makeFolder, removeFolder } from '../../support/command.ts';
import { createRepository, type Repository, runGit } from '../../support/repository.ts';
import { lengthOf, policyTopic } from '../publish/policyTopic.ts';

let folder = '';
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => removeFolder(folder));

const WEB = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' } as const;
const CART = { ...WEB, name: 'cart' };

function manifest(name: string, port: number): string {
  return stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop', annotations: { note: 'not to be published' } },
    spec: { podSelector: {}, ingress: [{ ports: [{ port }] }] },
  });
}

/** jane made web, alice altered it and made cart. */
function repositoryIn(name: string): Repository {
  const repository = createRepository(join(folder, name));
  repository.write('web.yaml', manifest('web', 80));
  repository.commit('jane', '2026-10-01T09:00:00Z');
  repository.write('web.yaml', manifest('web', 81));
  repository.write('cart.yaml', manifest('cart', 90));
  repository.commit('alice', '2026-10-02T09:00:00Z');
  return repository;
}

const emptyLog = () => policyTopic(createMemoryBroker({ now: () => 0 }).connect(), 'netpol.policy-changes');

async function publishFrom(topic: PolicyTopic, path: string, dryRun = false) {
  const { objects } = await loadManifests([path], { templates: 'ignored' });
  const history = await readHistory([path]);
  return publishManifests(topic, { objects, history, cluster: 'prod', dryRun });
}

async function told(topic: PolicyTopic): Promise<Manifests> {
  const events = [];
  for await (const event of changesIn(topic, 'prod')) events.push(event);
  const manifests = manifestsOf(events);
  if (manifests === null) throw new Error('no run has ended');
  return manifests;
}

describe('a folder of manifests', () => {
  it('is published with who committed what, once', async () => {
    const { folder: path } = repositoryIn('once');
    const topic = await emptyLog();
    // Two policies and three versions of them, a list of each, the end.
    expect(await publishFrom(topic, path)).toEqual({ policies: 2, altered: 2, gone: 0, records: 8 });
    const { policies, commits } = await told(topic);
    expect(policies.map(({ name }) => name)).toEqual(expect.arrayContaining([WEB, CART]));
    expect(commits.newest(WEB)?.author).toBe('alice');
    expect(await publishFrom(topic, path)).toMatchObject({ records: 0 });
    expect(await lengthOf(topic)).toBe(8);
  });

  it('sends only what altered', async () => {
    const repository = repositoryIn('altered');
    const topic = await emptyLog();
    await publishFrom(topic, repository.folder);
    repository.write('cart.yaml', manifest('cart', 91));
    repository.commit('bob', '2026-10-03T09:00:00Z');
    // The policy, its commit, its list, the end.
    expect(await publishFrom(topic, repository.folder)).toMatchObject({ altered: 1, gone: 0, records: 4 });
    expect((await told(topic)).commits.newest(CART)?.author).toBe('bob');
  });

  it('tells that a policy left it, and who removed it', async () => {
    const repository = repositoryIn('left');
    const topic = await emptyLog();
    await publishFrom(topic, repository.folder);
    repository.remove('cart.yaml');
    repository.commit('bob', '2026-10-03T09:00:00Z');
    expect(await publishFrom(topic, repository.folder)).toMatchObject({ policies: 1, altered: 0, gone: 1 });
    const { policies, commits } = await told(topic);
    expect(policies.map(({ name }) => name)).toEqual([WEB]);
    expect(commits.removedBy(CART, Date.parse('2026-10-04T09:00:00Z') * 1000)?.author).toBe('bob');
  });

  it('keeps the commits that the log knows when a shallow clone does not have them', async () => {
    const repository = repositoryIn('whole');
    const topic = await emptyLog();
    await publishFrom(topic, repository.folder);
    const clone = join(folder, 'shallow');
    runGit(folder, ['clone', '--quiet', '--depth=1', `file://${repository.folder}`, clone]);
    await publishFrom(topic, clone);
    expect((await told(topic)).commits.newest(WEB)?.author).toBe('alice');
  });

  it('is published without its annotations', async () => {
    const topic = await emptyLog();
    await publishFrom(topic, repositoryIn('annotated').folder);
    const { policies } = await told(topic);
    expect(JSON.stringify(policies)).not.toContain('not to be published');
  });

  it('on a dry run is counted and not sent', async () => {
    const topic = await emptyLog();
    expect(await publishFrom(topic, repositoryIn('dry').folder, true)).toMatchObject({ records: 8 });
    expect(await lengthOf(topic)).toBe(0);
  });
});
