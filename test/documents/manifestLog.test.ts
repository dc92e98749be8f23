// Manifests that went through the policy log, and those that were read from the folder: one answer.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestUpdate } from '../../src/cli/manifests/update.ts';
import { eventCodec } from '../../src/codec/eventCodec.ts';
import { commitSteps } from '../../src/documents/commitLog.ts';
import { manifestsOf, readManifestLog } from '../../src/documents/manifestLog.ts';
import { createManifests, type Manifests, policiesAmong } from '../../src/documents/manifests.ts';
import { compareWithManifests } from '../../src/documents/manifestsView.ts';
import type { ChangeEvent } from '../../src/model/event.ts';
import type { ObjectName } from '../../src/model/refs.ts';
import { createTimeline } from '../../src/timeline/writer.ts';
import { type ManifestFolder, manifestFolders } from '../arbitraries/manifests.ts';
import { currentSchema } from '../codec/schemas.ts';
import { createServer } from '../timeline/cluster.ts';

const codec = eventCodec(currentSchema(), []);

/** What is sent when the folder is published to a log that holds these events, as it is read from there. */
function published(log: readonly ChangeEvent[], folder: ManifestFolder): readonly ChangeEvent[] {
  const held = readManifestLog(log);
  const policies = policiesAmong(folder.objects);
  const steps = commitSteps(folder.files);
  const { events } = manifestUpdate(held, { policies, steps, isWholeHistory: true }, 'prod');
  return events.flatMap((event) => {
    const { body, ...rest } = codec.decode(codec.encode(event));
    return body.kind === 'PolicyChange' ? [{ ...rest, body }] : [];
  });
}

const NAMES: readonly ObjectName[] = (['NetworkPolicy', 'CiliumNetworkPolicy'] as const).flatMap((kind) =>
  ['web', 'cart'].flatMap((name) => ['', 'shop', 'edge'].map((namespace) => ({ kind, namespace, name }))),
);

/** All that manifests answer about the names. */
function answers(manifests: Manifests, { files }: ManifestFolder): unknown {
  const { policies, commits } = manifests;
  const bodies = files.flatMap(({ after }) => after);
  const times = files.map(({ commit }) => commit.at);
  return {
    policies: policies.length,
    names: NAMES.map((name) => ({
      standFor: manifests.standFor(name).map(({ source, object }) => [source, object['spec']]),
      newest: commits.newest(name),
      removedBy: times.map((at) => commits.removedBy(name, at)),
      madeBy: times.flatMap((at) => bodies.map((object) => commits.madeBy(name, object, at))),
    })),
  };
}

describe('manifests from the log', () => {
  it('answer what those of the folder answer, whatever was published before', () => {
    fc.assert(
      fc.property(fc.array(manifestFolders, { minLength: 1, maxLength: 4 }), (folders) => {
        const log: ChangeEvent[] = [];
        for (const folder of folders) {
          log.push(...published(log, folder));
          const read = manifestsOf(log);
          expect(read === null ? null : answers(read, folder)).toEqual(
            answers(createManifests(folder.objects, folder.files), folder),
          );
        }
      }),
    );
  });

  it('compare with the cluster as those of the folder do', () => {
    const server = createServer();
    server.run('web', 'create');
    const timeline = createTimeline('prod');
    for (const event of server.events) timeline.add(event);
    fc.assert(
      fc.property(manifestFolders, (folder) => {
        const read = manifestsOf(published([], folder));
        const [fromLog, fromFolder] = [read, createManifests(folder.objects, folder.files)].map(
          (manifests) => {
            const view = manifests === null ? null : compareWithManifests(timeline.reader, manifests);
            return timeline.reader.policies().map((state) => {
              const standing = view?.standingOf(state);
              return { ...standing, manifest: standing?.manifest?.source };
            });
          },
        );
        expect(fromLog).toEqual(fromFolder);
      }),
    );
  });

  it('are none before a run has ended, and as the last complete run said while one goes on', () => {
    fc.assert(
      fc.property(manifestFolders, manifestFolders, (first, second) => {
        const one = published([], first);
        const two = published(one, second);
        expect(manifestsOf(one.slice(0, -1))).toBeNull();
        const halfway = manifestsOf([...one, ...two.slice(0, -1)]);
        expect(halfway === null ? null : answers(halfway, first)).toEqual(
          answers(createManifests(first.objects, first.files), first),
        );
      }),
    );
  });

  it('stay as they are when events come twice', () => {
    fc.assert(
      fc.property(manifestFolders, manifestFolders, (first, second) => {
        const one = published([], first);
        const two = published(one, second);
        const read = manifestsOf([...one, ...two, ...one]);
        expect(read === null ? null : answers(read, second)).toEqual(
          answers(createManifests(second.objects, second.files), second),
        );
      }),
    );
  });
});

describe('the log', () => {
  it('does not grow when the folder is as it was', () => {
    fc.assert(
      fc.property(fc.array(manifestFolders, { minLength: 1, maxLength: 4 }), (folders) => {
        const log: ChangeEvent[] = [];
        for (const folder of folders) {
          log.push(...published(log, folder));
          expect(published(log, folder)).toEqual([]);
        }
      }),
    );
  });

  it('holds each file and each commit once, however often the folder goes back to what it was', () => {
    fc.assert(
      fc.property(manifestFolders, manifestFolders, (one, other) => {
        const log: ChangeEvent[] = [];
        for (const folder of [one, other, one, other]) log.push(...published(log, folder));
        expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
      }),
    );
  });

  it('is completed by the next run when a publisher died, whatever the folder has become since', () => {
    fc.assert(
      fc.property(manifestFolders, manifestFolders, fc.nat(), (one, other, cut) => {
        const log = [...published([], one)];
        const next = published(log, other);
        log.push(...next.slice(0, next.length === 0 ? 0 : cut % next.length));
        for (const folder of [one, other]) {
          const after = [...log, ...published(log, folder)];
          const read = manifestsOf(after);
          expect(read === null ? null : answers(read, folder)).toEqual(
            answers(createManifests(folder.objects, folder.files), folder),
          );
          expect(published(after, folder)).toEqual([]);
        }
      }),
    );
  });
});
