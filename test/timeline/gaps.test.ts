// Writes that the log lost, and requests whose outcome it lost: seen as gaps, or proved to have been nothing.
import { describe, expect, it } from 'vitest';
import type { ChangeEvent, PolicyChange } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { FOREVER, MICROS_PER_SECOND } from '../../src/model/time.ts';
import { event, START } from './cluster.ts';
import { timelineOf } from './samples.ts';

const SECOND = MICROS_PER_SECOND;

function policy(generation: number, port: number, uid = 'u1'): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop', uid, generation, creationTimestamp: '2026-01-01T00:00:01Z' },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ ports: [{ protocol: 'TCP', port }] }] },
  };
}

function write(second: number, generation: number, more: Partial<PolicyChange> = {}): ChangeEvent {
  const uid = more.uid ?? 'u1';
  return event(second, START + second * SECOND, {
    action: 'write',
    verb: generation === 1 ? 'create' : 'patch',
    code: generation === 1 ? 201 : 200,
    uid,
    generation,
    resourceVersion: String(100 + second),
    objectForm: 'stored',
    object: policy(generation, 8000 + generation, uid),
    ...more,
  });
}

function received(second: number, verb = 'patch'): ChangeEvent {
  return event(second, START + second * SECOND, { action: 'received', result: 'unknown', verb });
}

/** Outcome and seconds of every change, and seconds and port (null = body unknown) of every version. */
function told(events: readonly ChangeEvent[]): unknown {
  const { reader } = timelineOf(events);
  const seconds = (at: number): number | string =>
    at === FOREVER ? 'on' : Math.floor((at - START) / SECOND);
  return {
    changes: reader.changes().map(({ outcome, at }) => `${outcome} ${seconds(at)}`),
    versions: reader.versionsFor('shop').map((version) => {
      const port = JSON.stringify(version.object)?.match(/"port":(\d+)/)?.[1] ?? 'unknown';
      return `${seconds(version.from)}–${seconds(version.until)}: ${version.object === null ? 'unknown' : port}`;
    }),
  };
}

describe('a jump of generation', () => {
  it('is a gap from just after the last record of the state before it', () => {
    expect(told([write(1, 1), write(5, 2, { generation: 1, object: policy(1, 8001) }), write(9, 3)])).toEqual(
      {
        changes: ['version 1', 'metadata 5', 'gap 5', 'version 9'],
        versions: ['1–5: 8001', '5–9: unknown', '9–on: 8003'],
      },
    );
  });

  it('at the first record of an object is none: what was before is not known', () => {
    expect(told([write(9, 3)])).toEqual({
      changes: ['version 9'],
      versions: ['1–9: unknown', '9–on: 8003'],
    });
  });

  it('of one with a request to delete in it is no version but the marking', () => {
    const deletionTimestamp = '2026-01-01T00:00:05Z';
    const metadata = { uid: 'u1', generation: 2, deletionTimestamp, finalizers: ['f'] };
    const marked = write(5, 2, {
      action: 'terminate',
      verb: 'delete',
      object: { ...policy(1, 8001), metadata },
    });
    expect(told([write(1, 1), marked])).toEqual({
      changes: ['version 1', 'terminating 5'],
      versions: ['1–on: 8001'],
    });
  });
});

