// What members tell each other survives the way; what another make of member says is no claim.
import kafkajs from 'kafkajs';
import { describe, expect, test } from 'vitest';
import {
  decodeAssignment,
  decodeClaim,
  encodeAssignment,
  encodeClaim,
} from '../../../src/kafka/client/memberMessages.ts';

const OWNED = [
  { topic: 'hubble.flows', partition: 3 },
  { topic: 'k8s.audit', partition: 0 },
];

describe('a claim', () => {
  test('says what is asked for, what is had and since when', () => {
    const claim = { topics: ['hubble.flows', 'k8s.audit'], owned: OWNED, generation: 7 };
    expect(decodeClaim({ memberId: 'm', memberMetadata: encodeClaim(claim) })).toEqual({
      memberId: 'm',
      ...claim,
    });
  });

  test.each([
    '',
    '{',
    '{"owned":[{"topic":7,"partition":"x"}]}',
    '[]',
  ])('with the user data %s claims nothing real', (text) => {
    const memberMetadata = kafkajs.AssignerProtocol.MemberMetadata.encode({
      version: 0,
      topics: ['t'],
      userData: Buffer.from(text),
    });
    const { topics, owned, generation } = decodeClaim({ memberId: 'm', memberMetadata });
    expect([topics, generation]).toEqual([['t'], -1]);
    expect(owned.filter(({ topic, partition }) => topic !== '' && partition >= 0)).toEqual([]);
  });
});

describe('an assignment', () => {
  test('names its partitions, sorted', () => {
    const places = [...OWNED, { topic: 'hubble.flows', partition: 1 }];
    expect(decodeAssignment(encodeAssignment(places))).toEqual([places[2], OWNED[0], OWNED[1]]);
  });

  test('may be of nothing, or empty', () => {
    expect([decodeAssignment(encodeAssignment([])), decodeAssignment(Buffer.alloc(0))]).toEqual([[], []]);
  });
});
