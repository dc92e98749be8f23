// A part of one partition, read without a group and without a connection of its own.
import type Broker from 'kafkajs/src/broker/index.js';
import type { LogRecord, TopicPartition } from '../log.ts';
import { nameOf } from '../place.ts';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { fetchFrom } from './fetch.ts';
import type { Fetched } from './fetchAnswer.ts';
import { extentsOf, readableEnd } from './offsets.ts';
import { persist } from './persist.ts';
import type { ReaderContext } from './reader.ts';

const OFFSET_OUT_OF_RANGE = 1;
/** Packed. Most ranges are one block, of which a few batches are wanted. */
const FETCH_BYTES = 512 * 1024;

/** As `Log.range`. @throws Fault `topic-missing`, `topic-wrong`; `kafka-unavailable` after all tries of one fetch */
export async function* readRange(
  context: ReaderContext & { readonly signal: AbortSignal },
  at: TopicPartition,
  from: number,
  until: number,
): AsyncIterable<readonly LogRecord[]> {
  const { brokers, settings, log, signal } = context;
  const patience = { what: `reading ${nameOf(at)}`, attempts: settings.attempts, signal, settings, log };
  const extent = async () => {
    const [{ start } = { start: 0 }] = await extentsOf(brokers, [at]);
    return { start, end: await readableEnd(brokers, at) };
  };
  const found = await persist(
    async () => {
      await brokers.know([at.topic]);
      return extent();
    },
    { ...patience, mend: (cause) => brokers.mend(cause, null) },
  );
  const stop = Math.min(until, found.end);
  let position = Math.max(from, found.start);
  while (position < stop) {
    let broker: Broker | null = null;
    const fetched = await persist(
      async () => {
        broker = await brokers.leading(at);
        return readFrom(broker, { ...at, position }, settings.fetchWaitMs);
      },
      { ...patience, mend: (cause) => brokers.mend(cause, broker) },
    );
    if (fetched === null) {
      // Retention has passed while we read.
      const { start, end } = await persist(extent, patience);
      position = start > position ? start : Math.max(end, stop);
      continue;
    }
    const records = recordsBelow(stop, fetched);
    if (records.length > 0) yield records;
    position = fetched.next;
  }
}

/** What is behind them is not even unpacked: a fetch brings far more than a short range. */
function recordsBelow(stop: number, fetched: Fetched): readonly LogRecord[] {
  const records: LogRecord[] = [];
  for (const record of fetched.each()) {
    if (record.offset >= stop) break;
    records.push(record);
  }
  return records;
}

/** null: the position is not in the log any more */
async function readFrom(
  broker: Broker,
  place: TopicPartition & { readonly position: number },
  waitMs: number,
): Promise<Fetched | null> {
  const limits = { waitMs, maxBytes: FETCH_BYTES, maxPartitionBytes: FETCH_BYTES };
  const [fetched] = await fetchFrom(broker, [place], limits);
  if (fetched === undefined) throw new Error(`the answer does not name ${nameOf(place)}`);
  if (fetched.errorCode === OFFSET_OUT_OF_RANGE) return null;
  if (fetched.errorCode !== 0) throw createErrorFromCode(fetched.errorCode);
  return fetched;
}
