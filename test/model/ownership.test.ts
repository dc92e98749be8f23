import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { at, isObject, type JsonObject, text } from '../../src/model/json.ts';
import { managedBy } from '../../src/model/ownership.ts';

function owned(labels: JsonObject, annotations: JsonObject = {}): JsonObject {
  return { kind: 'NetworkPolicy', metadata: { name: 'web', labels, annotations } };
}

test.each([
  [
    'an Argo CD tracking id',
    owned(
      { 'app.kubernetes.io/instance': 'other' },
      { 'argocd.argoproj.io/tracking-id': 'shop:x/NetworkPolicy:shop/web' },
    ),
    { manager: 'Argo CD', instance: 'shop' },
  ],
  [
    'an Argo CD label',
    owned({ 'argocd.argoproj.io/instance': 'shop' }),
    { manager: 'Argo CD', instance: 'shop' },
  ],
  [
    'a Kustomization',
    owned({ 'kustomize.toolkit.fluxcd.io/name': 'edge' }),
    { manager: 'Flux', instance: 'edge' },
  ],
  [
    'a HelmRelease, though Helm marks it, too',
    owned(
      { 'helm.toolkit.fluxcd.io/name': 'edge', 'app.kubernetes.io/managed-by': 'Helm' },
      { 'meta.helm.sh/release-name': 'edge' },
    ),
    { manager: 'Flux', instance: 'edge' },
  ],
  [
    'a Helm release',
    owned({ 'app.kubernetes.io/managed-by': 'Helm' }, { 'meta.helm.sh/release-name': 'data' }),
    { manager: 'Helm', instance: 'data' },
  ],
  ['a Fleet bundle', owned({ 'fleet.cattle.io/bundle-name': 'net' }), { manager: 'Fleet', instance: 'net' }],
  [
    'Config Sync',
    owned(
      { 'app.kubernetes.io/managed-by': 'configmanagement.gke.io' },
      { 'configsync.gke.io/manager': ':root' },
    ),
    { manager: 'Config Sync', instance: ':root' },
  ],
])('%s owns its object', (_what, object, owner) => {
  expect(managedBy(object)).toEqual(owner);
});

test('the instance label alone, or nothing, says nothing', () => {
  expect(managedBy(owned({ 'app.kubernetes.io/instance': 'shop' }))).toBeNull();
  expect(managedBy({})).toBeNull();
  expect(managedBy(null)).toBeNull();
});

test('the policies that people changed by hand in the sample cluster have the owners of the truth', () => {
  const read = (name: string): string =>
    readFileSync(new URL(`../samples/cluster/${name}`, import.meta.url), 'utf8');
  const snapshot: unknown = JSON.parse(read('snapshot.json'));
  const items = at(snapshot, 'items');
  const managers = new Map<string, string>();
  for (const item of Array.isArray(items) ? items.filter(isObject) : [])
    managers.set(text(at(item, 'metadata', 'uid')), managedBy(item)?.manager ?? '');
  const names = new Map([
    ['argocd', 'Argo CD'],
    ['flux', 'Flux'],
    ['helm', 'Helm'],
  ]);
  const rows = read('truth-policies.ndjson')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter((row) => managers.has(text(at(row, 'uid'))) && at(row, 'owner') !== undefined);
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows)
    expect([at(row, 'policy'), managers.get(text(at(row, 'uid')))]).toEqual([
      at(row, 'policy'),
      names.get(text(at(row, 'owner'))) ?? '',
    ]);
});
