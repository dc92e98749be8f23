// The cluster against its manifests, over timelines that a small API server wrote.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManifests } from '../../src/documents/manifests.ts';
import { compareWithManifests, type ManifestsView } from '../../src/documents/manifestsView.ts';
import type { CommittedFile } from '../../src/model/commit.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { MICROS_PER_MINUTE, type Micros } from '../../src/model/time.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import type { TimelineReader } from '../../src/timeline/reader.ts';
import { createTimeline } from '../../src/timeline/writer.ts';
import { createServer, event, type Operation, type Server, START } from '../timeline/cluster.ts';

function timelineOf(server: Server, snapshot = true): TimelineReader {
  const timeline = createTimeline('c');
  for (const change of server.events) timeline.add(change);
  const objects = server.snapshot().map((object) => ({ object, source: 'policies.json' }));
  if (snapshot)
    for (const outcome of snapshotEvents(objects, { cluster: 'c', complete: true }))
      if (outcome.outcome === 'accepted') timeline.add(outcome.value);
  return timeline.reader;
}

/** As a person writes it: what the API server defaults is left out. */
function manifest(port: number, name = 'web', namespace: string | null = 'shop'): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, ...(namespace === null ? {} : { namespace }) },
    spec: { podSelector: {}, ingress: [{ from: [], ports: [{ port }] }] },
  };
}

function compare(
  timeline: TimelineReader,
  objects: readonly JsonObject[],
  history: readonly CommittedFile[] = [],
): ManifestsView {
  const declared = objects.map((object, index) => ({ object, source: `${index}.yaml#1` }));
  return compareWithManifests(timeline, createManifests(declared, history));
}

/** What the view says of a policy of namespace shop. */
function standing(timeline: TimelineReader, view: ManifestsView, name = 'web') {
  const state = timeline.policies().find(({ ref }) => ref === `NetworkPolicy/shop/${name}`);
  if (state === undefined) throw new Error(`no policy ${name}`);
  const { drift, diff, cause, manifest: found } = view.standingOf(state);
  return { drift, diff, cause: cause?.event?.id ?? null, manifest: found?.source ?? null };
}

/** The port that the server gave to the nth version of a policy. */
function portOf(server: Server, index: number, name = 'web'): number {
  return server.truth.get(name)?.at(index)?.port ?? 0;
}

function ran(...operations: readonly (readonly [string, Operation])[]): Server {
  const server = createServer();
  for (const [name, operation] of operations) server.run(name, operation);
  return server;
}

