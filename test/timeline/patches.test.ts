// Patches as RFC 6902, RFC 7396 and the Kubernetes API describe them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { applyJsonPatch } from '../../src/timeline/jsonPatch.ts';
import { applyPatch, patchTouches } from '../../src/timeline/patches.ts';

describe('a JSON patch (examples of RFC 6902, appendix A)', () => {
  const cases: readonly (readonly [string, JsonValue, JsonValue, JsonValue | undefined])[] = [
    [
      'adds a member',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz', value: 'qux' }],
      { baz: 'qux', foo: 'bar' },
    ],
    [
      'adds an element',
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    ['appends', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
    ['removes a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    [
      'removes an element',
      { foo: ['bar', 'qux', 'baz'] },
      [{ op: 'remove', path: '/foo/1' }],
      { foo: ['bar', 'baz'] },
    ],
    [
      'replaces',
      { baz: 'qux', foo: 'bar' },
      [{ op: 'replace', path: '/baz', value: 'boo' }],
      { baz: 'boo', foo: 'bar' },
    ],
    [
      'moves',
      { foo: { bar: 'baz' }, qux: {} },
      [{ op: 'move', from: '/foo/bar', path: '/qux/thud' }],
      { foo: {}, qux: { thud: 'baz' } },
    ],
    ['tests', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'qux' }], { baz: 'qux' }],
    [
      'fails as a whole on a failed test',
      { baz: 'qux' },
      [
        { op: 'remove', path: '/baz' },
        { op: 'test', path: '/baz', value: 'bar' },
      ],
      undefined,
    ],
    [
      'fails where the target does not exist',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz/bat', value: 'qux' }],
      undefined,
    ],
    [
      'unescapes ~01 to ~1',
      { '/': 9, '~1': 10 },
      [{ op: 'test', path: '/~01', value: 10 }],
      { '/': 9, '~1': 10 },
    ],
    [
      'does not take strings for numbers',
      { '/': 9, '~1': 10 },
      [{ op: 'test', path: '/~01', value: '10' }],
      undefined,
    ],
    ['is refused with an unknown operation', {}, [{ op: 'jump', path: '/a' }], undefined],
    [
      'is refused with an index that has a leading zero',
      { foo: [1, 2] },
      [{ op: 'remove', path: '/foo/01' }],
      undefined,
    ],
  ];
  it.each(cases)('%s', (_, value, patch, expected) => {
    expect(applyJsonPatch(value, patch)).toEqual(expected);
  });

  it('treats __proto__ as a key like any other', () => {
    const patch = [{ op: 'add', path: '/__proto__', value: { polluted: true } }];
    const result = applyJsonPatch({}, patch);
    expect(Object.keys(result ?? {})).toEqual(['__proto__']);
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });

  it('never alters the value that it is given', () => {
    const path = fc.constantFrom('', '/a', '/a/0', '/b/c', '/a/-');
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy'),
      path,
      from: path,
      value: fc.constantFrom(1, null, [2]),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 5 }), (patch) => {
        const value = { a: [1, { x: 1 }], b: { c: 2 } };
        applyJsonPatch(value, patch);
        expect(value).toEqual({ a: [1, { x: 1 }], b: { c: 2 } });
      }),
    );
  });
});

describe('a merge patch (examples of RFC 7396, appendix A)', () => {
  const cases: readonly (readonly [JsonObject, JsonValue, JsonValue | null])[] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: 'b' }, ['c'], null],
  ];
  it.each(cases)('of %j with %j gives %j', (base, body, expected) => {
    expect(applyPatch(base, { format: 'merge', body })).toEqual(expected);
  });

  it('deeper than any policy is refused, not followed', () => {
    let body: JsonValue = 1;
    for (let depth = 0; depth < 5_000; depth += 1) body = { a: body };
    expect(() => applyPatch({}, { format: 'merge', body })).not.toThrow();
  });
});

describe('a strategic merge patch', () => {
  const base = { metadata: { finalizers: ['a'] }, spec: { ingress: [1], egress: [2] } };
  it('replaces an object where it says so', () => {
    const body = { spec: { $patch: 'replace', ingress: [3] } };
    expect(applyPatch(base, { format: 'strategic', body })?.['spec']).toEqual({ ingress: [3] });
  });

  it('keeps only the keys that it retains', () => {
    const body = { spec: { $retainKeys: ['ingress'] } };
    expect(applyPatch(base, { format: 'strategic', body })?.['spec']).toEqual({ ingress: [1] });
  });

  it('adds finalizers and takes away those that it lists', () => {
    const added = applyPatch(base, { format: 'strategic', body: { metadata: { finalizers: ['b'] } } });
    expect(added?.['metadata']).toEqual({ finalizers: ['a', 'b'] });
    const body = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } };
    expect(applyPatch(base, { format: 'strategic', body })?.['metadata']).toEqual({ finalizers: [] });
  });

  it('ignores the order of elements', () => {
    const body = { metadata: { '$setElementOrder/finalizers': ['a'] } };
    expect(applyPatch(base, { format: 'strategic', body })).toEqual(base);
  });
});

describe('what a patch touches', () => {
  it.each([
    [true, { format: 'merge', body: { spec: { ingress: null } } }],
    [true, { format: 'merge', body: { spec: null } }],
    [false, { format: 'merge', body: { metadata: { labels: { a: 'b' } } } }],
    [true, { format: 'json', body: [{ op: 'add', path: '/spec/ingress/-', value: {} }] }],
    [true, { format: 'json', body: [{ op: 'replace', path: '', value: {} }] }],
    [true, { format: 'json', body: [{ op: 'move', from: '/spec/a', path: '/metadata/b' }] }],
    [
      false,
      {
        format: 'json',
        body: [
          { op: 'test', path: '/spec', value: 1 },
          { op: 'remove', path: '/metadata/labels/a' },
        ],
      },
    ],
    [false, { format: 'json', body: [{ op: 'replace', path: '/specs', value: [] }] }],
  ] as const)('%s: the spec, by %j', (expected, patch) => {
    expect(patchTouches(patch, ['spec'])).toBe(expected);
  });
});
