// One record batch to the leader of its partition (Kafka protocol, Produce version 7, brokers since 2.1), acknowledged by
// all in-sync replicas.
import type Broker from 'kafkajs/src/broker/index.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import type { TopicPartition } from '../log.ts';
import { nameOf } from '../place.ts';
import { readWire } from './wire.ts';

const PRODUCE_API = 0;
const PRODUCE_VERSION = 7;
const ALL_IN_SYNC = -1;

/** @returns the offset of the batch's first record. @throws the broker's error, or that it did not name the partition */
export async function produce(
  broker: Broker,
  place: TopicPartition,
  batch: Buffer,
  timeoutMs: number,
): Promise<number> {
  const { topic, partition } = place;
  const payload = new Encoder(batch.length + 2 * topic.length + 64)
    .writeString(null)
    .writeInt16(ALL_IN_SYNC)
    .writeInt32(timeoutMs)
    .writeInt32(1)
    .writeString(topic)
    .writeInt32(1)
    .writeInt32(partition)
    .writeBytes(batch);
  let offset: number | null = null;
  await broker.connectionPool.send({
    request: {
      apiKey: PRODUCE_API,
      apiVersion: PRODUCE_VERSION,
      apiName: 'Produce',
      encode: async () => payload,
    },
    response: {
      decode: async (bytes: Buffer) => {
        const { throttleMs, baseOffset } = answerOf(bytes, place);
        offset = baseOffset;
        return { clientSideThrottleTime: throttleMs };
      },
      parse: async (decoded: unknown) => decoded,
    },
  });
  if (offset === null) throw new Error(`the answer does not name ${nameOf(place)}`);
  return offset;
}

function answerOf(bytes: Buffer, place: TopicPartition) {
  const wire = readWire(bytes);
  let baseOffset: number | null = null;
  for (let topics = wire.int32(); topics > 0; topics -= 1) {
    const topic = wire.string();
    for (let partitions = wire.int32(); partitions > 0; partitions -= 1) {
      const partition = wire.int32();
      const errorCode = wire.int16();
      const offset = wire.int64();
      // The append time and the start of the log.
      wire.skip(16);
      if (topic !== place.topic || partition !== place.partition) continue;
      if (errorCode !== 0) throw createErrorFromCode(errorCode);
      baseOffset = offset;
    }
  }
  return { throttleMs: wire.int32(), baseOffset };
}
