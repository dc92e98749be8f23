// Where a document goes and which of two wins: functions of the event and of how much was known, never of when
// somebody wrote it.
import { describe, expect, it } from 'vitest';
import { rollupDocuments } from '../../src/documents/rollupDocument.ts';
import { verdictDocument } from '../../src/documents/verdictDocument.ts';
import { openBlock } from '../../src/rollup/block.ts';
import { auditLog, flowEvents, joinFlows, sampleLines, timelineOf } from '../support/cluster.ts';

const [line = ''] = sampleLines('cluster/flows.ndjson');
const timeline = timelineOf('prod-eu1', [], auditLog([], 'audit'));

function verdictOf(text: string) {
  const [verdict] = joinFlows(timeline, flowEvents([text], 'flows')).verdicts;
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
}

const verdict = verdictOf(line);
const FINAL = { policyOffset: 7, status: 'final' } as const;

describe('a verdict document', () => {
  it('lies in the index of its day, under 48 bits of milliseconds and 80 bits of hash', () => {
    const { _id, _index } = verdictDocument(verdict, FINAL);
    expect(_index).toBe('netpol-verdicts-2026.11.02');
    expect(_id).toMatch(/^[0-9a-f]{32}$/);
    expect(Number.parseInt(_id.slice(0, 12), 16)).toBe(Date.parse('2026-11-02T08:00:00.000Z'));
  });

  it('has another id on another node or in another cluster, though the uuid is the same', () => {
    const ids = [
      line,
      line.replaceAll('prod-eu1/node-3', 'prod-eu1/node-4'),
      line.replaceAll('prod-eu1/', 'other/'),
    ];
    expect(new Set(ids.map((text) => verdictDocument(verdictOf(text), FINAL)._id)).size).toBe(3);
  });

  it('wins over every provisional one, and over a final one that knew fewer policies', () => {
    const version = (policyOffset: number, status: 'final' | 'provisional'): number =>
      verdictDocument(verdict, { policyOffset, status })._version;
    expect(version(0, 'final')).toBeGreaterThan(version(2 ** 36, 'provisional'));
    expect(version(8, 'final')).toBeGreaterThan(version(7, 'final'));
    expect(version(2 ** 37 - 1, 'final')).toBeLessThan(2 ** 53);
  });
});

describe('a rollup document', () => {
  const rolled = (partition: string, number: number, records: number, policyOffset: number) => {
    const block = openBlock(partition, number);
    block.add(verdict);
    const [document] = rollupDocuments(block.close(), records, policyOffset);
    if (document === undefined) throw new Error('no rollup');
    return document;
  };

  it('lies in the index of its month, under an id of partition, block, window and key', () => {
    expect(rolled('flows', 0, 1, 0)._index).toBe('netpol-rollups-2026.11');
    const ids = [
      rolled('flows', 0, 1, 0),
      rolled('flows', 0, 9, 9),
      rolled('flows', 1, 1, 0),
      rolled('other', 0, 1, 0),
    ];
    expect(new Set(ids.map(({ _id }) => _id)).size).toBe(3);
  });

  it('wins by the records that it includes, and only then by the policies that it knows', () => {
    expect(rolled('flows', 0, 2, 0)._version).toBeGreaterThan(rolled('flows', 0, 1, 2 ** 36)._version);
    expect(rolled('flows', 0, 2, 3)._version).toBeGreaterThan(rolled('flows', 0, 2, 2)._version);
    expect(rolled('flows', 0, 32_768, 2 ** 37 - 2)._version).toBeLessThan(2 ** 53);
  });
});