describe('a policy of the cluster', () => {
  it('that says what its manifest says is as the manifests want it', () => {
    const server = ran(['web', 'create'], ['web', 'label']);
    const timeline = timelineOf(server);
    const view = compare(timeline, [manifest(portOf(server, 0))]);
    expect(standing(timeline, view)).toEqual({ drift: null, diff: [], cause: null, manifest: '0.yaml#1' });
  });

  it('differs since the change that left the manifest, not since the last one', () => {
    const server = ran(['web', 'create'], ['web', 'spec'], ['web', 'spec'], ['web', 'label']);
    const timeline = timelineOf(server);
    const view = compare(timeline, [manifest(portOf(server, 0))]);
    const [from, to] = [portOf(server, 0), portOf(server, 2)];
    expect(standing(timeline, view)).toEqual({
      drift: 'differs-from-manifests',
      diff: [`ingress[0].ports[0].port: ${from} → ${to}`],
      cause: server.events[1]?.id,
      manifest: '0.yaml#1',
    });
    const marked = timeline.changes().filter((change) => view.driftBy(change) !== null);
    expect(marked.map((change) => [change.event?.id, view.driftBy(change)])).toEqual([
      [server.events[1]?.id, 'differs-from-manifests'],
    ]);
  });

  it('has no cause where no version was ever as the manifest', () => {
    const timeline = timelineOf(ran(['web', 'create'], ['web', 'spec']));
    expect(standing(timeline, compare(timeline, [manifest(1)]))).toMatchObject({
      drift: 'differs-from-manifests',
      cause: null,
    });
  });

  it('that no manifest holds is drift since its creation', () => {
    const server = ran(['web', 'create'], ['web', 'spec']);
    const timeline = timelineOf(server);
    expect(standing(timeline, compare(timeline, []))).toEqual({
      drift: 'not-in-manifests',
      diff: [],
      cause: server.events[0]?.id,
      manifest: null,
    });
  });

  it('that was deleted is drift since the deletion while a manifest holds it', () => {
    const server = ran(['web', 'create'], ['web', 'delete']);
    const timeline = timelineOf(server);
    const declared = manifest(portOf(server, 0));
    expect(standing(timeline, compare(timeline, [declared]))).toMatchObject({
      drift: 'not-in-cluster',
      cause: server.events[1]?.id,
    });
    expect(standing(timeline, compare(timeline, []))).toMatchObject({ drift: null, cause: null });
  });

  it('whose body nobody saw is not compared, and counted', () => {
    const timeline = createTimeline('c');
    const seen = { uid: 'u', generation: 2, resourceVersion: '5', confidence: 'metadata' } as const;
    timeline.add(event(1, START, { ...seen, objectForm: 'none' }));
    const view = compare(timeline.reader, [manifest(80)]);
    expect(standing(timeline.reader, view)).toMatchObject({ drift: null, manifest: '0.yaml#1' });
    expect(view.uncompared).toBe(1);
  });

  it('is as the manifests want it when it is as one of several of its name', () => {
    const server = ran(['web', 'create']);
    const timeline = timelineOf(server);
    const stages = [manifest(1, 'web', null), manifest(portOf(server, 0), 'web', null)];
    expect(standing(timeline, compare(timeline, stages))).toMatchObject({
      drift: null,
      manifest: '1.yaml#1',
    });
  });

  it('is compared with the manifest that names its namespace before one that names none', () => {
    const server = ran(['web', 'create']);
    const timeline = timelineOf(server);
    const objects = [manifest(portOf(server, 0), 'web', null), manifest(1)];
    expect(standing(timeline, compare(timeline, objects))).toMatchObject({
      drift: 'differs-from-manifests',
      manifest: '1.yaml#1',
    });
  });
});

describe('a manifest', () => {
  it('that the cluster never held is missing, where a snapshot says so', () => {
    const server = ran(['web', 'create']);
    const objects = [manifest(portOf(server, 0)), manifest(1, 'cart'), manifest(1, 'cart')];
    const names = (view: ManifestsView) => view.missing.map(({ name }) => name.name);
    expect(names(compare(timelineOf(server), objects))).toEqual(['cart']);
    expect(names(compare(timelineOf(server, false), objects))).toEqual([]);
  });

  it('without a namespace is missing only where no namespace has a policy of its name', () => {
    const server = ran(['web', 'create']);
    const objects = [manifest(1, 'web', null), manifest(1, 'cart', null)];
    const { missing } = compare(timelineOf(server), objects);
    expect(missing.map(({ name }) => name.name)).toEqual(['cart']);
  });

  it('of a namesake kind of another API group is none of ours', () => {
    const calico = { ...manifest(1), apiVersion: 'projectcalico.org/v3' };
    expect(createManifests([{ object: calico, source: 'x' }], []).policies).toEqual([]);
  });
});

