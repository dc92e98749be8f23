// What could not be used, in its original bytes, as a message of the dead-letter topic: the value is the record's
// own, everything else stands in headers. Bodies of audit events can hold secrets: nothing of them goes anywhere
// but into that topic.
//
//   key       topic/partition
//   headers   stage, reason, detail, attempt, used, size
//             topic, partition, offset        of a record
//             index, id, version              of a document
//             record-key, record.<name>       what the record had beside its value
import type { LogRecord, OutgoingMessage, TopicPartition } from '../../kafka/log.ts';
import { messageBytes } from '../messageBytes.ts';

/**
 *   parse    a raw record that nobody can read
 *   decode   a record of one of our own topics that is no event of a known schema
 *   index    a document that OpenSearch will never take
 */
export const STAGES = ['parse', 'decode', 'index'] as const;
export type Stage = (typeof STAGES)[number];

export interface DeadLetter {
  readonly stage: Stage;
  readonly reason: string;
  /** For a person; at most {@link MAX_DETAIL_BYTES}. */
  readonly detail: string;
  /** Where the record was read; null of a document. */
  readonly place: (TopicPartition & { readonly offset: number }) | null;
  /** null of a record. */
  readonly document: DocumentPlace | null;
  /** How often it was tried, from 1. */
  readonly attempt: number;
  /** Events that came of the same record all the same: were it read again, they would count twice. */
  readonly used: number;
  readonly key: Uint8Array | null;
  readonly headers: ReadonlyMap<string, Uint8Array>;
  /** null: the record had none. */
  readonly value: Uint8Array | null;
  /** Bytes of the value as it was; more than `value` holds where the topic could not take it whole. */
  readonly size: number;
}

/** Where a document was to be stored. */
export interface DocumentPlace {
  /** The index as OpenSearch has it, with the prefix that was set. */
  readonly index: string;
  readonly id: string;
  /** It replaces what is stored there with the same version or a lower one. */
  readonly version: number;
}

/** Why something is set aside. */
export interface LetterCause {
  readonly stage: Stage;
  readonly reason: string;
  readonly detail: string;
}

/** The header by which a record that is sent again tells how often it was tried before. */
export const ATTEMPT = 'attempt';
const RECORD_HEADER = 'record.';
const RECORD_KEY = 'record-key';
const MAX_DETAIL_BYTES = 1_024;
/** Of the record's own headers together; those beyond it are left out. */
const MAX_HEADER_BYTES = 16_384;

export function letterOfRecord(
  { topic, partition }: TopicPartition,
  record: LogRecord,
  cause: LetterCause,
  used = 0,
): DeadLetter {
  const { offset, key, value, headers } = record;
  return {
    ...cause,
    place: { topic, partition, offset },
    document: null,
    attempt: attemptsOf(headers) + 1,
    used,
    key,
    headers: new Map([...headers].filter(([name]) => name !== ATTEMPT)),
    value,
    size: value?.length ?? 0,
  };
}

/** @param body the document as it was to be stored */
export function letterOfDocument(document: DocumentPlace, body: Uint8Array, cause: LetterCause): DeadLetter {
  return {
    ...cause,
    place: null,
    document,
    attempt: 1,
    used: 0,
    key: null,
    headers: new Map(),
    value: body,
    size: body.length,
  };
}

/**
 * @param maxBytes what the dead-letter topic takes as one message. What is larger is cut to that, and `size` says
 *   how long it was; the record itself stays where it was read, for as long as that topic keeps it.
 */
export function deadLetterMessage(letter: DeadLetter, maxBytes: number): OutgoingMessage {
  const { place, document, value } = letter;
  const headers = new Map<string, string | Uint8Array>([
    ['stage', letter.stage],
    ['reason', letter.reason],
    ['detail', cutText(letter.detail, MAX_DETAIL_BYTES)],
    [ATTEMPT, String(letter.attempt)],
    ['used', String(letter.used)],
    ['size', String(letter.size)],
  ]);
  if (place !== null)
    headers
      .set('topic', place.topic)
      .set('partition', String(place.partition))
      .set('offset', String(place.offset));
  if (document !== null)
    headers.set('index', document.index).set('id', document.id).set('version', String(document.version));
  addRecordHeaders(headers, letter);
  const key = place === null ? (document?.index ?? '') : `${place.topic}/${place.partition}`;
  const message = { key: new TextEncoder().encode(key), value, headers };
  const excess = messageBytes(message) - maxBytes;
  if (excess <= 0 || value === null) return message;
  return { ...message, value: value.subarray(0, Math.max(0, value.length - excess)) };
}

/** @returns null when the record is no dead letter of ours. */
export function deadLetterOf(record: LogRecord): DeadLetter | null {
  const header = (name: string): string => textOf(record.headers.get(name));
  const stage = STAGES.find((one) => one === header('stage'));
  if (stage === undefined) return null;
  return {
    stage,
    reason: header('reason'),
    detail: header('detail'),
    place: placeOf(header),
    document: documentOf(header),
    attempt: countOf(header(ATTEMPT)) ?? 1,
    used: countOf(header('used')) ?? 0,
    key: record.headers.get(RECORD_KEY) ?? null,
    headers: recordHeaders(record.headers),
    value: record.value,
    size: countOf(header('size')) ?? record.value?.length ?? 0,
  };
}

/** How often a record was sent back from the dead letters; 0 = it is new. */
function attemptsOf(headers: LogRecord['headers']): number {
  return countOf(textOf(headers.get(ATTEMPT))) ?? 0;
}

function addRecordHeaders(headers: Map<string, string | Uint8Array>, letter: DeadLetter): void {
  let left = MAX_HEADER_BYTES;
  const own: readonly (readonly [string, Uint8Array])[] = [
    ...(letter.key === null ? [] : [[RECORD_KEY, letter.key] as const]),
    ...[...letter.headers].map(([name, value]) => [RECORD_HEADER + name, value] as const),
  ];
  for (const [name, value] of own) {
    left -= Buffer.byteLength(name) + value.length;
    if (left < 0) return;
    headers.set(name, value);
  }
}

function recordHeaders(headers: LogRecord['headers']): ReadonlyMap<string, Uint8Array> {
  return new Map(
    [...headers]
      .filter(([name]) => name.startsWith(RECORD_HEADER))
      .map(([name, value]) => [name.slice(RECORD_HEADER.length), value]),
  );
}

function placeOf(header: (name: string) => string): DeadLetter['place'] {
  const partition = countOf(header('partition'));
  const offset = countOf(header('offset'));
  const topic = header('topic');
  return topic === '' || partition === null || offset === null ? null : { topic, partition, offset };
}

function documentOf(header: (name: string) => string): DocumentPlace | null {
  const version = countOf(header('version'));
  const index = header('index');
  const id = header('id');
  return index === '' || id === '' || version === null ? null : { index, id, version };
}

function countOf(text: string): number | null {
  const count = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(count) ? count : null;
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}

/** Cut at the end of a character. */
function cutText(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
