// One decoding of the policy log for all who follow it in a process.
import { describe, expect, it } from 'vitest';
import { eventCodec } from '../../../src/codec/eventCodec.ts';
import { createPolicyRecords } from '../../../src/workers/policyLog/policyRecords.ts';
import { currentSchema } from '../../codec/schemas.ts';
import { CHANGES } from '../../support/smallWorld.ts';

describe('the records of the policy log', () => {
  it('are one and the same object for all who read an offset, and equal to what was written', () => {
    const codec = eventCodec(currentSchema(), []);
    const records = createPolicyRecords(codec);
    const values = CHANGES.map((change) => codec.encode(change));
    const read = values.map((value, offset) => records.event(offset, value));
    const again = values.map((value, offset) => records.event(offset, value));
    expect(read).toEqual(CHANGES);
    expect(again.every((event, offset) => event === read[offset])).toBe(true);
  });
});
