// Complete lists and collections deleted by selector: what they say of objects that they do not name.
import { describe, expect, it } from 'vitest';
import type { ChangeEvent, PolicyChange } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { FOREVER, formatInstant, MICROS_PER_SECOND } from '../../src/model/time.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import { matchesSelector } from '../../src/timeline/selector.ts';
import { event, START } from './cluster.ts';
import { timelineOf } from './samples.ts';

function named(name: string, labels: JsonObject = {}, finalizers: readonly string[] = []): JsonObject {
  return {
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop', uid: name, generation: 1, labels, finalizers },
    spec: { podSelector: {} },
  };
}

function at(second: number, parts: Partial<PolicyChange>, name: string): ChangeEvent {
  return event(second, START + second * MICROS_PER_SECOND, parts, name);
}

function create(second: number, object: JsonObject, name: string): ChangeEvent {
  const parts = {
    verb: 'create',
    code: 201,
    uid: name,
    generation: 1,
    resourceVersion: String(100 + second),
  };
  return at(second, { ...parts, objectForm: 'stored', object }, name);
}

/** A list at some second that shows just the named objects, each as created. */
function list(second: number, names: readonly string[]): readonly ChangeEvent[] {
  const frame = { verb: 'list', auditId: `list-${second}` };
  const shown = names.map((name) => ({
    ...at(
      second,
      {
        ...frame,
        action: 'observe',
        uid: name,
        generation: 1,
        resourceVersion: '101',
        objectForm: 'stored',
        object: named(name),
      },
      name,
    ),
    id: `list-${second}-${name}`,
  }));
  const target = { kind: 'NetworkPolicy', namespace: '', name: '' } as const;
  return [
    ...shown,
    at(second, { ...frame, action: 'list', target, baseResourceVersion: String(100 + second) }, ''),
  ];
}

function collect(second: number, selector: string): ChangeEvent {
  const target = { kind: 'NetworkPolicy', namespace: 'shop', name: '' } as const;
  return at(
    second,
    { action: 'collect', verb: 'deletecollection', target, selector, confidence: 'inferred' },
    '',
  );
}

function outcomes(events: readonly ChangeEvent[]): readonly string[] {
  return timelineOf(events)
    .reader.changes()
    .map(({ outcome, name, at: time }) =>
      `${outcome} ${name} ${Math.floor((time - START) / MICROS_PER_SECOND)}`.trim(),
    );
}

describe('a complete list', () => {
  it('on which a known object does not stand tells that its delete is lost', () => {
    const events = [create(1, named('a'), 'a'), create(2, named('b'), 'b'), ...list(9, ['a'])];
    expect(outcomes(events)).toEqual(['version a 1', 'version b 2', 'gap b 2', 'tombstone b 9']);
    const [, b] = timelineOf(events).reader.policies();
    expect(b?.deletedAt).toBe(START + 9 * MICROS_PER_SECOND);
  });

  it('says nothing of an object that is written to later on', () => {
    const later = at(
      12,
      { uid: 'b', generation: 2, resourceVersion: '112', objectForm: 'stored', object: named('b') },
      'b',
    );
    expect(outcomes([create(2, named('b'), 'b'), ...list(9, []), later])).toEqual([
      'version b 2',
      'version b 12',
    ]);
  });

  it('adds nothing where it shows what is known', () => {
    expect(outcomes([create(1, named('a'), 'a'), ...list(9, ['a']), ...list(19, ['a'])])).toEqual([
      'version a 1',
    ]);
  });
});

describe('a snapshot beside a log of requests', () => {
  const requested = at(
    1,
    { verb: 'create', code: 201, objectForm: 'requested', object: named('a'), confidence: 'inferred' },
    'a',
  );
  const unknown = at(5, { objectForm: 'none', confidence: 'metadata' }, 'a');
  const spec = { podSelector: { matchLabels: { app: 'a' } } };
  const now: JsonObject = {
    ...named('a'),
    apiVersion: 'networking.k8s.io/v1',
    metadata: {
      name: 'a',
      namespace: 'shop',
      uid: 'a',
      generation: 2,
      resourceVersion: '140',
      creationTimestamp: formatInstant(START + MICROS_PER_SECOND),
    },
    spec,
  };
  const taken = snapshotEvents([{ object: now, source: 'now.json' }], {
    cluster: 'c',
    complete: true,
  }).flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));

  it('gives the last version the body that the request did not show', () => {
    const { reader } = timelineOf([requested, unknown, ...taken]);
    const versions = reader.versionsFor('shop');
    expect(versions.map(({ uid, object }) => [uid, object?.['spec'] ?? null])).toEqual([
      ['a', { podSelector: {} }],
      ['a', null],
      ['a', spec],
    ]);
  });

  it('of fewer generations than requests is not taken for the last state', () => {
    const more = at(7, { objectForm: 'none', confidence: 'metadata' }, 'a');
    const { reader } = timelineOf([requested, unknown, more, ...taken]);
    expect(reader.versionsFor('shop').at(-1)?.object).toBeNull();
  });
});

describe('a collection deleted by selector', () => {
  it('ends the known objects whose labels match, and marks those that finalizers hold', () => {
    const events = [
      create(1, named('a', { tmp: 'yes' }), 'a'),
      create(2, named('b'), 'b'),
      create(3, named('c', { tmp: 'yes' }, ['hold']), 'c'),
      collect(9, 'labelSelector=tmp=yes'),
    ];
    expect(outcomes(events).slice(3)).toEqual(['tombstone a 9', 'terminating c 9']);
    const held = timelineOf(events)
      .reader.versionsFor('shop')
      .filter(({ until }) => until === FOREVER);
    expect(held.map(({ ref }) => ref)).toEqual(['NetworkPolicy/shop/b', 'NetworkPolicy/shop/c']);
  });

  it('that met nothing is one change without effect', () => {
    expect(outcomes([create(1, named('a'), 'a'), collect(9, 'labelSelector=tmp')])).toEqual([
      'version a 1',
      'no-op  9',
    ]);
  });

  it('leaves unknown the objects whose labels are not known', () => {
    const unseen = at(1, { verb: 'create', code: 201, confidence: 'metadata' }, 'a');
    expect(outcomes([unseen, collect(9, 'labelSelector=tmp=yes')])).toEqual(['version a 1', 'gap a 9']);
  });
});

describe('a selector', () => {
  const object = named('web', { app: 'web', tier: 'front' });
  it.each([
    ['', true],
    ['labelSelector=app=web', true],
    ['labelSelector=app==web,tier!=back', true],
    ['labelSelector=app=api', false],
    ['labelSelector=app', true],
    ['labelSelector=!app', false],
    ['labelSelector=missing', false],
    ['labelSelector=missing!=x', true],
    ['labelSelector=app in (web, api),tier notin (back)', true],
    ['labelSelector=app notin (web)', false],
    ['labelSelector=missing notin (web)', true],
    ['labelSelector=app>3', 'unknown'],
    ['fieldSelector=metadata.name=web', true],
    ['fieldSelector=metadata.name!=web', false],
    ['fieldSelector=status.phase=x', 'unknown'],
    ['labelSelector=app=api&fieldSelector=status.phase=x', false],
  ] as const)('%j gives %s', (selector, expected) => {
    expect(matchesSelector(selector, 'web', object)).toBe(expected);
  });
});
