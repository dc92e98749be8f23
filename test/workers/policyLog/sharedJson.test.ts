import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedJson } from '../../../src/workers/policyLog/sharedJson.ts';

const anyJson = fc.jsonValue().map((value) => JSON.stringify(value));

describe('JSON whose equal parts are kept once', () => {
  it('says what it said', () => {
    const share = createSharedJson();
    fc.assert(
      fc.property(anyJson, (text) => {
        expect(share(JSON.parse(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is one and the same value for equal values', () => {
    const share = createSharedJson();
    fc.assert(
      fc.property(anyJson, (text) => {
        expect(share(JSON.parse(text))).toBe(share(JSON.parse(text)));
      }),
    );
  });

  it('shares the parts that two values have in common', () => {
    const share = createSharedJson();
    const of = (replicas: number) => share({ replicas, spec: { ports: [80, 443] } });
    const [one, other] = [of(1), of(2)].map((value) => Object(value));
    expect(one).not.toEqual(other);
    expect(one.spec).toBe(other.spec);
  });

  it('leaves what is too deep as it came', () => {
    const share = createSharedJson();
    const text = `${'['.repeat(500)}${']'.repeat(500)}`;
    expect(JSON.stringify(share(JSON.parse(text)))).toBe(text);
  });
});
