// The log line format of container runtimes (CRI): `<time> stdout|stderr F|P[:tags] <content>`. The runtime cuts
// long lines (16 KiB): parts `P`, then the rest `F`. A reducer puts them together; it holds no more than one
// line's limit for each stream, and a line that outgrows it is given up as a whole, never cut.

import { type Rejected, rejected } from '../model/outcome.ts';
import { MAX_LINE_BYTES } from './decode.ts';

export interface CriLine {
  readonly stream: 'stdout' | 'stderr';
  /** The rest follows in a later line of the same stream. */
  readonly partial: boolean;
  readonly content: string;
}

const PREFIX = /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d) (stdout|stderr) ([FP])(?::\S*)? /;

/** @returns undefined when the text has no such prefix. */
export function parseCriLine(text: string): CriLine | undefined {
  const match = PREFIX.exec(text);
  if (match === null) return undefined;
  return {
    stream: match[1] === 'stderr' ? 'stderr' : 'stdout',
    partial: match[2] === 'P',
    content: text.slice(match[0].length),
  };
}

/** The parts of one stream's line so far. */
export interface CriPending {
  readonly content: string;
  readonly isTooLong: boolean;
}

export const NOTHING_PENDING: CriPending = { content: '', isTooLong: false };

/** `whole` is the line once its last part is there; undefined while parts are missing. */
export interface CriStep {
  readonly pending: CriPending;
  readonly whole: string | Rejected | undefined;
}

export function joinCriLine(pending: CriPending, line: CriLine): CriStep {
  const length = pending.content.length + line.content.length;
  const isTooLong = pending.isTooLong || length > MAX_LINE_BYTES;
  const content = isTooLong ? '' : pending.content + line.content;
  if (line.partial) return { pending: { content, isTooLong }, whole: undefined };
  const whole = isTooLong ? rejected('too-long', `parts of more than ${MAX_LINE_BYTES} characters`) : content;
  return { pending: NOTHING_PENDING, whole };
}

/** What becomes of parts whose rest never came. */
export function incompleteLine(pending: CriPending): Rejected {
  return rejected('incomplete-line', `${pending.content.length} characters, then the input ended`);
}
