// What `snapshot` sends to the policy log, and what it leaves.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changesIn } from '../../../src/cli/publish/policyTopic.ts';
import { publishSnapshot } from '../../../src/cli/snapshot/publishSnapshot.ts';
import { createMemoryBroker } from '../../../src/kafka/memory/broker.ts';
import { loadManifests } from '../../../src/manifests/load.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { createTimeline } from '../../../src/timeline/writer.ts';
import { SAMPLES, snapshotChanges } from '../../support/cluster.ts';
import { lengthOf, policyTopic } from '../publish/policyTopic.ts';

const REQUEST = { complete: true, cluster: 'prod', dryRun: false };

function policy(name: string, resourceVersion: string): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion, generation: 1 },
    spec: { podSelector: {} },
  };
}

function loaded(...objects: readonly JsonObject[]) {
  return objects.map((object, index) => ({ object, source: `policies.json:1 items[${index}]` }));
}

const emptyLog = () => policyTopic(createMemoryBroker({ now: () => 0 }).connect(), 'netpol.policy-changes');

describe('a snapshot', () => {
  it('is published once, however often it is sent', async () => {
    const topic = await emptyLog();
    const objects = loaded(policy('web', '5'), policy('cart', '6'), { apiVersion: 'v1', kind: 'Secret' });
    expect(await publishSnapshot(topic, { ...REQUEST, objects })).toEqual({
      kinds: [{ kind: 'NetworkPolicy', objects: 2, added: 2 }],
      ignored: 1,
      markers: 4,
    });
    const length = await lengthOf(topic);
    const again = await publishSnapshot(topic, { ...REQUEST, objects });
    expect(again).toMatchObject({ kinds: [{ objects: 2, added: 0 }], markers: 0 });
    expect(await lengthOf(topic)).toBe(length);
  });

  it('that differs from the last one adds what differs, and the end of that kind', async () => {
    const topic = await emptyLog();
    await publishSnapshot(topic, { ...REQUEST, objects: loaded(policy('web', '5'), policy('cart', '6')) });
    const length = await lengthOf(topic);
    const objects = loaded(policy('web', '7'), policy('cart', '6'));
    const account = await publishSnapshot(topic, { ...REQUEST, objects });
    expect(account).toMatchObject({ kinds: [{ objects: 2, added: 1 }], markers: 1 });
    expect(await lengthOf(topic)).toBe(length + 2);
  });

  it('says nothing of what is absent when it is not complete', async () => {
    const topic = await emptyLog();
    const account = await publishSnapshot(topic, {
      ...REQUEST,
      objects: loaded(policy('web', '5')),
      complete: false,
    });
    expect(account).toMatchObject({ markers: 0 });
    expect(await lengthOf(topic)).toBe(1);
  });

  it('of one cluster is not that of another', async () => {
    const topic = await emptyLog();
    const objects = loaded(policy('web', '5'));
    await publishSnapshot(topic, { ...REQUEST, objects });
    const other = await publishSnapshot(topic, { ...REQUEST, objects, cluster: 'test' });
    expect(other).toMatchObject({ kinds: [{ added: 1 }] });
  });

  it('on a dry run says what it would send, and sends nothing', async () => {
    const topic = await emptyLog();
    const objects = loaded(policy('web', '5'));
    expect(await publishSnapshot(topic, { ...REQUEST, objects, dryRun: true })).toMatchObject({
      kinds: [{ added: 1 }],
      markers: 4,
    });
    expect(await lengthOf(topic)).toBe(0);
  });

  it('makes the timeline that its file makes', async () => {
    const topic = await emptyLog();
    const { objects } = await loadManifests([fileURLToPath(new URL('cluster/snapshot.json', SAMPLES))]);
    await publishSnapshot(topic, { ...REQUEST, objects });
    const [fromLog, fromFile] = [createTimeline('prod'), createTimeline('prod')];
    for await (const event of changesIn(topic, 'prod')) fromLog.add(event);
    for (const event of snapshotChanges('cluster/snapshot.json')) fromFile.add({ ...event, cluster: 'prod' });
    expect(fromLog.reader.policies().length).toBeGreaterThan(20);
    expect(fromLog.reader.policies().map(({ ref, version }) => [ref, version?.object])).toEqual(
      fromFile.reader.policies().map(({ ref, version }) => [ref, version?.object]),
    );
    expect(fromLog.reader.hasSnapshot()).toBe(true);
  });
});
