import { describe, expect, test } from 'vitest';
import { giveBack, ownBytes } from '../../src/model/bytes.ts';

describe('memory that is given back', () => {
  test('leaves all views of it empty', () => {
    const bytes = ownBytes(Buffer.from('somebody else has these'));
    const view = bytes.subarray(0, 8);
    expect(String(view)).toBe('somebody');
    giveBack(bytes);
    giveBack(bytes);
    expect([bytes.length, view.length]).toEqual([0, 0]);
  });

  test('is not taken from others who have a part in it', () => {
    const whole = ownBytes(Buffer.from('one two'));
    giveBack(whole.subarray(0, 3));
    const pooled = Buffer.from('small ones share a pool');
    giveBack(pooled);
    expect([String(whole), String(pooled)]).toEqual(['one two', 'small ones share a pool']);
  });
});
