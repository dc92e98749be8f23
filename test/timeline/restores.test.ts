// An etcd restore: resourceVersions go back, and every object with them.
import { describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../../src/model/event.ts';
import { FOREVER, parseMicros } from '../../src/model/time.ts';
import { findRestores } from '../../src/timeline/restores.ts';
import { createServer } from './cluster.ts';
import { auditEvents, snapshotOf, timelineOf } from './samples.ts';

const log = auditEvents('audit-real/restored.jsonl');
const { reader } = timelineOf([...snapshotOf('audit-real/snapshot-start.json'), ...log]);
const restoredAt = parseMicros('2026-11-21T02:41:30.084037Z') ?? 0;

describe('a restore in a real log', () => {
  it('is found at the first write of the new history', () => {
    expect(findRestores(log)).toEqual([{ at: restoredAt, firstRevision: 255 }]);
  });

  it('gives the changes after it an epoch of their own', () => {
    const epochs = reader
      .changes()
      .map(({ at, restoreEpoch }) => restoreEpoch === (at >= restoredAt ? 1 : 0));
    expect(epochs.every(Boolean)).toBe(true);
  });

  it('brings back what was deleted, takes what was created, and undoes what was changed', () => {
    const changes = reader.changes().filter(({ event }) => event === null);
    expect(changes.map(({ ref, outcome, at, confidence }) => ({ ref, outcome, at, confidence }))).toEqual(
      [
        { ref: 'CiliumNetworkPolicy/shop/pre-existing-cnp', outcome: 'version' },
        { ref: 'NetworkPolicy/shop/a', outcome: 'tombstone' },
        { ref: 'NetworkPolicy/shop/pre-existing-np', outcome: 'version' },
      ].map((row) => ({ ...row, at: restoredAt, confidence: 'inferred' })),
    );
  });

  it('leaves alone what was not touched since before it', () => {
    const untouched = reader.versionsFor('').filter(({ ref }) => ref.endsWith('/pre-existing-ccnp'));
    expect(untouched.map(({ until }) => until)).toEqual([FOREVER]);
  });
});

describe('resourceVersions that go on rising', () => {
  const server = createServer();
  for (let step = 0; step < 20; step += 1) server.run(`p${step % 5}`, step < 5 ? 'create' : 'spec');

  it('are no restore', () => {
    expect(findRestores(server.events)).toEqual([]);
  });

  it('are none where clocks of API servers differ by some seconds', () => {
    const skewed = server.events
      .map(
        (event, index): ChangeEvent => ({ ...event, observedAt: event.observedAt + (index % 2) * 9_000_000 }),
      )
      .toSorted((left, right) => left.observedAt - right.observedAt);
    expect(findRestores(skewed)).toEqual([]);
  });
});