describe('a commit', () => {
  const commit = (author: string, at: Micros) => ({
    id: author.padEnd(40, '0'),
    author,
    at,
    file: 'web.yaml',
  });
  const minutes = (count: number): Micros => START + count * MICROS_PER_MINUTE;

  function authors(server: Server, history: readonly CommittedFile[]): readonly string[] {
    const timeline = timelineOf(server);
    const view = compare(timeline, [], history);
    return timeline
      .changes()
      .filter(({ outcome }) => outcome === 'version' || outcome === 'tombstone')
      .map((change) => view.commitOf(change)?.author ?? 'nobody');
  }

  it('is named for the version that says the same, the newest before it first', () => {
    const server = ran(['web', 'create'], ['web', 'spec']);
    const [one, two] = [manifest(portOf(server, 0)), manifest(portOf(server, 1))];
    const history = [
      { commit: commit('later', minutes(60)), before: [one], after: [two] },
      { commit: commit('revert', minutes(-5)), before: [two], after: [one] },
      { commit: commit('jane', minutes(-10)), before: [one], after: [two] },
      { commit: commit('first', minutes(-20)), before: [], after: [one] },
    ];
    expect(authors(server, history)).toEqual(['revert', 'jane']);
  });

  it('that came only afterwards is named where none was there before', () => {
    const server = ran(['web', 'create'], ['web', 'spec']);
    const after = [manifest(portOf(server, 1))];
    const history = [{ commit: commit('later', minutes(60)), before: [], after }];
    expect(authors(server, history)).toEqual(['nobody', 'later']);
  });

  it('that only moved a policy to another file, or only touched its metadata, made nothing of it', () => {
    const server = ran(['web', 'create']);
    const one = manifest(portOf(server, 0));
    const moved = commit('mover', minutes(-5));
    const history = [
      { commit: moved, before: [one], after: [] },
      {
        commit: { ...moved, file: 'new.yaml' },
        before: [],
        after: [{ ...one, metadata: { ...META, labels: {} } }],
      },
      { commit: commit('jane', minutes(-10)), before: [], after: [one] },
    ];
    expect(authors(server, history)).toEqual(['jane']);
  });

  it('that removed a policy is named for the deletion, and for what was left in the cluster', () => {
    const server = ran(['web', 'create'], ['web', 'delete'], ['web', 'create']);
    const one = manifest(portOf(server, 0));
    const history = [
      { commit: commit('remover', minutes(-5)), before: [one], after: [] },
      { commit: commit('jane', minutes(-10)), before: [], after: [one] },
    ];
    expect(authors(server, history)).toEqual(['jane', 'remover', 'nobody']);
    const timeline = timelineOf(server);
    const view = compare(timeline, [], history);
    const [state] = timeline.policies();
    expect(state && view.standingOf(state)).toMatchObject({
      drift: 'not-in-manifests',
      newestCommit: { author: 'remover' },
    });
  });
});

const META = { name: 'web', namespace: 'shop' };

describe('whatever happened in the cluster', () => {
  it('manifests that hold what it holds at the end find no drift, and every drift has a name', () => {
    const operation = fc.constantFrom<Operation>('create', 'spec', 'label', 'same', 'delete', 'refused');
    const steps = fc.array(fc.tuple(fc.constantFrom('web', 'cart', 'db'), operation), { maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.subarray(['web', 'cart', 'db']), (operations, declared) => {
        const server = ran(...operations);
        const timeline = timelineOf(server);
        const held = new Map(
          [...server.truth].flatMap(([name, rows]) => {
            const port = rows.at(-1)?.port ?? null;
            return port === null ? [] : [[name, port] as const];
          }),
        );
        const same = compare(
          timeline,
          [...held].map(([name, port]) => manifest(port, name)),
        );
        expect(timeline.policies().filter((state) => same.standingOf(state).drift !== null)).toEqual([]);
        expect(same.missing).toEqual([]);

        const other = compare(
          timeline,
          declared.map((name) => manifest(1, name)),
        );
        const found = new Map([
          ...timeline.policies().map((state) => [state.ref, other.standingOf(state).drift] as const),
          ...other.missing.map(
            ({ name, standing: { drift } }) => [`NetworkPolicy/shop/${name.name}`, drift] as const,
          ),
        ]);
        for (const name of ['web', 'cart', 'db']) {
          const wanted = declared.includes(name)
            ? held.has(name)
              ? 'differs-from-manifests'
              : 'not-in-cluster'
            : held.has(name)
              ? 'not-in-manifests'
              : null;
          expect(found.get(`NetworkPolicy/shop/${name}`) ?? null).toBe(wanted);
        }
      }),
    );
  });
});
