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
  const { account, rejects, progress, signal } = reading;
  const source = input.path;

  async function accountFor(records: readonly FeedRecord[], line: number, bytes: Uint8Array): Promise<void> {
    for (const record of records) {
      handler.note(record, source);
      if (record.outcome === 'accepted') account.accepted();
      else if (record.outcome === 'ignored') account.ignored(record.name);
      else {
        account.rejected(record.name);
        await rejects.write({ source, line, reason: record.name, detail: record.detail, bytes });
      }
    }
  }

  const overlong = async (part: Uint8Array, line: number, last: boolean): Promise<void> => {
    await rejects.writePart({ source, line, reason: 'too-long', detail: TOO_LONG, bytes: part }, last);
    if (!last) return;
    account.rejected('too-long');
    handler.note({ outcome: 'rejected', name: 'too-long', detail: TOO_LONG, ...NOWHERE }, source);
  };
  for await (const batch of readRecords(input, {
    onOverlong: overlong,
    onBytes: (bytes) => progress.bytes(bytes),
    signal,
  })) {
    for (const { bytes, line } of batch) {
      const records = handler.record(bytes, source, line);
      const [only] = records;
      // Nearly every line is one record that is fine: no promise for those.
      if (records.length === 1 && only !== undefined && only.outcome !== 'rejected') {
        handler.note(only, source);
        if (only.outcome === 'accepted') account.accepted();
        else account.ignored(only.name);
      } else await accountFor(records, line, bytes);
    }
    progress.records(batch.length);
    await handler.settle();
  }
  await accountFor(handler.finish(source), 0, new Uint8Array());
}
