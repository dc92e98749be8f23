// `snapshot` and `manifests` as processes, where they end before they speak to Kafka.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolder, run } from '../../support/command.ts';

let folder = '';
beforeAll(() => {
  folder = makeFolder();
  writeFileSync(join(folder, 'broken.yaml'), 'kind: [NetworkPolicy\n');
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web' } };
  writeFileSync(join(folder, 'shop.json'), JSON.stringify(policy));
  const pods = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } }));
  writeFileSync(join(folder, 'pods.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }));
  writeFileSync(join(folder, 'none.json'), '{"apiVersion":"v1","kind":"List","items":[]}');
});
afterAll(() => removeFolder(folder));

describe('snapshot', () => {
  it('asks which cluster when nothing says it', async () => {
    const ended = await run(['snapshot', '--file', 'shop.json'], folder);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('which cluster? pass --cluster NAME or set CLUSTER');
  });

  it('publishes nothing of what it cannot read', async () => {
    const ended = await run(['snapshot', '--cluster', 'prod'], folder, 'Error from server (Forbidden)');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('nothing was published');
  });

  it.each([
    ['pods.json', 'pods.json holds 2 Pods and no policy: nothing was published'],
    ['none.json', 'nothing was published'],
  ])('refuses %s: every policy would seem to be gone', async (file, message) => {
    for (const dryRun of [[], ['--dry-run']]) {
      const ended = await run(['snapshot', '--cluster', 'prod', '--file', file, ...dryRun], folder);
      expect(ended).toMatchObject({ code: 3, stdout: '' });
      expect(ended.stderr).toContain(message);
      expect(ended.stderr).toContain('--allow-no-policies');
    }
  });

  it.each([
    'pods.json',
    'none.json',
  ])('takes %s for a cluster without policies when told so', async (file) => {
    const ended = await run(['snapshot', '--file', file, '--allow-no-policies'], folder);
    expect(ended.stderr).toContain('which cluster?');
  });

  it('names every setting that is wrong', async () => {
    const variables = { KAFKA_BROKERS: 'kafka', OPENSEARCH_URL: 'opensearch' };
    const ended = await run(['snapshot', '--file', 'shop.json'], folder, '', variables);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('KAFKA_BROKERS=kafka: expected host:port');
    expect(ended.stderr).toContain('OPENSEARCH_URL=opensearch: expected');
  });
});

describe('manifests', () => {
  it('needs a path', async () => {
    const ended = await run(['manifests', '--cluster', 'prod'], folder);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('pass --path FOLDER');
  });

  it('publishes nothing when one of them cannot be read: its policies would seem to have left', async () => {
    const ended = await run(['manifests', '--cluster', 'prod', '--path', folder], folder);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('broken.yaml');
    expect(ended.stderr).toContain('nothing was published');
  });

  it.each(['snapshot', 'manifests', 'setup'])('%s knows its formats', async (command) => {
    const path = command === 'manifests' ? ['--path', 'shop.json'] : [];
    const ended = await run([command, ...path, '--format', 'xml'], folder);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('--format xml: unknown; one of text, json');
  });
});
