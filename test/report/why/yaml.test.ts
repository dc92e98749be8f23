// YAML to paste: whatever a log put into names and labels, an editor reads back what was meant.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/model/json.ts';
import { yamlLines } from '../../../src/report/why/yaml.ts';

const key = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('yes', '1', 'a: b', '- a', '#', '__x'),
  )
  .filter((text) => text !== '__proto__' && text.isWellFormed());
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.constantFrom('null', 'true', '0x1f', '1e3', '~', 'a:b', 'a: b', '', ' a', '2026-11-02', '.5', 'no'),
  fc.integer(),
  fc.boolean(),
);
const value = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(fc.oneof(leaf, fc.dictionary(key, tie('tree'), { maxKeys: 3 })), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
  ),
})).tree;
const object = fc
  .dictionary(key, value, { maxKeys: 4 })
  .map((fields): JsonObject => JSON.parse(JSON.stringify(fields)));

describe('YAML of a policy', () => {
  it('is read back as the same object', () => {
    fc.assert(
      fc.property(object, (fields) => {
        const text = Object.keys(fields).length === 0 ? '{}' : yamlLines(fields).join('\n');
        expect(parse(text)).toEqual(fields);
      }),
    );
  });

  it('is plain ASCII without control characters', () => {
    fc.assert(
      fc.property(object, (fields) => {
        expect(yamlLines(fields).join('')).toMatch(/^[ -~]*$/);
      }),
    );
  });

  it('stands as kubectl prints it', () => {
    const rule = { fromEndpoints: [{ matchLabels: { app: 'web' } }], toPorts: [{ ports: [{ port: '80' }] }] };
    expect(yamlLines({ ingress: [rule] })).toEqual([
      'ingress:',
      '- fromEndpoints:',
      '  - matchLabels:',
      '      app: web',
      '  toPorts:',
      '  - ports:',
      '    - port: "80"',
    ]);
  });
});
