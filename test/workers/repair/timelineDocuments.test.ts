// The change and policy documents that the repairer writes: those that `analyze` would make of the same records,
// each sent when it says something new, and taken back when it turns out that it never was.
import { afterEach, describe, expect, it } from 'vitest';
import { manifestUpdate } from '../../../src/cli/manifests/update.ts';
import { changeDocument } from '../../../src/documents/changeDocument.ts';
import type { Document } from '../../../src/documents/document.ts';
import { readManifestLog } from '../../../src/documents/manifestLog.ts';
import { policiesAmong } from '../../../src/documents/manifests.ts';
import { policyDocument } from '../../../src/documents/policyDocument.ts';
import { withdrawn } from '../../../src/documents/withdrawn.ts';
import { JOIN_DEFAULTS } from '../../../src/join/enriched.ts';
import type { ChangeEvent, Event } from '../../../src/model/event.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { createLogTimelines } from '../../../src/workers/policyLog/logTimelines.ts';
import { type RunningRepair, startRepair } from '../../../src/workers/repair/worker.ts';
import { eventually } from '../../support/eventually.ts';
import { beginning, change, CLUSTER, createScene, type MemoryScene, type Scene } from './scene.ts';

const running: RunningRepair[] = [];

afterEach(async () => {
  for (const repair of running.splice(0)) await repair.stop();
});

async function repaired(scene: Scene, last: number): Promise<RunningRepair> {
  const repair = await startRepair(scene.parts());
  running.push(repair);
  await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
  return repair;
}

/** As one pass over all records makes them, by id. */
function madeOf(events: readonly Event[]): ReadonlyMap<string, string> {
  const timelines = createLogTimelines(JOIN_DEFAULTS);
  events.forEach((event, offset) => {
    timelines.read(offset, event);
  });
  timelines.answers.advance();
  const timeline = timelines.answers.timeline(CLUSTER);
  const documents = [
    ...timeline.changes().map((one) => changeDocument(CLUSTER, one)),
    ...timeline.policies().map((state) => policyDocument(CLUSTER, state)),
  ];
  return new Map(documents.map((document) => [document._id, said(document)]));
}

function stored({ store }: MemoryScene): readonly Document[] {
  return [...store.documents.values()].filter(({ _index }) => /^netpol-(changes|policies)/.test(_index));
}

function said({ _index, fields }: Document): string {
  return JSON.stringify([_index, fields]);
}

function isWithdrawn({ fields }: Document): boolean {
  return fields['change.outcome'] === 'withdrawn';
}

const ORDER = [2, 0, 4, 1, 6, 3, 5, 7, 8];

