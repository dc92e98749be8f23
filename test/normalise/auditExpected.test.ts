// What single records tell, against the truth that a separate watch saw (audit-real/expected.jsonl). What
// takes several records (versions, no-ops, collections below RequestResponse) is the timeline's to find.
import { describe, expect, test } from 'vitest';
import type { PolicyChange } from '../../src/model/event.ts';
import { at, field, type JsonObject, text } from '../../src/model/json.ts';
import { isTrackedKind } from '../../src/model/refs.ts';
import { eventsIn, sampleObjects } from './auditRecords.ts';

const FILES = [
  'requestresponse.jsonl',
  'requestresponse-recommended.jsonl',
  'request.jsonl',
  'metadata.jsonl',
  'truncated.jsonl',
  'restored.jsonl',
  'webhook-eventlists.jsonl',
] as const;

interface Matched {
  readonly row: JsonObject;
  readonly change: PolicyChange;
}

const rows = sampleObjects('audit-real/expected.jsonl');

/** Rows that a finished record tells, each with the changes of its auditID, kind and name. */
function matchesIn(file: string): readonly Matched[] {
  const changes = new Map<string, PolicyChange>();
  for (const event of eventsIn(sampleObjects(`audit-real/${file}`)))
    if (event.body.action !== 'received') changes.set(event.id, event.body);
  return rows
    .filter((row) => row['file'] === file && isTrackedKind(text(row['kind'])) && row['outcome'] !== 'list')
    .flatMap((row) =>
      [...changes.values()]
        .filter((change) => change.auditId === row['auditID'] && change.target.kind === row['kind'])
        .filter(({ target }) => row['name'] === undefined || [row['name'], ''].includes(target.name))
        .map((change) => ({ row, change })),
    );
}

const matched = FILES.flatMap(matchesIn);
const byOutcome = (outcome: string): readonly Matched[] =>
  matched.filter(({ row }) => row['outcome'] === outcome);

describe('expected.jsonl', () => {
  test('every write that any line shows has its change', () => {
    const missing = rows.filter(
      (row) =>
        row['outcome'] !== 'list' &&
        row['logged'] !== false &&
        isTrackedKind(text(row['kind'])) &&
        !matched.some((match) => match.row === row),
    );
    expect(missing).toEqual([]);
  });

  test('194 refusals are failures, and 67 of 68 dry runs are dry runs', () => {
    const refused = byOutcome('failed');
    expect(refused).toHaveLength(194);
    expect(refused.every(({ change }) => change.result === 'failure')).toBe(true);
    const tried = byOutcome('dry-run');
    const unseen = tried.filter(({ change }) => change.result !== 'dry-run');
    expect(tried).toHaveLength(68);
    // At level Metadata the body that asked for the dry run is not logged.
    expect(unseen.map(({ row }) => [row['file'], text(row['label'])])).toEqual([
      ['metadata.jsonl', 'np dry-run delete by DeleteOptions body'],
    ]);
  });

  test('versions, tombstones and no-ops are never taken for refusals or dry runs', () => {
    const done = matched.filter(({ row }) => !['failed', 'dry-run'].includes(text(row['outcome'])));
    expect(done.length).toBeGreaterThan(700);
    expect(done.filter(({ change }) => change.result !== 'success')).toEqual([]);
  });

  test('at RequestResponse each tombstone is a delete, with the uid, unless the record was truncated', () => {
    const tombstones = byOutcome('tombstone').filter(({ row }) => row['level'] === 'RequestResponse');
    const whole = tombstones.filter(({ row }) => row['truncated'] !== true);
    expect(tombstones.length - whole.length).toBe(3);
    expect(whole).toHaveLength(77);
    for (const { row, change } of whole)
      expect([change.action, change.uid, change.confidence]).toEqual(['delete', row['uid'], 'exact']);
  });

  test('what finalizers hold is terminating, never deleted', () => {
    const held = matched.filter(
      ({ row, change }) => row['change'] === 'terminating' && change.action !== 'collect',
    );
    expect(held).toHaveLength(28);
    expect(held.filter(({ change }) => change.action !== 'terminate')).toEqual([]);
  });

  test('status writes are status, and hold no spec', () => {
    const status = matched.filter(({ row }) => row['change'] === 'status');
    expect(status).toHaveLength(14);
    for (const { change } of status) {
      expect(change.action).toBe('status');
      expect(field(change.object, 'spec')).toBeUndefined();
      expect(at(change.patch, 'body', 'spec')).toBeUndefined();
    }
  });

  test('where a record tells uid, generation or resourceVersion, it tells the true one', () => {
    const lies = matched.filter(({ row, change }) => {
      // An auditID that the client sent twice stands for two rows.
      if (text(row['auditID']).startsWith('client-chosen')) return false;
      const told = [
        [change.uid, row['uid']],
        [change.generation ?? '', row['generation']],
        [change.resourceVersion, row['resourceVersion']],
      ] as const;
      // Rows of config maps deleted have no uid.
      return row['outcome'] !== 'other-kind' && told.some(([ours, truth]) => ours !== '' && ours !== truth);
    });
    expect(lies).toEqual([]);
  });

  test('each full answer at RequestResponse gives uid, generation and resourceVersion', () => {
    const stored = byOutcome('version').filter(
      ({ change }) => change.action === 'write' && change.objectForm === 'stored',
    );
    expect(stored.length).toBeGreaterThan(250);
    for (const { change } of stored) {
      expect(change.uid).not.toBe('');
      expect(change.resourceVersion).not.toBe('');
      expect(change.generation).not.toBeNull();
    }
  });

  test('code, user and impersonator are those of the truth', () => {
    expect(
      matched.filter(
        ({ row, change }) =>
          change.code !== row['code'] ||
          change.actor.user !== text(row['user']) ||
          change.actor.impersonator !== text(row['authUser']),
      ),
    ).toEqual([]);
  });

  test('a refused impersonation names the caller only', () => {
    const refused = matched.filter(({ row }) => row['attemptedUser'] !== undefined);
    expect(refused.length).toBeGreaterThan(0);
    for (const { row, change } of refused) {
      expect(change.actor.user).toBe(row['user']);
      expect(change.actor.user).not.toBe(row['attemptedUser']);
      expect(change.actor.impersonator).toBe('');
    }
  });
});
