import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCommit,
  encodeCommit,
  METADATA_BYTES,
  worstCommitBytes,
} from '../../src/rollup/commitMetadata.ts';

const position = fc.record({
  offset: fc.maxSafeInteger().map(Math.abs),
  index: fc.nat({ max: 36 ** 3 - 1 }),
});
const raw = fc
  .tuple(fc.constantFrom('raw.flows', 'raw_flows-eu', 'hubble'), fc.nat({ max: 40 }))
  .map(([topic, partition]) => `${topic}/${partition}`);
const commits = fc.record({
  policyOffset: fc.integer({ min: -1, max: 2 ** 37 }),
  origins: fc.array(fc.tuple(raw, position), { maxLength: 60 }).map((entries) => new Map(entries)),
});

describe('the metadata of a commit', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(commits, (commit) => {
        expect(decodeCommit(encodeCommit(commit) ?? '')).toEqual(commit);
      }),
    );
  });

  it('never exceed what start has allowed for', () => {
    const topics = ['raw.flows', 'raw_flows-eu', 'hubble'].map((topic) => ({ topic, partitions: 41 }));
    fc.assert(
      fc.property(commits, (commit) => {
        expect(encodeCommit(commit)?.length).toBeLessThanOrEqual(worstCommitBytes(topics));
      }),
    );
  });

  it('of 240 raw partitions fit into what a broker allows by default, whatever their offsets', () => {
    expect(worstCommitBytes([{ topic: 'raw.flows', partitions: 240 }])).toBeLessThanOrEqual(METADATA_BYTES);
  });

  it('are not given when they do not fit', () => {
    const origins = new Map([['raw.flows/0', { offset: 1, index: 0 }]]);
    expect(encodeCommit({ policyOffset: 1, origins }, 8)).toBeNull();
  });

  it('of another program, or cut, are not taken for ours', () => {
    for (const text of ['', '1', '2;3', '1;x!', '1;3;raw.flows', '1;3;~1', '1;3;raw~*zzzzzzzz', '1;3;raw~1.'])
      expect(decodeCommit(text)).toBeNull();
  });
});
