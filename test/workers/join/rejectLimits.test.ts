import { describe, expect, it } from 'vitest';
import type { EventsRecord } from '../../../src/workers/join/eventRecord.ts';
import { createRejectLimits } from '../../../src/workers/join/rejectLimits.ts';
import { topicsOf } from '../../../src/workers/topics.ts';

const ENOUGH = 1_000;
const NEWER: EventsRecord = { outcome: 'unusable', reason: 'schema-unknown', detail: 'of a newer release' };

function limits(maxRejectShare = 0.5) {
  return createRejectLimits({ topics: topicsOf(), maxRejectShare });
}

function refused(count: number, status: number) {
  const document = { _id: 'a', _index: 'netpol-verdicts-2026.11.02', _version: 1, fields: {} };
  const reason = "mapper_parsing_exception: failed to parse, field's value: 'secret'";
  return Array.from({ length: count }, () => ({ document, status, reason }));
}

describe('the join worker', () => {
  it('stops when most of the events cannot be read, and says what to do', () => {
    const { read } = limits();
    for (let count = 1; count < ENOUGH; count += 1) read(NEWER);
    expect(() => read(NEWER)).toThrow(
      expect.objectContaining({
        code: 'too-many-rejects',
        message: expect.stringMatching(
          /^netpol\.events: 1000 of the last 1000 records could not be used: written by another release \(schema-unknown, 1000\)\. .*update netpol-drift/,
        ),
      }),
    );
  });

  it('goes on when MAX_REJECT_SHARE is 1', () => {
    const { read } = limits(1);
    for (let count = 0; count < 2 * ENOUGH; count += 1) expect(() => read(NEWER)).not.toThrow();
  });

  it('stops when OpenSearch refuses most documents, and quotes none of them', () => {
    const { wrote } = limits();
    wrote({ acknowledged: 300, superseded: 100, refused: refused(400, 400) });
    const written = { acknowledged: 0, superseded: 0, refused: refused(200, 400) };
    expect(() => wrote(written)).toThrow(
      /^OpenSearch: 600 of the last 1000 documents were refused: mapper_parsing_exception \(600\)\. /,
    );
    expect(() => wrote(written)).not.toThrow(/secret/);
  });

  it('goes on when documents are refused because they are past the retention', () => {
    const { wrote } = limits();
    const expired = refused(2 * ENOUGH, 410);
    expect(() => wrote({ acknowledged: 0, superseded: 0, refused: expired })).not.toThrow();
  });
});
