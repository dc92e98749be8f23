// Reads the records of one feed, file by file, and sees to it that each is accounted for: counted, noted in
// the coverage, kept in the rejects when it could not be used.
import type { Input } from '../../files/inputs.ts';
import { MAX_RECORD_BYTES, readRecords } from '../../files/records.ts';
import type { Rejects } from '../../files/rejects.ts';
import { Fault } from '../../model/fault.ts';
import type { AuditRecord } from '../../normalise/auditLine.ts';
import type { FlowRecord } from '../../normalise/flowResult.ts';
import type { Account } from './account.ts';
import type { Progress } from './progress.ts';

export type FeedRecord = AuditRecord | FlowRecord;

const TOO_LONG = `more than ${MAX_RECORD_BYTES / 2 ** 20} MiB`;
const LINE_FEED = Buffer.from('\n');
const NOWHERE = { cluster: '', node: '', micros: null } as const;

export interface FeedHandler {
  /** What became of the records of one line; events go wherever the handler takes them. */
  record(bytes: Uint8Array, source: string, line: number): readonly FeedRecord[];
  /** A source has ended. */
  finish(source: string): readonly FeedRecord[];
  /** Between two chunks: the moment to wait for whatever takes the events. */
  settle(): Promise<void>;
  /** Sees every record, for the coverage. */
  note(record: FeedRecord, source: string): void;
}

export interface Reading {
  readonly inputs: readonly Input[];
  readonly account: Account;
  readonly rejects: Rejects;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Ends early, without a fault, when the signal is raised.
 * @throws Fault `input-empty` when the one input there is holds nothing; of several, empty ones are passed over
 */
export async function readFeed(reading: Reading, handler: FeedHandler): Promise<void> {
  for (const input of reading.inputs) {
    if (reading.signal.aborted) return;
    reading.account.file();
    try {
      await readInput(reading, handler, input);
    } catch (fault) {
      const mayBeEmpty = reading.inputs.length > 1;
      if (!(mayBeEmpty && fault instanceof Fault && fault.code === 'input-empty')) throw fault;
    }
  }
}

async function readInput(reading: Reading, handler: FeedHandler, input: Input): Promise<void> {
  const source = input.path;
  const held = createHeldLines();
  const reject = rejector(reading, handler, source);
  for await (const batch of readRecords(input, {
    onOverlong: (part, line, last) => reject.part(part, line, last),
    onBytes: (bytes) => reading.progress.bytes(bytes),
    signal: reading.signal,
  })) {
    for (const { bytes, line } of batch) {
      const records = handler.record(bytes, source, line);
      if (records.length === 0) {
        held.add(bytes, line);
        continue;
      }
      const rejected = count(reading.account, handler, records, source);
      // Nearly every line is fine: no promise, no copy for those.
      if (rejected) await reject.whole(records, held.with(bytes, line));
      held.clear();
    }
    reading.progress.records(batch.length);
    await handler.settle();
  }
  const left = handler.finish(source);
  if (count(reading.account, handler, left, source)) await reject.whole(left, held.with(new Uint8Array(), 0));
}

/** @returns whether any of the records was rejected */
function count(
  account: Account,
  handler: FeedHandler,
  records: readonly FeedRecord[],
  source: string,
): boolean {
  let rejected = false;
  for (const record of records) {
    handler.note(record, source);
    if (record.outcome === 'accepted') account.accepted();
    else if (record.outcome === 'ignored') account.ignored(record.name);
    else {
      account.rejected(record.name);
      rejected = true;
    }
  }
  return rejected;
}

interface Original {
  readonly bytes: Uint8Array;
  readonly line: number;
}

function rejector({ rejects, account }: Reading, handler: FeedHandler, source: string) {
  return {
    async whole(records: readonly FeedRecord[], { bytes, line }: Original): Promise<void> {
      for (const record of records)
        if (record.outcome === 'rejected')
          await rejects.write({ source, line, reason: record.name, detail: record.detail, bytes });
    },
    /** Of a record beyond the limit, which nobody holds whole. */
    async part(bytes: Uint8Array, line: number, last: boolean): Promise<void> {
      await rejects.writePart({ source, line, reason: 'too-long', detail: TOO_LONG, bytes }, last);
      if (!last) return;
      account.rejected('too-long');
      handler.note({ outcome: 'rejected', name: 'too-long', detail: TOO_LONG, ...NOWHERE }, source);
    },
  };
}

/**
 * The lines that were parts of a longer one (container runtimes cut at 16 KB), until it is known what became of
 * it. The normaliser bounds how many there can be.
 */
function createHeldLines() {
  let lines: Original[] = [];
  return {
    add(bytes: Uint8Array, line: number): void {
      lines.push({ bytes: Uint8Array.from(bytes), line });
    },
    clear(): void {
      if (lines.length > 0) lines = [];
    },
    /** The held lines and this one, a line feed between them; the line number is the first one's. */
    with(bytes: Uint8Array, line: number): Original {
      if (lines.length === 0) return { bytes, line };
      const all = [...lines.map((one) => one.bytes), ...(bytes.length === 0 ? [] : [bytes])];
      const joined = all.flatMap((one, index) => (index === 0 ? [one] : [LINE_FEED, one]));
      return { bytes: Buffer.concat(joined), line: lines[0]?.line ?? line };
    },
  };
}
