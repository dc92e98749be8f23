import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventCodec } from '../../../src/codec/eventCodec.ts';
import type { LogRecord, OutgoingMessage } from '../../../src/kafka/log.ts';
import type { Event } from '../../../src/model/event.ts';
import { isResent, type RawPosition, rawPartition } from '../../../src/rollup/origins.ts';
import type { Outbox } from '../../../src/workers/normalise/outbox.ts';
import { createRawPartition, type RawPartition } from '../../../src/workers/normalise/rawPartition.ts';
import { beginningAt } from '../../../src/workers/normalise/resumption.ts';
import { createRoutes } from '../../../src/workers/normalise/routes.ts';
import { currentSchema } from '../../codec/schemas.ts';
import { flowReader, recordOf, traceLine, verdictLine } from './rawRecords.ts';

const codec = eventCodec(currentSchema(), []);
const AT = { topic: 'hubble.flows', partition: 3 };
const PARTITIONS = 3;
const CHUNK = 4;
const LIMITS = { events: 100_000, changes: 100_000, deadLetters: 100_000 };

type Begun = Parameters<typeof createRawPartition>[1];

function partitionFrom(beginning: Begun, limits = LIMITS): RawPartition {
  const route = createRoutes(PARTITIONS);
  const parts = { feed: 'flows', reader: flowReader(), route, codec, limits, chunkOffsets: CHUNK } as const;
  return createRawPartition(AT, beginning, parts);
}

const START: Begun = { from: 0, sentBefore: 0, missed: 0 };

/** A raw topic of some nodes: verdicts, packets, and what nobody can read. */
const someRecords: fc.Arbitrary<readonly LogRecord[]> = fc
  .array(fc.tuple(fc.constantFrom('verdict', 'trace', 'both', 'garbage'), fc.nat({ max: 5 })), {
    minLength: 1,
    maxLength: 25,
  })
  .map((kinds) =>
    kinds.map(([kind, node], offset) => {
      const verdict = verdictLine({ uuid: `flow-${offset}`, node_name: `prod/node-${node}` });
      const other = verdictLine({ uuid: `more-${offset}`, node_name: `prod/node-${node + 1}` });
      const values = new Map([
        ['verdict', verdict],
        ['trace', traceLine(`prod/node-${node}`)],
        ['both', `${verdict}\n${other}`],
      ]);
      return recordOf(values.get(kind) ?? '{"flow":', { offset });
    }),
  );

/** The events topic: its partitions in the order of what was appended. */
type Topic = Map<number, Event[]>;

function append(topic: Topic, out: Outbox | null): void {
  for (const [partition, messages] of out?.events ?? [])
    for (const message of messages) (topic.get(partition) ?? made(topic, partition)).push(eventIn(message));
}

/** What is under way when an owner dies: of each partition it arrives from its beginning on, so far as it may. */
function appendInPart(topic: Topic, outs: readonly (Outbox | null)[], arrives: readonly number[]): void {
  const left = [...arrives];
  for (const out of outs)
    for (const [partition, messages] of out?.events ?? []) {
      const arrived = messages.slice(0, left[partition]);
      left[partition] = arrived.length < messages.length ? 0 : (left[partition] ?? 0) - arrived.length;
      const events = topic.get(partition) ?? made(topic, partition);
      events.push(...arrived.map(eventIn));
    }
}

function made(topic: Topic, partition: number): Event[] {
  const events: Event[] = [];
  topic.set(partition, events);
  return events;
}

function eventIn({ value }: OutgoingMessage): Event {
  if (value === null) throw new Error('a message without a value');
  return codec.decode(value);
}

/** What a reader of the topic keeps: no copies, and of the figures the newest of each id. */
function kept(topic: Topic): {
  readonly flows: readonly string[];
  readonly figures: ReadonlyMap<string, Event>;
} {
  const flows: string[] = [];
  const figures = new Map<string, Event>();
  for (const events of topic.values()) {
    const origins = new Map<string, RawPosition>();
    for (const event of events) {
      if (isResent(origins, event.origin)) continue;
      origins.set(rawPartition(event.origin), event.origin);
      if (event.body.kind === 'FlowVerdict') flows.push(event.id);
      else if ((figures.get(event.id)?.origin.offset ?? -1) <= event.origin.offset)
        figures.set(event.id, event);
    }
  }
  return { flows: flows.toSorted(), figures };
}

