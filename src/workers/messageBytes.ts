// How large a message is on the wire, on the safe side: brokers refuse what exceeds `max.message.bytes` of its
// topic, and the limit is on a whole batch of messages.
import type { OutgoingMessage } from '../kafka/log.ts';

/** Of a record batch and of the varints of one record (Kafka protocol, record batch format v2). */
const BATCH_BYTES = 61;
const RECORD_BYTES = 64;
const HEADER_BYTES = 10;

/** `max.message.bytes` where the broker does not say: Kafka's own default. */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

/** As the only message of its batch; without compression. */
export function messageBytes({ key, value, headers }: OutgoingMessage): number {
  let bytes = BATCH_BYTES + RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, text] of headers ?? [])
    bytes +=
      HEADER_BYTES +
      Buffer.byteLength(name) +
      (typeof text === 'string' ? Buffer.byteLength(text) : text.length);
  return bytes;
}
