import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createFlowNormaliser } from '../../../src/normalise/flows.ts';
import type { FeedRead } from '../../../src/workers/normalise/feedReader.ts';
import {
  APPENDED_AT_MS,
  auditLine,
  auditReader,
  flowReader,
  headersOf,
  recordOf,
  traceLine,
  verdictLine,
} from './rawRecords.ts';

const NO_CLUSTER = { node_name: 'node-1' };
const WRITE = { verb: 'create', responseStatus: { code: 201 } };
const AT = '2026-11-02T09:00:00.5Z';

function clusters(read: FeedRead): readonly string[] {
  return read.events.map(({ cluster }) => cluster);
}

function fates({ records }: FeedRead): readonly string[] {
  return records.map(({ outcome, name }) => `${outcome} ${name}`);
}

describe('the cluster of a flow', () => {
  const enveloped = JSON.stringify({ cluster: 'envelope', log: verdictLine() });

  test('is that of the header, whatever the record says', () => {
    const read = flowReader({ cluster: 'topic' }, { cluster: 'setting' });
    expect(clusters(read(recordOf(enveloped, { headers: headersOf({ cluster: 'header' }) })))).toEqual([
      'header',
    ]);
    expect(clusters(read(recordOf(verdictLine(), { headers: headersOf({ cluster: 'header' }) })))).toEqual([
      'header',
    ]);
  });

  test('without a header is that of the envelope', () => {
    expect(clusters(flowReader({ cluster: 'topic' })(recordOf(enveloped)))).toEqual(['envelope']);
  });

  test("without an envelope that names one is the topic's, for records that are only looked at, too", () => {
    const read = flowReader({ cluster: 'topic' })(recordOf(`${verdictLine()}\n${traceLine()}`));
    expect(read.records.map(({ cluster }) => cluster)).toEqual(['topic', 'topic']);
  });

  test("is else Hubble's own, then the setting, then default", () => {
    expect(clusters(flowReader({}, { cluster: 'setting' })(recordOf(verdictLine())))).toEqual(['prod']);
    expect(clusters(flowReader({}, { cluster: 'setting' })(recordOf(verdictLine(NO_CLUSTER))))).toEqual([
      'setting',
    ]);
    expect(clusters(flowReader()(recordOf(verdictLine(NO_CLUSTER))))).toEqual(['default']);
  });

  test('stays open for lost events of a node that names none: nobody knows whose node it is', () => {
    const lost = {
      lost_events: { source: 'PERF_EVENT_RING_BUFFER', num_events_lost: '7' },
      node_name: 'node-1',
    };
    const read = flowReader()(recordOf(JSON.stringify({ ...lost, time: AT })));
    expect(clusters(read)).toEqual(['']);
    expect(fates(read)).toEqual(['accepted loss']);
  });

  test('a header that is no name rejects the record', () => {
    const headers = new Map([['cluster', Uint8Array.of(0xff, 0xfe)]]);
    expect(flowReader()(recordOf(verdictLine(), { headers })).rejection?.name).toBe('bad-field');
  });
});

describe('the cluster of a change', () => {
  test("is the header's, else the topic's, else the setting's", () => {
    const record = recordOf(auditLine(AT, WRITE));
    const headers = headersOf({ cluster: 'header' });
    expect(clusters(auditReader({ cluster: 'topic' })({ ...record, headers }))).toEqual(['header']);
    expect(clusters(auditReader({ cluster: 'topic' }, { cluster: 'setting' })(record))).toEqual(['topic']);
    expect(clusters(auditReader({}, { cluster: 'setting' })(record))).toEqual(['setting']);
  });

  test('must be known: without any the record is rejected', () => {
    const read = auditReader()(recordOf(auditLine(AT, WRITE)));
    expect(read.events).toEqual([]);
    expect(read.rejection?.name).toBe('no-cluster');
  });

  test('need not be known of a record that gives none', () => {
    expect(fates(auditReader()(recordOf(auditLine(AT))))).toEqual(['ignored read']);
  });
});

