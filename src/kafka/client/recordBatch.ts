// Record batches as they stand in a partition (Kafka message format v2, `DefaultRecordBatch`), decoded to our
// records. Written anew because kafkajs 2.2.4 drops what a batch says of itself, and so cannot pass over a batch that compaction
// has emptied or that ends in control records, and because it makes a dozen objects of each record.
//
// Of aborted transactions nothing is returned, nor of control records. The checksum is not verified.
import type { LogRecord } from '../log.ts';
import { giveBack, ownBytes } from '../../model/bytes.ts';
import { CODECS } from './codecs.ts';
import { readWire, type Wire } from './wire.ts';

const MAGIC = 2;
/** Base offset and length, which the length does not count. */
const PREFIX_BYTES = 12;
/** From there on to the first record. */
const HEADER_BYTES = 49;
const CODEC_MASK = 0x07;
const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

export interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly count: number;
  /** The records, packed as the attributes say. */
  readonly body: Buffer;
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** @returns the batches in order; a last one that the fetch's size has cut off is left out */
export function splitBatches(bytes: Buffer): BatchHeader[] {
  const batches: BatchHeader[] = [];
  let at = 0;
  while (at + PREFIX_BYTES + HEADER_BYTES <= bytes.length) {
    const length = bytes.readInt32BE(at + 8);
    const until = at + PREFIX_BYTES + length;
    if (length < HEADER_BYTES || until > bytes.length) break;
    batches.push(headerOf(bytes.subarray(at, until)));
    at = until;
  }
  return batches;
}

function headerOf(bytes: Buffer): BatchHeader {
  const wire = readWire(bytes);
  const baseOffset = wire.int64();
  wire.skip(8);
  const magic = wire.int8();
  if (magic !== MAGIC) throw new RangeError(`a record batch of message format v${magic}: only v2 is read`);
  wire.skip(4);
  const attributes = wire.int16();
  const lastOffset = baseOffset + wire.int32();
  const baseTimestamp = wire.int64();
  const maxTimestamp = wire.int64();
  const producerId = wire.int64();
  wire.skip(6);
  const count = wire.int32();
  const body = wire.bytes(wire.left());
  return { baseOffset, lastOffset, attributes, baseTimestamp, maxTimestamp, producerId, count, body };
}

export interface Records {
  /** That they take in memory before they are read. */
  readonly bytes: number;
  /** From the offset asked for on, those that are for readers, in order. @throws what `failed` makes of the cause */
  readonly each: () => Iterable<LogRecord>;
  /** Frees the memory that the records are views of: from then on there are none. */
  readonly release: () => void;
}

/**
 * The records of some batches, which stay packed until they are read: unpacked they are often ten times as much.
 * @param from the first offset that is wanted
 */
export function recordsOf(
  batches: readonly BatchHeader[],
  aborted: readonly AbortedTransaction[],
  { from, failed }: { readonly from: number; readonly failed: (cause: unknown) => Error },
): Records {
  const isAborted = abortions(aborted);
  const wanted = batches.filter((batch) => {
    const skipped = isAborted(batch);
    return !skipped && (batch.attributes & CONTROL) === 0 && batch.lastOffset >= from;
  });
  // The answer that they came in is held by nobody, then.
  let waiting = wanted.map((batch) => ({ ...batch, body: ownBytes(batch.body) }));
  /** Packed, and what was unpacked of it. */
  const memory = waiting.map(({ body }) => body);
  return {
    bytes: memory.reduce((sum, { length }) => sum + length, 0),
    release() {
      memory.forEach(giveBack);
      waiting = [];
    },
    *each() {
      try {
        for (const batch of waiting) {
          const body = unpacked(batch);
          memory.push(body);
          const wire = readWire(body);
          for (let i = 0; i < batch.count; i += 1) {
            const record = recordOf(wire, batch);
            if (record.offset >= from) yield record;
          }
        }
      } catch (cause) {
        throw failed(cause);
      }
    },
  };
}

function unpacked({ attributes, body, count }: BatchHeader): Buffer {
  const number = attributes & CODEC_MASK;
  if (number === 0 || count === 0) return body;
  const codec = CODECS.get(number);
  if (codec === undefined) throw new RangeError(`a record batch of unknown compression ${number}`);
  const plain = codec.unpack(body);
  // The library's memory is counted twice, by V8 and by the library, and freed later.
  const own = ownBytes(plain);
  giveBack(plain);
  return own;
}

/**
 * Whether a batch belongs to an aborted transaction; asked in order. A producer's transaction is aborted from its
 * first offset until its control record (as `CompletedFetch` of Kafka's own consumer decides).
 */
function abortions(aborted: readonly AbortedTransaction[]): (batch: BatchHeader) => boolean {
  const coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const producers = new Set<number>();
  return ({ attributes, lastOffset, producerId }) => {
    while (coming[0] !== undefined && coming[0].firstOffset <= lastOffset) {
      producers.add(coming[0].producerId);
      coming.shift();
    }
    if ((attributes & CONTROL) !== 0) producers.delete(producerId);
    return (attributes & TRANSACTIONAL) !== 0 && producers.has(producerId);
  };
}

function recordOf(wire: Wire, batch: BatchHeader): LogRecord {
  const length = wire.varint();
  const until = wire.at() + length;
  wire.skip(1);
  const timestamp = batch.baseTimestamp + wire.varlong();
  const offset = batch.baseOffset + wire.varint();
  const key = nullable(wire);
  const value = nullable(wire);
  const headers = headersOf(wire);
  wire.skip(until - wire.at());
  const appendedAtMs = (batch.attributes & APPEND_TIME) === 0 ? timestamp : batch.maxTimestamp;
  return { offset, appendedAtMs, key, value, headers };
}

const NO_HEADERS: ReadonlyMap<string, Uint8Array> = new Map();

function headersOf(wire: Wire): ReadonlyMap<string, Uint8Array> {
  const count = wire.varint();
  if (count <= 0) return NO_HEADERS;
  const headers = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i += 1) {
    const name = wire.bytes(wire.varint()).toString('utf8');
    headers.set(name, nullable(wire) ?? Buffer.alloc(0));
  }
  return headers;
}

function nullable(wire: Wire): Buffer | null {
  const length = wire.varint();
  return length < 0 ? null : wire.bytes(length);
}
