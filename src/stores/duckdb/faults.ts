// What DuckDB reports → a fault in one line: the file, what was being done, the cause, the next step.

import { Fault } from '../../model/fault.ts';

/** How messages name a store that is no file. */
const IN_MEMORY = 'the store in memory';

/** A store that could not be made: the folder is missing, closed to us, or something else lies there. */
export function unwritable(path: string | null, cause: unknown): Fault {
  return new Fault(
    'output-unwritable',
    `${path ?? IN_MEMORY}: the store cannot be made (${reason(cause)}); name a file in a folder that you may write`,
    { cause },
  );
}

/** A kept store that could not be opened for reading. */
export function unreadable(path: string, cause: unknown): Fault {
  return new Fault(
    'store-failed',
    `${path}: not readable as a store (${reason(cause)}); name a file that --store of analyze made`,
    { cause },
  );
}

/** A store that failed while in use. `doing`: `writing verdicts`, `answering a query`. */
export function failed(path: string | null, doing: string, cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault(
    'store-failed',
    `${path ?? IN_MEMORY}: ${doing} failed (${reason(cause)}); ${advice(cause)}`,
    {
      cause,
    },
  );
}

function advice(cause: unknown): string {
  const text = reason(cause);
  if (/out of memory|(allocate|pin) block/i.test(text))
    return 'give the store more memory, or a folder to spill into';
  if (/no space|disk|could not write|file size/i.test(text)) return 'look for free space on that disk';
  return 'pass --debug for the whole of it';
}

/** First line of the message, cut to a length that stays one line. */
function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
