import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/model/json.ts';
import { differences } from '../../src/documents/differences.ts';

describe('differences', () => {
  it('names the path of a changed value, before and after', () => {
    expect(differences({ a: { b: 1 } }, { a: { b: 2 } })).toEqual(['a.b: 1 → 2']);
  });

  it('says that a key came or went', () => {
    expect(differences({ a: 1 }, { b: { c: [1] } })).toEqual(['a: 1 → (none)', 'b: (none) → {"c":[1]}']);
  });

  it('sees no difference in the order of a list', () => {
    expect(differences({ ingress: [{ x: 1 }, { y: 2 }] }, { ingress: [{ y: 2 }, { x: 1 }] })).toEqual([]);
  });

  it('compares with each other the one item that went and the one that came', () => {
    const before = { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [8080] }] };
    const after = { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }], ports: [8080] }] };
    expect(differences(before, after)).toEqual(['ingress[0].from[0].podSelector.matchLabels.app: web → api']);
  });

  it('lists an object that was made or deleted as a whole', () => {
    expect(differences(null, { podSelector: {} })).toEqual(['spec: (none) → {"podSelector":{}}']);
  });

  it('shortens long values and long lists', () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`k${index}`, 'v'.repeat(500)]),
    );
    const lines = differences({}, many);
    expect(lines).toHaveLength(50);
    expect(lines.at(-1)).toBe('… and 151 more');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(150);
  });

  it('is empty exactly when nothing but the order of lists differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const original: JsonValue = JSON.parse(JSON.stringify(value));
        expect(differences(original, structuredClone(original))).toEqual([]);
      }),
    );
  });
});
