import { describe, expect, it } from 'vitest';
import type { Assigned } from '../../../src/kafka/log.ts';
import { encodeCommit } from '../../../src/rollup/commitMetadata.ts';
import { beginningOf } from '../../../src/workers/join/owned.ts';

const BLOCK_OFFSETS = 256;
const ORIGINS = new Map([['raw.flows/0', { offset: 41, index: 2 }]]);

function assigned(position: number, offset: number, metadata: string): Assigned {
  const committed = { offset, metadata };
  return { topic: 'events', partition: 3, position, committed, end: 9_999, kept: false };
}

function metadata(): string {
  return encodeCommit({ policyOffset: 7, origins: ORIGINS }) ?? '';
}

describe('a new owner', () => {
  it('begins at the commit, with its origins, knowing no less of the policy log', () => {
    expect(beginningOf(assigned(512, 512, metadata()), BLOCK_OFFSETS)).toEqual({
      point: { position: 512, origins: ORIGINS, policyOffset: 7 },
      needsPolicyOffset: 7,
      warning: '',
    });
  });

  it('begins at the first record that is retained when nothing was ever committed', () => {
    const never: Assigned = { ...assigned(300, 0, ''), committed: null };
    expect(beginningOf(never, BLOCK_OFFSETS).point).toEqual({
      position: 300,
      origins: new Map(),
      policyOffset: -1,
    });
  });

  it('passes over the rest of a block whose head has left the retention, and says so', () => {
    const { point, warning } = beginningOf(assigned(600, 530, metadata()), BLOCK_OFFSETS);
    expect(point.position).toBe(768);
    expect(warning).toContain('records 530 to 599 left the retention');
  });

  it('begins where the log begins when whole blocks have left the retention', () => {
    const { point } = beginningOf(assigned(1_100, 530, metadata()), BLOCK_OFFSETS);
    expect(point.position).toBe(1_100);
  });

  it('warns where the commit is of another program', () => {
    expect(beginningOf(assigned(5, 5, 'something'), BLOCK_OFFSETS).warning).toContain('no metadata of ours');
  });
});
