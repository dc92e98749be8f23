// The file of rejected records (`--rejects`): one JSON line each with the original bytes, so that nothing is lost
// that could not be read. Mode 0600, since audit bodies can hold secrets. Without a path it only counts. A record
// is never parsed, cut or held whole here when it comes in parts.
import { isUtf8 } from 'node:buffer';

import type { RejectReason } from '../model/outcome.ts';
import { openAside, type AsideFile } from './aside.ts';

const MODE = 0o600;

export interface RejectedRecord {
  readonly source: string;
  /** From 1; 0 when no line can be named. */
  readonly line: number;
  readonly reason: RejectReason;
  readonly detail: string;
  readonly bytes: Uint8Array;
}

export interface Rejects {
  /** Records by reason; one in parts counts once, with its first part. */
  readonly counts: ReadonlyMap<RejectReason, number>;
  write(record: RejectedRecord): Promise<void>;
  /**
   * A record in parts, in base64: `reason` and `detail` of the first count. A record that ends without its last
   * part (another one is written, or `commit`) is closed as it stands, so that each line is whole JSON.
   */
  writePart(part: RejectedRecord, last: boolean): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Each line: `{"source","line","reason","detail","encoding":"utf8"|"base64","bytes"}`; base64 when the bytes are no
 * valid UTF-8, or came in parts.
 * @param path null: count only.
 * @throws Fault `output-unwritable`.
 */
export async function openRejects(path: string | null): Promise<Rejects> {
  return new RejectsFile(path === null ? undefined : await openAside(path, MODE));
}

class RejectsFile implements Rejects {
  readonly #file: AsideFile | undefined;
  readonly #counts = new Map<RejectReason, number>();
  /** Bytes of the record in parts that wait for a multiple of three; undefined when none is under way. */
  #pending: Buffer | undefined;

  constructor(file: AsideFile | undefined) {
    this.#file = file;
  }

  get counts(): ReadonlyMap<RejectReason, number> {
    return this.#counts;
  }

  async write(record: RejectedRecord): Promise<void> {
    await this.#closeParts();
    this.#count(record.reason);
    if (this.#file === undefined) return;
    const bytes = view(record.bytes);
    const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
    await this.#file.write(`${opening(record, encoding)}${JSON.stringify(bytes.toString(encoding))}}\n`);
  }

  async writePart(part: RejectedRecord, last: boolean): Promise<void> {
    if (this.#pending === undefined) {
      this.#count(part.reason);
      this.#pending = Buffer.alloc(0);
      await this.#file?.write(`${opening(part, 'base64')}"`);
    }
    const bytes = Buffer.concat([this.#pending, part.bytes]);
    const whole = bytes.length - (bytes.length % 3);
    this.#pending = bytes.subarray(whole);
    await this.#file?.write(bytes.toString('base64', 0, whole));
    if (last) await this.#closeParts();
  }

  async commit(): Promise<void> {
    await this.#closeParts();
    await this.#file?.commit();
  }

  async discard(): Promise<void> {
    await this.#file?.discard();
  }

  async #closeParts(): Promise<void> {
    const rest = this.#pending;
    if (rest === undefined) return;
    this.#pending = undefined;
    await this.#file?.write(`${rest.toString('base64')}"}\n`);
  }

  #count(reason: RejectReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }
}

/** The line up to the bytes, which come last because they may come in parts. */
function opening(record: RejectedRecord, encoding: 'utf8' | 'base64'): string {
  const { source, line, reason, detail } = record;
  return `${JSON.stringify({ source, line, reason, detail, encoding }).slice(0, -1)},"bytes":`;
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
