// The simulated cluster's policy history against its truth: every version and every delete, with times, users
// and resourceVersions.
import { describe, expect, it } from 'vitest';
import type { ChangeRecord } from '../../src/timeline/reader.ts';
import { number, text } from '../../src/model/json.ts';
import { isPolicyKind } from '../../src/model/refs.ts';
import { FOREVER, parseMicros } from '../../src/model/time.ts';
import { auditEvents, jsonLines, snapshotOf, timelineOf } from './samples.ts';

interface Row {
  readonly policy: string;
  readonly uid: string;
  readonly generation: number | null;
  readonly resourceVersion: string;
  readonly at: number | null;
  /** Of versions. */
  readonly until: number | null;
  readonly user: string;
  readonly verb: string;
}

const events = [...snapshotOf('cluster/snapshot.json'), ...auditEvents('cluster/audit.ndjson')];
const { reader } = timelineOf(events);
const truth = jsonLines('cluster/truth-policies.ndjson');

/** A truncated record shows no resourceVersion. */
function isTruncated(auditId: string): boolean {
  return events.some(({ body }) => body.auditId === auditId && body.truncated);
}

const trueChanges: readonly Row[] = truth.map((row) => {
  const isDelete = row['deleted'] === true;
  return {
    policy: text(row['policy']),
    uid: text(row['uid']),
    generation: isDelete ? null : (number(row['generation']) ?? null),
    resourceVersion: isDelete || isTruncated(text(row['auditID'])) ? '' : text(row['resourceVersion']),
    at: parseMicros(text(row['at'])) ?? null,
    until: isDelete ? null : (parseMicros(text(row['until'])) ?? FOREVER),
    user: text(row['user']),
    verb: text(row['verb']),
  };
});

function rowOf(change: ChangeRecord): Row {
  const isDelete = change.outcome === 'tombstone';
  const isShown = change.event?.body.changeOrigin === 'snapshot';
  return {
    policy: change.ref,
    uid: change.uid,
    generation: isDelete ? null : change.generation,
    resourceVersion: isDelete ? '' : change.resourceVersion,
    at: isShown ? null : change.at,
    until: isDelete ? null : change.until,
    user: change.event?.body.actor.user ?? '',
    verb: change.event?.body.verb ?? '',
  };
}

function sorted(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

describe('the timeline of the simulated cluster', () => {
  const changes = reader
    .changes()
    .filter(({ kind, outcome }) => isPolicyKind(kind) && (outcome === 'version' || outcome === 'tombstone'));

  it('holds exactly the versions and deletes that happened', () => {
    const written = trueChanges.filter(({ at }) => at !== null);
    expect(sorted(changes.map(rowOf).filter(({ at }) => at !== null))).toEqual(sorted(written));
  });

  it('holds every policy of the snapshot, each as one version that nothing we know began', () => {
    const shown = trueChanges.filter(({ at }) => at === null).map(({ policy, uid }) => `${policy} ${uid}`);
    const begun = changes.map(rowOf).filter(({ at }) => at === null);
    expect(begun.map(({ policy, uid }) => `${policy} ${uid}`).sort()).toEqual(shown.toSorted());
  });

  it('finds no gap and no restore', () => {
    expect(reader.changes().filter(({ outcome }) => outcome === 'gap')).toEqual([]);
    expect(new Set(reader.changes().map(({ restoreEpoch }) => restoreEpoch))).toEqual(new Set([0]));
  });

  it('knows every body but the one whose record was truncated', () => {
    const unknown = reader.policies().flatMap(({ ref }) => {
      const [, namespace] = ref.split('/');
      return reader
        .versionsFor(namespace ?? '')
        .filter((version) => version.ref === ref && version.object === null);
    });
    expect(unknown.map(({ ref, generation, confidence }) => ({ ref, generation, confidence }))).toEqual([
      { ref: 'NetworkPolicy/vault/vault', generation: 2, confidence: 'metadata' },
    ]);
  });

  it('is complete from just before the first audit record on', () => {
    const range = reader.auditRange();
    const stretch = reader.completeAround(range?.from ?? 0);
    expect(stretch).toEqual({ from: (range?.from ?? 0) - 60_000_000, until: FOREVER });
    expect(reader.completeAround((stretch?.from ?? 0) - 1)).toBeNull();
  });
});
