// What an operator does with dead letters: see the newest, look at one, send it back to where it came from.
import type { Log, LogRecord } from '../../kafka/log.ts';
import { ATTEMPT, type DeadLetter, deadLetterOf } from './letter.ts';

/** Where a letter itself lies in the dead-letter topic. */
export interface LetterPlace {
  readonly partition: number;
  readonly offset: number;
}

export interface Letter extends LetterPlace {
  readonly appendedAtMs: number;
  readonly letter: DeadLetter;
}

/** A letter without what it holds. */
export interface ListedLetter extends LetterPlace, Omit<DeadLetter, 'key' | 'headers' | 'value'> {
  readonly appendedAtMs: number;
}

export type Retried =
  | { readonly outcome: 'sent'; readonly topic: string; readonly partition: number; readonly offset: number }
  /** `why` is one clause for a person. */
  | { readonly outcome: 'refused'; readonly why: string };

/** Offsets of a partition that are looked at in one go. */
const STEP = 200;

/**
 * The newest letters, newest first; what is no letter of ours is left out. Reads backwards, so that little more
 * than these is fetched.
 * @param isWanted of those that it refuses none is listed
 * @throws Fault `topic-missing`
 */
export async function newestLetters(
  log: Log,
  topic: string,
  count: number,
  isWanted: (letter: ListedLetter) => boolean = () => true,
): Promise<readonly ListedLetter[]> {
  const ends = await log.admin.offsets(topic);
  const all: ListedLetter[] = [];
  for (const [partition, { start, end }] of ends.entries()) {
    const found: ListedLetter[] = [];
    for (let until = end; until > start && found.length < count; until -= STEP) {
      const from = Math.max(start, until - STEP);
      found.push(...(await lettersIn(log, { topic, partition }, from, until)).filter(isWanted));
    }
    all.push(...found);
  }
  return all
    .toSorted((a, b) => b.appendedAtMs - a.appendedAtMs || b.partition - a.partition || b.offset - a.offset)
    .slice(0, count);
}

/**
 * @returns null when there is none: never was, has left the topic, or is no letter of ours.
 * @throws Fault `topic-missing`
 */
export async function letterAt(
  log: Log,
  topic: string,
  { partition, offset }: LetterPlace,
): Promise<Letter | null> {
  for await (const records of log.range({ topic, partition }, offset, offset + 1))
    for (const record of records) {
      const letter = deadLetterOf(record);
      if (letter !== null) return { partition, offset, appendedAtMs: record.appendedAtMs, letter };
    }
  return null;
}

/**
 * Sends the record of a letter, with its key and its headers, to the end of the partition that it was read from.
 * It is read like a new one; should it be set aside again, that letter counts one attempt more. Only raw records
 * can go back: our own topics and OpenSearch are written again by those who compute what is in them.
 * @throws Fault as the sender does
 */
export async function retryLetter(log: Log, { letter }: Letter): Promise<Retried> {
  const why = reasonNotToRetry(letter);
  if (why !== null || letter.place === null) return { outcome: 'refused', why: why ?? NO_PLACE };
  const { topic, partition } = letter.place;
  const headers = new Map<string, string | Uint8Array>([
    ...letter.headers,
    [ATTEMPT, String(letter.attempt)],
  ]);
  const offset = await log.sender.send({ topic, partition }, [
    { key: letter.key, value: letter.value, headers },
  ]);
  return { outcome: 'sent', topic, partition, offset };
}

const NO_PLACE = 'it does not say which topic it came from';

function reasonNotToRetry(letter: DeadLetter): string | null {
  if (letter.stage === 'index')
    return 'it is a document: mend the index or its template, and the block is written again when it is computed again';
  if (letter.stage === 'decode')
    return 'it is a record of one of our own topics: update netpol-drift, which reads the topic again';
  if (letter.place === null) return NO_PLACE;
  if (letter.size !== (letter.value?.length ?? 0))
    return `only ${letter.value?.length ?? 0} of its ${letter.size} bytes are here: read it at ${letter.place.topic}/${letter.place.partition} offset ${letter.place.offset}`;
  if (letter.used > 0)
    return `${letter.used} events came of the same record: read again, they would count twice. Send only what was rejected`;
  return null;
}

/** Newest first. */
async function lettersIn(
  log: Log,
  at: { readonly topic: string; readonly partition: number },
  from: number,
  until: number,
): Promise<readonly ListedLetter[]> {
  const found: ListedLetter[] = [];
  for await (const records of log.range(at, from, until))
    for (const record of records) {
      const listed = listedOf(record, at.partition);
      if (listed !== null) found.push(listed);
    }
  return found.reverse();
}

function listedOf(record: LogRecord, partition: number): ListedLetter | null {
  const letter = deadLetterOf(record);
  if (letter === null) return null;
  const { stage, reason, detail, place, document, attempt, used, size } = letter;
  const { offset, appendedAtMs } = record;
  return { partition, offset, appendedAtMs, stage, reason, detail, place, document, attempt, used, size };
}