describe('a request without outcome', () => {
  const later = event(200, START + 200 * SECOND, { result: 'failure', code: 403 }, 'other');

  it('is a gap once the log goes on a minute beyond it', () => {
    expect(told([write(1, 1), received(5), later])).toEqual({
      changes: ['version 1', 'gap 5', 'failure 200'],
      versions: ['1–5: 8001', '5–on: unknown'],
    });
  });

  it('is not judged before that', () => {
    expect(told([write(1, 1), received(5)])).toEqual({ changes: ['version 1'], versions: ['1–on: 8001'] });
  });

  it('changed nothing when the same generation is seen after it', () => {
    const seen = write(9, 1, { verb: 'patch', code: 200 });
    expect(told([write(1, 1), received(5), seen, later])).toEqual({
      changes: ['version 1', 'no-op 5', 'metadata 9', 'failure 200'],
      versions: ['1–on: 8001'],
    });
  });

  it('changed nothing when the next generation is that of a write that is known to alter the spec', () => {
    const patch = { format: 'merge', body: { spec: {} } } as const;
    expect(told([write(1, 1), received(5), write(9, 2, { patch }), later])).toEqual({
      changes: ['version 1', 'no-op 5', 'version 9', 'failure 200'],
      versions: ['1–9: 8001', '9–on: 8002'],
    });
  });

  it('is the write behind a generation that a patch of labels shows', () => {
    const patch = { format: 'merge', body: { metadata: { labels: {} } } } as const;
    expect(told([write(1, 1), received(5), write(9, 2, { patch }), later])).toEqual({
      changes: ['version 1', 'gap 5', 'metadata 9', 'failure 200'],
      versions: ['1–5: 8001', '5–on: 8002'],
    });
  });

  it('is one change with its outcome when that is in another record', () => {
    const done = write(6, 2, { auditId: 'audit-5', requestReceivedAt: START + 5 * SECOND });
    expect(told([write(1, 1), received(5), done, later])).toEqual({
      changes: ['version 1', 'version 6', 'failure 200'],
      versions: ['1–6: 8001', '6–on: 8002'],
    });
  });

  it('to delete is where a lost delete happened', () => {
    expect(told([write(1, 1), received(5, 'delete'), write(9, 1, { uid: 'u2' })])).toEqual({
      changes: ['version 1', 'gap 5', 'version 9'],
      versions: ['1–5: 8001', '5–9: unknown', '9–on: 8001'],
    });
  });

  it('to create was refused when a later create succeeds', () => {
    expect(told([received(1, 'create'), write(5, 1), later])).toEqual({
      changes: ['no-op 1', 'version 5', 'failure 200'],
      versions: ['5–on: 8001'],
    });
  });
});

describe('a write whose record is truncated', () => {
  const cut: Partial<PolicyChange> = {
    generation: null,
    resourceVersion: '',
    objectForm: 'none',
    object: null,
    verb: 'update',
    code: 200,
    confidence: 'metadata',
    truncated: true,
  };

  it('is a version without a body when the next generation skips one', () => {
    expect(told([write(1, 1), write(5, 2, cut), write(9, 3)])).toEqual({
      changes: ['version 1', 'version 5', 'version 9'],
      versions: ['1–5: 8001', '5–9: unknown', '9–on: 8003'],
    });
  });

  it('altered metadata alone when the generation is the same after it', () => {
    expect(told([write(1, 1), write(5, 2, cut), write(9, 1, { verb: 'patch', code: 200 })])).toEqual({
      changes: ['version 1', 'metadata 5', 'metadata 9'],
      versions: ['1–on: 8001'],
    });
  });
});

describe('an incarnation', () => {
  it('whose delete is lost ends in a gap when another is created', () => {
    expect(told([write(1, 1), write(9, 1, { uid: 'u2' })])).toEqual({
      changes: ['version 1', 'gap 1', 'version 9'],
      versions: ['1–1: 8001', '1–9: unknown', '9–on: 8001'],
    });
  });

  it('ends with its delete, whatever resourceVersion and time that shows', () => {
    const removed = event(8, START + 4 * SECOND, {
      action: 'delete',
      uid: 'u1',
      resourceVersion: '101',
      verb: 'patch',
    });
    expect(told([write(1, 1), write(5, 2), removed])).toEqual({
      changes: ['version 1', 'tombstone 5', 'version 5'],
      versions: ['1–5: 8001', '5–5: 8002'],
    });
  });

  it('keeps the order of resourceVersions where clocks disagree', () => {
    const second = write(5, 2, { resourceVersion: '300' });
    const third = write(4, 3, { resourceVersion: '301' });
    expect(told([write(1, 1), third, second])).toEqual({
      changes: ['version 1', 'version 5', 'version 5'],
      versions: ['1–5: 8001', '5–5: 8002', '5–on: 8003'],
    });
  });
});
