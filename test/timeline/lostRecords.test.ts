// What a timeline may claim when records are missing: it may know less than happened, never something else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../../src/model/event.ts';
import { at, field, number, text } from '../../src/model/json.ts';
import type { Micros } from '../../src/model/time.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import type { PolicyVersion } from '../../src/timeline/reader.ts';
import { createServer, START, type Operation, type Server, type Truth } from './cluster.ts';
import { timelineOf } from './samples.ts';

const OPERATIONS: readonly Operation[] = ['create', 'spec', 'label', 'same', 'delete', 'create', 'spec'];

const operations = fc.array(fc.constantFrom(...OPERATIONS), { minLength: 2, maxLength: 25 });
const losses = fc.array(fc.boolean(), { minLength: 25, maxLength: 25 });

function serverAfter(run: readonly Operation[]): Server {
  const server = createServer();
  for (const operation of run) server.run('web', operation);
  return server;
}

function truthAt(server: Server, t: Micros): Truth | undefined {
  return server.truth.get('web')?.findLast(({ from }) => from <= t);
}

function versionAt(versions: readonly PolicyVersion[], t: Micros): PolicyVersion | undefined {
  return versions.find(({ from, until }) => from <= t && t < until);
}

function portOf(version: PolicyVersion): number | undefined {
  const rule = field(version.object, 'spec');
  const ingress = field(rule, 'ingress');
  const ports = Array.isArray(ingress) ? field(ingress[0], 'ports') : undefined;
  return Array.isArray(ports) ? number(field(ports[0], 'port')) : undefined;
}

function shownBy(server: Server): readonly ChangeEvent[] {
  const objects = server.snapshot().map((object) => ({ object, source: 'snapshot.json' }));
  return snapshotEvents(objects, { cluster: 'c', complete: true }).flatMap((outcome) =>
    outcome.outcome === 'accepted' ? [outcome.value] : [],
  );
}

/**
 * Where a version with a body claims to hold a spec that was not stored then. Only times between two
 * surviving records that show the generation of the same incarnation count (before a delete: any later
 * record): beyond them nothing can betray what was lost.
 */
function falsehoods(
  server: Server,
  left: readonly ChangeEvent[],
  versions: readonly PolicyVersion[],
): readonly unknown[] {
  const telling = left.filter(({ body }) => body.result === 'success' && body.generation !== null);
  const times = server.events.flatMap(({ observedAt }) => [observedAt, observedAt + 1_500_000]);
  return times.flatMap((t) => {
    const truth = truthAt(server, t);
    const own = telling.filter(({ body }) => truth?.port === null || body.uid === truth?.uid);
    const isBetween =
      own.some(({ observedAt }) => observedAt <= t) && own.some(({ observedAt }) => observedAt >= t);
    const version = versionAt(versions, t);
    if (!isBetween || version === undefined || version.object === null || t < version.provenFrom) return [];
    const told = { uid: version.uid, port: portOf(version) };
    const real = { uid: truth?.uid, port: truth?.port };
    return told.uid === real.uid && told.port === real.port ? [] : [{ t: t - START, told, real }];
  });
}

describe('a timeline of a log that lost records', () => {
  it('never claims a body that was not stored between two records of the incarnation', () => {
    fc.assert(
      fc.property(operations, losses, (run, lost) => {
        const server = serverAfter(run);
        const left = server.events.filter((_, index) => lost[index] !== true);
        const versions = timelineOf(left).reader.versionsFor('shop');
        expect(falsehoods(server, left, versions)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('nor with a complete snapshot taken at the end', () => {
    fc.assert(
      fc.property(operations, losses, (run, lost) => {
        const server = serverAfter(run);
        const left = server.events.filter((_, index) => lost[index] !== true);
        const versions = timelineOf([...left, ...shownBy(server)]).reader.versionsFor('shop');
        expect(falsehoods(server, left, versions)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows at the end what a snapshot taken at the end shows', () => {
    fc.assert(
      fc.property(operations, losses, (run, lost) => {
        const server = serverAfter(run);
        const left = server.events.filter((_, index) => lost[index] !== true);
        const { reader } = timelineOf([...left, ...shownBy(server)]);
        const held = reader.versionsFor('shop').filter(({ until }) => until === Number.MAX_SAFE_INTEGER);
        const shown = server.snapshot().map((object) => text(at(object, 'metadata', 'uid')));
        if (shown.length === 0) return;
        expect(held.map(({ uid }) => uid)).toEqual(shown);
        expect(held.map(portOf)).toEqual([truthAt(server, Infinity)?.port]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('knows everything when a snapshot, with something in it that the log never names, was taken before it', () => {
    fc.assert(
      fc.property(operations, operations, (before, run) => {
        const server = serverAfter(before);
        server.run('untouched', 'create');
        const seed = shownBy(server);
        const split = server.events.length;
        for (const operation of run) server.run('web', operation);
        const log = server.events.slice(split);
        const { reader } = timelineOf([...seed, ...log]);
        const versions = reader.versionsFor('shop').filter(({ ref }) => ref === 'NetworkPolicy/shop/web');
        const told = log.map(({ observedAt }) => {
          const version = versionAt(versions, observedAt);
          return version === undefined ? null : portOf(version);
        });
        expect(told).toEqual(log.map(({ observedAt }) => truthAt(server, observedAt)?.port ?? null));
        expect(falsehoods(server, log, versions)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('adds nothing when the same snapshot is read again', () => {
    fc.assert(
      fc.property(operations, (run) => {
        const server = serverAfter(run);
        const once = timelineOf([...server.events, ...shownBy(server)]);
        const again = shownBy(server).map((event, index) => ({ ...event, id: `again-${index}` }));
        const twice = timelineOf([...server.events, ...shownBy(server), ...again]);
        expect(twice.reader.versionsFor('shop').length).toBe(once.reader.versionsFor('shop').length);
        expect(twice.reader.changes().length).toBe(once.reader.changes().length);
        expect(once.reader.changes().length).toBe(server.events.length);
      }),
    );
  });
});
