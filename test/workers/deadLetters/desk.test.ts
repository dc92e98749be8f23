import { beforeEach, describe, expect, test } from 'vitest';
import type { Log, LogRecord } from '../../../src/kafka/log.ts';
import { createMemoryBroker, type MemoryBroker } from '../../../src/kafka/memory/broker.ts';
import {
  type Destinations,
  letterAt,
  newestLetters,
  retryLetter,
} from '../../../src/workers/deadLetters/desk.ts';
import {
  type DeadLetter,
  deadLetterMessage,
  letterOfDocument,
  letterOfRecord,
} from '../../../src/workers/deadLetters/letter.ts';
import { createMemoryStore, type MemoryStore } from '../../support/memoryStore.ts';
import { headersOf, recordOf } from '../normalise/rawRecords.ts';

const TOPIC = 'netpol.dead-letters';
const RAW = 'hubble.flows';
const CAUSE = { stage: 'parse', reason: 'not-json', detail: 'no JSON' } as const;

let broker: MemoryBroker;
let log: Log;
let store: MemoryStore;
let nowMs: number;

beforeEach(async () => {
  nowMs = 1_000;
  broker = createMemoryBroker({ now: () => nowMs });
  log = broker.connect();
  store = createMemoryStore();
  const spec = { partitions: 2, replicationFactor: 1, config: new Map<string, string>() };
  await log.admin.create([
    { ...spec, topic: TOPIC },
    { ...spec, topic: RAW },
  ]);
});

async function add(partition: number, letter: DeadLetter): Promise<number> {
  nowMs += 1;
  return log.sender.send({ topic: TOPIC, partition }, [deadLetterMessage(letter, 1_000_000)]);
}

function letterOf(record: LogRecord, used = 0): DeadLetter {
  return letterOfRecord({ topic: RAW, partition: 1 }, record, CAUSE, used);
}

async function retried(letter: DeadLetter) {
  const offset = await add(0, letter);
  const found = await letterAt(log, TOPIC, { partition: 0, offset });
  if (found === null) throw new Error('the letter is not there');
  const destinations: Destinations = {
    sender: log.sender,
    rawTopics: [RAW],
    isIndex: (index) => index.startsWith('netpol-'),
    write: (document) => store.write([document], new AbortController().signal),
  };
  return retryLetter(destinations, found);
}

describe('the newest dead letters', () => {
  test('are listed newest first over all partitions, without what they hold', async () => {
    for (let offset = 0; offset < 600; offset += 1)
      await add(offset % 2, letterOf(recordOf('{', { offset })));
    const newest = await newestLetters(log, TOPIC, 3);
    expect(newest.map(({ place }) => place?.offset)).toEqual([599, 598, 597]);
    expect(newest[0]).toEqual({
      partition: 1,
      offset: 299,
      appendedAtMs: 1_600,
      stage: 'parse',
      reason: 'not-json',
      detail: 'no JSON',
      place: { topic: RAW, partition: 1, offset: 599 },
      document: null,
      attempt: 1,
      used: 0,
      size: 1,
    });
  });

  test('of one reason are found behind any number of others', async () => {
    await add(
      0,
      letterOfRecord({ topic: RAW, partition: 0 }, recordOf('?'), { ...CAUSE, reason: 'too-deep' }),
    );
    for (let count = 0; count < 450; count += 1) await add(0, letterOf(recordOf('{')));
    const found = await newestLetters(log, TOPIC, 5, ({ reason }) => reason === 'too-deep');
    expect(found.map(({ offset }) => offset)).toEqual([0]);
  });

  test('leave out what is no letter', async () => {
    await log.sender.send({ topic: TOPIC, partition: 0 }, [{ key: null, value: null }]);
    expect(await newestLetters(log, TOPIC, 5)).toEqual([]);
    expect(await letterAt(log, TOPIC, { partition: 0, offset: 0 })).toBeNull();
  });
});