describe('a record of several lines', () => {
  test('is read line by line; the indices of its events go on', () => {
    const lines = [verdictLine(), traceLine(), verdictLine({ uuid: 'other' })];
    const read = flowReader()(recordOf(`${lines.join('\r\n')}\n`, { offset: 41 }));
    expect(fates(read)).toEqual(['accepted verdict', 'ignored trace', 'accepted verdict']);
    expect(read.events.map(({ origin }) => origin)).toEqual([
      { source: 'hubble.flows', partition: 3, offset: 41, index: 0 },
      { source: 'hubble.flows', partition: 3, offset: 41, index: 1 },
    ]);
  });

  test('that is one JSON text printed over many is one record', () => {
    const pretty = JSON.stringify(JSON.parse(verdictLine()), null, 2);
    expect(fates(flowReader()(recordOf(pretty)))).toEqual(['accepted verdict']);
  });

  test('of which the first is no JSON loses only that one', () => {
    const read = flowReader()(recordOf(`{"flow":\n${verdictLine()}`));
    expect(fates(read)).toEqual(['rejected not-json', 'accepted verdict']);
    expect(read.rejection?.name).toBe('not-json');
  });

  test('puts the parts of a CRI line together', () => {
    const line = verdictLine();
    const part = (tag: string, text: string): string => `2026-11-02T09:00:00.1Z stdout ${tag} ${text}`;
    const whole = `${part('P', line.slice(0, 100))}\n${part('F', line.slice(100))}`;
    expect(fates(flowReader()(recordOf(whole)))).toEqual(['accepted verdict']);
  });
});

test('a part of a CRI line by itself is rejected at once, and spoils nothing after it', () => {
  const read = flowReader();
  const part = read(recordOf('2026-11-02T09:00:00.1Z stdout P {"flow":'));
  expect(fates(part)).toEqual(['rejected incomplete-line']);
  expect(fates(read(recordOf(`2026-11-02T09:00:00.2Z stdout F ${verdictLine()}`)))).toEqual([
    'accepted verdict',
  ]);
});

test('a record without a value is passed over', () => {
  expect(fates(flowReader()(recordOf(null)))).toEqual(['ignored blank']);
});

describe('an event time', () => {
  const HOUR_MS = 3_600_000;
  const flowAt = Date.UTC(2026, 10, 2, 9);

  test('may lie an hour after the record came to Kafka, and no more', () => {
    const read = flowReader();
    expect(read(recordOf(verdictLine(), { appendedAtMs: flowAt - HOUR_MS + 11 })).rejection).toBeNull();
    expect(read(recordOf(verdictLine(), { appendedAtMs: flowAt - HOUR_MS })).rejection?.name).toBe(
      'time-out-of-range',
    );
  });

  test('of a flow must lie within the retention as it was when the record came', () => {
    const read = flowReader({}, { retentionDays: 1 });
    expect(read(recordOf(verdictLine(), { appendedAtMs: flowAt + 24 * HOUR_MS })).rejection).toBeNull();
    expect(read(recordOf(verdictLine(), { appendedAtMs: flowAt + 25 * HOUR_MS })).rejection?.name).toBe(
      'time-out-of-range',
    );
  });

  test('of a change may be as old as it likes: the timeline keeps what was', () => {
    const read = auditReader({ cluster: 'prod' }, { retentionDays: 1 });
    const record = recordOf(auditLine('2020-01-01T00:00:00Z', WRITE));
    expect(fates(read(record))).toEqual(['accepted change']);
  });

  test('that cannot be true is not believed of records that are passed over, either', () => {
    const read = auditReader({ cluster: 'prod' })(recordOf(auditLine('2199-01-01T00:00:00Z')));
    expect(read.records).toEqual([
      { outcome: 'ignored', name: 'read', cluster: 'prod', reporter: '', micros: null },
    ]);
  });

  test('is not judged where Kafka has no time of its own', () => {
    expect(flowReader()(recordOf(verdictLine(), { appendedAtMs: -1 })).rejection).toBeNull();
  });
});

test('line by line, the example gives the events that its files give', () => {
  const lines = readFileSync(new URL('../../../examples/shop/flows.ndjson', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
  const read = flowReader();
  for (const [offset, line] of lines.entries()) {
    const expected = normalise(new TextEncoder().encode(line), 'hubble.flows', offset);
    const { events } = read(recordOf(line, { offset, appendedAtMs: APPENDED_AT_MS + 86_400_000 }));
    expect(events).toEqual(
      expected.events.map((event) => ({ ...event, origin: { ...event.origin, partition: 3 } })),
    );
  }
});