describe('change and policy documents', () => {
  it('are, once all is repaired, those of one pass over the log, whatever order it came in', async () => {
    const scene = await createScene();
    const begun = await scene.publish(...beginning());
    await repaired(scene, begun);
    const events: Event[] = [...beginning()];
    for (const index of ORDER) {
      events.push(change(index));
      const last = await scene.publish(change(index));
      await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    }
    const live = stored(scene).filter((document) => !isWithdrawn(document));
    expect(new Map(live.map((document) => [document._id, said(document)]))).toEqual(madeOf(events));
  });

  it('carry the policy offset that they are made as of as their version', async () => {
    const scene = await createScene();
    const last = await scene.publish(...beginning(), change(0));
    await repaired(scene, last);
    expect(new Set(stored(scene).map(({ _version }) => _version))).toEqual(new Set([last + 1]));
  });

  it('are taken back when a late record fills the gap that they told of', async () => {
    const scene = await createScene();
    const last = await scene.publish(...beginning(), change(0), change(2));
    const repair = await repaired(scene, last);
    const gap = stored(scene).find(({ fields }) => fields['change.outcome'] === 'gap');
    expect(gap).toBeDefined();
    await repair.stop();
    await repaired(scene, await scene.publish(change(1)));
    const now = stored(scene).find(({ _id }) => _id === gap?._id);
    expect(now?.fields).toMatchObject({
      'change.outcome': 'withdrawn',
      'change.at': gap?.fields['change.at'],
    });
  });

  it('are taken back, too, when the repairer that wrote them died before it could say so', async () => {
    const scene = await createScene();
    await (await repaired(scene, await scene.publish(...beginning()))).stop();
    await scene.publish(change(0), change(2));
    const log = scene.broker.connect();
    scene.store.failAt(({ _index }) => _index.startsWith('netpol-policies'));
    const dying = await startRepair(scene.parts({ log }));
    await expect(dying.failure).rejects.toThrow('the store died');
    await scene.broker.kill(log);
    const gap = stored(scene).find(({ fields }) => fields['change.outcome'] === 'gap');
    expect(gap).toBeDefined();
    await repaired(scene, await scene.publish(change(1)));
    expect(stored(scene).find(({ _id }) => _id === gap?._id)?.fields['change.outcome']).toBe('withdrawn');
  });

  it('are not sent again at a start that has nothing new to say', async () => {
    const scene = await createScene();
    const last = await scene.publish(...beginning(), change(0), change(4));
    await (await repaired(scene, last)).stop();
    const writes = scene.store.writes.length;
    await repaired(scene, last);
    const looks = scene.looks();
    await eventually(() => scene.looks() > looks + 3, scene.soon);
    expect(scene.store.writes.length).toBe(writes);
  });

  it('are sent only where a record altered them', async () => {
    const scene = await createScene();
    const last = await scene.publish(...beginning(), change(0));
    await repaired(scene, last);
    const writes = scene.store.writes.length;
    await scene.publish(change(4));
    await eventually(() => scene.store.writes.length > writes, scene.soon);
    const [written] = scene.store.writes.slice(writes);
    expect(new Set(written?.map(({ fields }) => fields['policy.ref']))).toEqual(
      new Set(['CiliumNetworkPolicy/data/db']),
    );
  });
});

/** What `netpol-drift manifests` would publish of a folder that holds these policies. */
function published(before: readonly ChangeEvent[], objects: readonly JsonObject[]): readonly ChangeEvent[] {
  const declared = policiesAmong(
    objects.map((object, index) => ({ object, source: `shop.yaml#${index + 1}` })),
  );
  const folder = { policies: declared, steps: [], isWholeHistory: true };
  return manifestUpdate(readManifestLog(before), folder, CLUSTER).events;
}

const cart = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace: 'shop', name: 'cart' },
  spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'], ingress: [] },
};
const missing = { ...cart, metadata: { namespace: 'shop', name: 'nowhere' } };

describe('Git manifests in the policy log', () => {
  it('are compared with the cluster, as soon as they are published and whenever either changes', async () => {
    const scene = await createScene();
    const declared = published([], [cart, missing]);
    const driftOf = (name: string): unknown =>
      stored(scene).find(
        ({ _index, fields }) => _index === 'netpol-policies' && fields['policy.name'] === name,
      )?.fields['drift'];
    await repaired(scene, await scene.publish(...beginning(), ...declared));
    expect([driftOf('cart'), driftOf('nowhere')]).toEqual([['differs-from-manifests'], ['not-in-cluster']]);
    // The change makes the cluster what the manifest says.
    await scene.publish(change(0));
    await eventually(() => driftOf('cart') === undefined, scene.soon);
    expect(driftOf('nowhere')).toEqual(['not-in-cluster']);
  });

  it('take a policy back that only they held, when it leaves them', async () => {
    const scene = await createScene();
    const declared = published([], [cart, missing]);
    await repaired(scene, await scene.publish(...beginning(), ...declared));
    await scene.publish(...published(declared, [cart]));
    const nowhere = (): Document | undefined =>
      stored(scene).find(({ fields }) => fields['policy.name'] === 'nowhere');
    await eventually(() => nowhere()?.fields['drift'] === undefined, scene.soon);
    expect(nowhere()?.fields['change.outcome']).toBe('withdrawn');
  });
});

describe('a document that was withdrawn', () => {
  it('claims no drift and no time any more', () => {
    const document: Document = {
      _id: 'a',
      _index: 'netpol-changes-2026',
      _version: 1,
      fields: {
        'change.at': '2026-11-02T09:00:00Z',
        'change.until': '2026-11-02T09:01:00Z',
        drift: ['manual-change'],
      },
    };
    expect(withdrawn(document).fields).toEqual({
      'change.at': '2026-11-02T09:00:00Z',
      'change.outcome': 'withdrawn',
    });
  });
});