describe('a letter that is sent back', () => {
  test('arrives in its partition with its bytes, key and headers, and tells how often it was tried', async () => {
    const record = recordOf('{"flow":', { key: Uint8Array.of(9), headers: headersOf({ cluster: 'prod' }) });
    expect(await retried(letterOf(record))).toEqual({ outcome: 'sent', topic: RAW, partition: 1, offset: 0 });
    const [back] = broker.records({ topic: RAW, partition: 1 });
    expect(hex(back?.value)).toBe(hex(record.value));
    expect(hex(back?.key)).toBe('09');
    expect([...(back?.headers ?? [])].map(([name, value]) => [name, String(Buffer.from(value))])).toEqual([
      ['cluster', 'prod'],
      ['attempt', '1'],
    ]);
  });

  test('is refused when events of the same record were used: they would count twice', async () => {
    expect(await retried(letterOf(recordOf('[{},1]'), 1))).toMatchObject({ outcome: 'refused' });
  });

  test('is refused when it is of one of our own topics', async () => {
    const event = letterOfRecord({ topic: 'netpol.events', partition: 0 }, recordOf('x'), {
      ...CAUSE,
      stage: 'decode',
    });
    expect(await retried(event)).toMatchObject({ outcome: 'refused' });
    expect(broker.records({ topic: RAW, partition: 1 })).toEqual([]);
  });

  test('is refused when it was cut', async () => {
    const cut = { ...letterOf(recordOf('{"flow":')), size: 5_000 };
    expect(await retried(cut)).toMatchObject({ outcome: 'refused' });
  });

  test("is refused when it names a topic that is not raw: its headers may be anybody's", async () => {
    const forged = letterOfRecord({ topic: TOPIC, partition: 0 }, recordOf('{'), CAUSE);
    expect(await retried(forged)).toMatchObject({
      outcome: 'refused',
      why: `${TOPIC} is no raw topic of these settings: FLOW_TOPICS and AUDIT_TOPICS name them`,
    });
  });

  test('is refused when its partition is not there any more, and says so', async () => {
    const elsewhere = letterOfRecord({ topic: RAW, partition: 7 }, recordOf('{'), CAUSE);
    expect(await retried(elsewhere)).toMatchObject({ outcome: 'refused', why: expect.stringContaining(RAW) });
  });
});

describe('a document that is sent back', () => {
  const place = { index: 'netpol-rollups-2026.11', id: 'r', version: 5 };

  const letterHolding = (body: string): DeadLetter =>
    letterOfDocument(place, new TextEncoder().encode(body), { ...CAUSE, stage: 'index' });

  test('is stored with the version that it had', async () => {
    expect(await retried(letterHolding('{"count":2}'))).toEqual({
      outcome: 'stored',
      index: place.index,
      id: place.id,
    });
    expect([...store.documents.values()]).toEqual([
      { _index: place.index, _id: place.id, _version: place.version, fields: { count: 2 } },
    ]);
  });

  test('overwrites nothing newer', async () => {
    const newer = { _index: place.index, _id: place.id, _version: place.version + 1, fields: { count: 3 } };
    await store.write([newer], new AbortController().signal);
    expect(await retried(letterHolding('{"count":2}'))).toMatchObject({ outcome: 'superseded' });
    expect([...store.documents.values()]).toEqual([newer]);
  });

  test('is refused for as long as OpenSearch refuses it', async () => {
    store.refuse(() => 'no such field');
    expect(await retried(letterHolding('{"count":"many"}'))).toEqual({
      outcome: 'refused',
      why: 'OpenSearch still refuses it: no such field',
    });
  });

  test.each(['', '[]', '{}', 'no JSON'])('is refused when it holds %j', async (body) => {
    expect(await retried(letterHolding(body))).toMatchObject({ outcome: 'refused' });
    expect(store.writes).toEqual([]);
  });

  test('is refused when it names an index of somebody else', async () => {
    const body = new TextEncoder().encode('{"count":2}');
    const forged = letterOfDocument({ ...place, index: 'payroll' }, body, { ...CAUSE, stage: 'index' });
    expect(await retried(forged)).toMatchObject({ outcome: 'refused' });
    expect(store.writes).toEqual([]);
  });
});

function hex(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
