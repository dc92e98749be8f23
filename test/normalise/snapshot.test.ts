import { describe, expect, test } from 'vitest';
import type { ChangeEvent } from '../../src/model/event.ts';
import { at, isObject, type JsonObject } from '../../src/model/json.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import { networkPolicy, parsed, sampleText, tally } from './auditRecords.ts';

function itemsOf(name: string): readonly JsonObject[] {
  const items = at(parsed(sampleText(name)), 'items');
  return Array.isArray(items) ? items.filter(isObject) : [];
}

function events(objects: readonly JsonObject[], complete: boolean): readonly ChangeEvent[] {
  return snapshotEvents(
    objects.map((object) => ({ object, source: 'policies.json' })),
    { cluster: 'prod', complete },
  ).flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
}

describe('objects', () => {
  test('each policy of the sample cluster is observed, and each policy kind has its marker', () => {
    const objects = itemsOf('cluster/snapshot.json').map((object) => ({ object, source: 's' }));
    expect(tally(snapshotEvents(objects, { cluster: '', complete: true }))).toEqual({
      'observe success stored': 51,
      'list success none': 4,
    });
  });

  test.each([
    ['audit-real/snapshot-start.json', 3],
    ['audit-real/snapshot.json', 23],
  ])('%s holds %i policies', (name, count) => {
    expect(events(itemsOf(name), false)).toHaveLength(count);
  });

  test('an object is stamped with its creation, 0 without one', () => {
    const created = networkPolicy({ creationTimestamp: '2026-11-02T09:00:00Z' });
    const [first, second] = events([created, networkPolicy()], false);
    expect(first).toMatchObject({ observedAt: Date.UTC(2026, 10, 2, 9) * 1000, cluster: 'prod' });
    expect(first?.body).toMatchObject({
      changeOrigin: 'snapshot',
      verb: 'snapshot',
      generation: 2,
      uid: 'u-1',
    });
    expect(first?.origin).toEqual({ source: 'policies.json', partition: 0, offset: 1, index: 0 });
    expect(second?.observedAt).toBe(0);
  });

  test('a manifest without status, uid and version is observed, too', () => {
    const [only] = events([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }], false);
    expect(only?.body).toMatchObject({ uid: '', resourceVersion: '', generation: null });
  });

  test('pods, Calico policies and other config maps are ignored', () => {
    const objects = [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } },
      { apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name: 'x' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'kube-system' } },
    ].map((object) => ({ object, source: 's' }));
    expect(tally(snapshotEvents(objects, { cluster: '', complete: false }))).toEqual({
      'ignored other-resource': 2,
      'ignored other-config': 1,
    });
  });

  test('the same object has the same id wherever it was read', () => {
    const [one] = events([networkPolicy()], false);
    const [, other] = events([networkPolicy({ name: 'first' }), networkPolicy()], true);
    expect(other?.id).toBe(one?.id);
  });
});

describe('markers', () => {
  test('a marker carries the highest resourceVersion of its kind, as a number', () => {
    const objects = [
      networkPolicy({ name: 'a', resourceVersion: '99' }),
      networkPolicy({ resourceVersion: '100' }),
    ];
    const markers = events(objects, true).filter(({ body }) => body.action === 'list');
    expect(markers.map(({ body }) => [body.target.kind, body.baseResourceVersion])).toEqual([
      ['NetworkPolicy', '100'],
      ['CiliumNetworkPolicy', ''],
      ['CiliumClusterwideNetworkPolicy', ''],
      ['ClusterNetworkPolicy', ''],
    ]);
    expect(new Set(markers.map(({ id }) => id)).size).toBe(4);
  });
});
