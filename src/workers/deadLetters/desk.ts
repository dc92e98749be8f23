// What an operator does with dead letters: see the newest, look at one, send it back to where it came from.
import type { Document } from '../../documents/document.ts';
import type { Log, LogRecord, Sender } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';
import { entries } from '../../model/json.ts';
import type { Written } from '../../stores/opensearch/documentStore.ts';
import { ATTEMPT, type DeadLetter, deadLetterOf, type DocumentPlace } from './letter.ts';

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
  /** `superseded`: not, since what is there is newer. */
  | ({ readonly outcome: 'stored' | 'superseded' } & Pick<DocumentPlace, 'index' | 'id'>)
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

/** Whoever can write letters chooses what they say: nothing of them goes anywhere but here. */
export interface Destinations {
  readonly sender: Sender;
  /** Those of the settings. */
  readonly rawTopics: readonly string[];
  /** Whether an index of this name, as OpenSearch has it, is one that documents of ours go to. */
  readonly isIndex: (index: string) => boolean;
  /** `_index` is the name as OpenSearch has it. */
  readonly write: (document: Document) => Promise<Written>;
}

/**
 * A raw record goes, with its key and its headers, to the end of the partition that it was read from, and is read
 * there like a new one; should it be set aside again, that letter counts one attempt more. A document goes to its
 * index with the version that it had, so that nothing newer is lost. Records of our own topics cannot go back:
 * their order tells copies from what is new.
 * @throws Fault what may heal; what will not is a reason not to send
 */
export async function retryLetter(destinations: Destinations, { letter }: Letter): Promise<Retried> {
  const why = reasonNotToRetry(letter) ?? wrongPlace(destinations, letter);
  if (why !== null) return { outcome: 'refused', why };
  try {
    return letter.document === null
      ? await sendBack(destinations.sender, letter)
      : await store(destinations.write, letter, letter.document);
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.retryable) throw cause;
    return { outcome: 'refused', why: cause.message };
  }
}

async function sendBack(
  sender: Sender,
  { place, key, value, headers, attempt }: DeadLetter,
): Promise<Retried> {
  if (place === null) return { outcome: 'refused', why: NO_PLACE };
  const { topic, partition } = place;
  const more = new Map<string, string | Uint8Array>([...headers, [ATTEMPT, String(attempt)]]);
  const offset = await sender.send({ topic, partition }, [{ key, value, headers: more }]);
  return { outcome: 'sent', topic, partition, offset };
}

async function store(
  write: Destinations['write'],
  letter: DeadLetter,
  { index, id, version }: DocumentPlace,
): Promise<Retried> {
  const fields = fieldsOf(letter);
  if (fields === null) return { outcome: 'refused', why: 'what it holds is no document' };
  const { refused, superseded } = await write({ _index: index, _id: id, _version: version, fields });
  const [again] = refused;
  if (again !== undefined) return { outcome: 'refused', why: `OpenSearch still refuses it: ${again.reason}` };
  return { outcome: superseded > 0 ? 'superseded' : 'stored', index, id };
}

/** null: no JSON object, or an empty one. */
function fieldsOf({ value }: DeadLetter): Document['fields'] | null {
  try {
    const found: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value ?? undefined));
    const fields = entries(found);
    return fields.length === 0 ? null : Object.fromEntries(fields);
  } catch {
    return null;
  }
}

const NO_PLACE = 'it does not say where it came from';

function wrongPlace({ rawTopics, isIndex }: Destinations, { place, document }: DeadLetter): string | null {
  if (document !== null)
    return isIndex(document.index)
      ? null
      : `${document.index} is no index of these settings: INDEX_PREFIX says how theirs begin`;
  if (place === null) return NO_PLACE;
  return rawTopics.includes(place.topic)
    ? null
    : `${place.topic} is no raw topic of these settings: FLOW_TOPICS and AUDIT_TOPICS name them`;
}

function reasonNotToRetry({ stage, place, used, size, value }: DeadLetter): string | null {
  const held = value?.length ?? 0;
  if (stage === 'decode')
    return 'it is a record of one of our own topics, whose order tells copies from what is new: sent again it would pass for a copy';
  if (size !== held)
    return `only ${held} of its ${size} bytes are here${place === null ? '' : `: read it at ${place.topic}/${place.partition} offset ${place.offset}`}`;
  if (used > 0)
    return `${used} ${used === 1 ? 'event' : 'events'} came of the same record: read again, they would count twice. Send only what was rejected`;
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
