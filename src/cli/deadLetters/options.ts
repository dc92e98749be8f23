// Which dead letters a command is about, checked.
import { Fault } from '../../model/fault.ts';
import type { LetterPlace, ListedLetter } from '../../workers/deadLetters/desk.ts';
import { STAGES, type Stage } from '../../workers/deadLetters/letter.ts';

export interface LetterChoice {
  readonly limit: number;
  /** null: any. */
  readonly stage: Stage | null;
  /** '' = any. */
  readonly reason: string;
}

/** As commander gives them. */
export interface RawLetterOptions {
  readonly limit?: string;
  readonly stage?: string;
  readonly reason?: string;
  readonly format?: string;
}

const LIMIT = 20;
const MOST = 100_000;

/** @throws Fault `usage` */
export function choiceOf({ limit, stage, reason = '' }: RawLetterOptions): LetterChoice {
  const count = limit === undefined ? LIMIT : Number(/^\d{1,6}$/.test(limit) ? limit : 0);
  if (count < 1 || count > MOST)
    throw new Fault('usage', `--limit ${limit}: expected a number from 1 to ${MOST}`);
  const known = STAGES.find((one) => one === stage);
  if (stage !== undefined && known === undefined)
    throw new Fault('usage', `--stage ${stage}: unknown; one of ${STAGES.join(', ')}`);
  return { limit: count, stage: known ?? null, reason };
}

export function isChosen({ stage, reason }: LetterChoice): (letter: ListedLetter) => boolean {
  return (letter) =>
    (stage === null || letter.stage === stage) && (reason === '' || letter.reason === reason);
}

/** `17`, or `2/17` in partition 2. @throws Fault `usage` */
export function placeOf(given: string): LetterPlace {
  const match = /^(?:(\d{1,6})\/)?(\d{1,15})$/.exec(given);
  if (match === null)
    throw new Fault('usage', `${given}: expected a number as dead-letters list shows it, such as 17`);
  return { partition: Number(match[1] ?? 0), offset: Number(match[2]) };
}

/** As `placeOf` takes it. */
export function placeText({ partition, offset }: LetterPlace): string {
  return partition === 0 ? String(offset) : `${partition}/${offset}`;
}

/** @throws Fault `usage` */
export function formatOf<const F extends string>(format: string | undefined, formats: readonly F[]): F {
  const [first] = formats;
  const found = formats.find((one) => one === (format ?? first));
  if (found === undefined)
    throw new Fault('usage', `--format ${format}: unknown; one of ${formats.join(', ')}`);
  return found;
}