/** One owner that dies only when all is done. */
function reference(records: readonly LogRecord[]) {
  const topic: Topic = new Map();
  const partition = partitionFrom(START);
  append(topic, partition.read(records));
  append(topic, partition.tell());
  return kept(topic);
}

describe('what a raw partition gives', () => {
  test('ascends by origin within each events partition, wherever it is cut', () => {
    fc.assert(
      fc.property(someRecords, fc.array(fc.nat({ max: 25 })), (records, cuts) => {
        const topic: Topic = new Map();
        const partition = partitionFrom(START);
        for (const [from, until] of stretches(cuts, records.length)) {
          append(topic, partition.read(records.slice(from, until)));
          append(topic, partition.tell());
        }
        for (const events of topic.values()) {
          const origins = events.map(({ origin }) => origin.offset * 2_000_000 + origin.index);
          expect(origins.every((origin, index) => index === 0 || origin > (origins[index - 1] ?? 0))).toBe(
            true,
          );
        }
        expect(kept(topic)).toEqual(reference(records));
      }),
    );
  });

  test('is complete and free of copies however often owners die and whatever of their messages arrived', () => {
    const death = fc.record({
      reads: fc.nat({ max: 10 }),
      tells: fc.boolean(),
      commits: fc.boolean(),
      arrives: fc.array(fc.nat({ max: 30 }), { minLength: PARTITIONS, maxLength: PARTITIONS }),
    });
    fc.assert(
      fc.property(someRecords, fc.array(death, { maxLength: 6 }), (records, deaths) => {
        const topic: Topic = new Map();
        let committed: { offset: number; metadata: string } | null = null;
        const begin = (): RawPartition =>
          partitionFrom(
            beginningAt({
              ...AT,
              position: committed?.offset ?? 0,
              committed,
              end: records.length,
              kept: false,
            }),
          );
        for (const { reads, tells, commits, arrives } of deaths) {
          const owner = begin();
          const from = owner.position();
          append(topic, owner.read(records.slice(from, from + reads)));
          if (tells || commits) append(topic, owner.tell());
          if (commits) committed = owner.commit();
          const last = owner.read(records.slice(owner.position(), owner.position() + reads));
          appendInPart(topic, [last, owner.tell()], arrives);
        }
        const owner = begin();
        append(topic, owner.read(records.slice(owner.position())));
        append(topic, owner.tell());
        expect(kept(topic)).toEqual(reference(records));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a record that cannot be used', () => {
  test('goes to the dead letters once, with its bytes', () => {
    const bad = recordOf('{"flow":', { offset: 7 });
    const [letter, ...more] = partitionFrom({ ...START, from: 7, sentBefore: 7 }).read([bad]).deadLetters;
    expect(more).toEqual([]);
    expect(letter?.message.value).toEqual(bad.value);
    expect(letter?.message.headers?.get('reason')).toBe('not-json');
  });

  test('says how many events came of the same record all the same', () => {
    const [letter] = partitionFrom(START).read([recordOf(`${verdictLine()}\nnonsense`)]).deadLetters;
    expect(letter?.message.headers?.get('used')).toBe('1');
  });

  test('is not set aside again by an owner who only counts it', () => {
    const partition = partitionFrom({ from: 0, sentBefore: 1, missed: 0 });
    const out = partition.read([recordOf('{"flow":'), recordOf(verdictLine(), { offset: 1 })]);
    expect(out.deadLetters).toEqual([]);
    expect(out.records.map(({ outcome }) => outcome)).toEqual(['accepted']);
  });
});

test('an event that its topic would not take is rejected; its neighbours are sent', () => {
  const large = verdictLine({ uuid: 'large', Summary: '', policy_log: ['x'.repeat(3_000)] });
  const out = partitionFrom(START, { ...LIMITS, events: 2_000 }).read([
    recordOf(`${large}\n${verdictLine()}`),
  ]);
  expect([...out.events.values()].flat().map((message) => eventIn(message).id)).toEqual([
    '0c3a1d1e-8f0f-4c2b-9d57-0a4d4d3f6a11',
  ]);
  expect(out.deadLetters.map(({ reason }) => reason)).toEqual(['too-large']);
});

function stretches(cuts: readonly number[], end: number): readonly (readonly [number, number])[] {
  const points = [...new Set([0, ...cuts.filter((cut) => cut < end), end])].toSorted((a, b) => a - b);
  return points.slice(1).map((until, index) => [points[index] ?? 0, until]);
}
