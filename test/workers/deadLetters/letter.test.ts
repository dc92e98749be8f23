import { describe, expect, test } from 'vitest';
import type { LogRecord, OutgoingMessage } from '../../../src/kafka/log.ts';
import {
  type DeadLetter,
  deadLetterMessage,
  deadLetterOf,
  letterOfDocument,
  letterOfRecord,
} from '../../../src/workers/deadLetters/letter.ts';
import { messageBytes } from '../../../src/workers/messageBytes.ts';
import { headersOf, recordOf } from '../normalise/rawRecords.ts';

const AT = { topic: 'k8s.audit', partition: 4 };
const CAUSE = {
  stage: 'parse',
  reason: 'not-json',
  detail: 'unexpected end of line at character 9',
} as const;
const PLENTY = 1_000_000;

function arrived({ key, value, headers }: OutgoingMessage): LogRecord {
  const bytes = [...(headers ?? [])].map(
    ([name, text]) => [name, typeof text === 'string' ? new TextEncoder().encode(text) : text] as const,
  );
  return { offset: 0, appendedAtMs: 0, key, value, headers: new Map(bytes) };
}

function returned(letter: DeadLetter, maxBytes = PLENTY): DeadLetter | null {
  return deadLetterOf(arrived(deadLetterMessage(letter, maxBytes)));
}

describe('a dead letter', () => {
  test('of a record comes back as it was sent, with the key and headers that the record had', () => {
    const record = recordOf('{"kind":', {
      offset: 77,
      key: Uint8Array.of(1, 2),
      headers: headersOf({ cluster: 'prod', stage: 'a name of ours' }),
    });
    const letter = letterOfRecord(AT, record, CAUSE, 2);
    expect(returned(letter)).toEqual(letter);
    expect(letter).toMatchObject({
      place: { topic: 'k8s.audit', partition: 4, offset: 77 },
      attempt: 1,
      used: 2,
      value: record.value,
    });
  });

  test('of a document comes back as it was sent', () => {
    const body = new TextEncoder().encode('{"count":"many"}');
    const letter = letterOfDocument(
      { index: 'netpol-rollups-2026.11', id: 'r1', version: 2 ** 52 + 1 },
      body,
      {
        ...CAUSE,
        stage: 'index',
      },
    );
    expect(returned(letter)).toEqual(letter);
  });

  test('of a record that was sent back before counts one attempt more', () => {
    const record = recordOf('{', { headers: headersOf({ attempt: '2', cluster: 'prod' }) });
    const letter = letterOfRecord(AT, record, CAUSE);
    expect(letter.attempt).toBe(3);
    expect([...letter.headers.keys()]).toEqual(['cluster']);
  });

  test('keeps a record without a value apart from an empty one', () => {
    expect(returned(letterOfRecord(AT, recordOf(null), CAUSE))?.value).toBeNull();
    expect(returned(letterOfRecord(AT, recordOf(''), CAUSE))?.value).toEqual(new Uint8Array());
  });

  test('larger than its topic takes is cut to what fits, and says how large it was', () => {
    const letter = letterOfRecord(AT, recordOf('x'.repeat(10_000)), CAUSE);
    const message = deadLetterMessage(letter, 2_000);
    expect(messageBytes(message)).toBe(2_000);
    const back = deadLetterOf(arrived(message));
    expect(back?.size).toBe(10_000);
    expect(back?.value?.length).toBeLessThan(2_000);
  });

  test('has a detail of a kilobyte at most, cut between characters', () => {
    const detail = returned(
      letterOfRecord(AT, recordOf('{'), { ...CAUSE, detail: `a${'ü'.repeat(2_000)}` }),
    )?.detail;
    expect(new TextEncoder().encode(detail).length).toBeLessThanOrEqual(1_024);
    expect(detail).toMatch(/^aü+$/);
  });

  test('leaves out headers of the record that are out of all proportion', () => {
    const record = recordOf('{', { headers: headersOf({ cluster: 'prod', trace: 'x'.repeat(20_000) }) });
    expect([...(returned(letterOfRecord(AT, record, CAUSE))?.headers.keys() ?? [])]).toEqual(['cluster']);
  });
});

test('what is no dead letter of ours is not taken for one', () => {
  expect(deadLetterOf(recordOf('{}'))).toBeNull();
  expect(deadLetterOf(recordOf('{}', { headers: headersOf({ stage: 'elsewhere' }) }))).toBeNull();
});
