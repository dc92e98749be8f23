// The order of what is written to one partition: calls wait in a line, one request is under way, and what waits
// goes out together as far as it fits. A request that fails takes with it all that waits at that moment. It does
// not retry: `write` does, or has given up.
import { Fault } from '../model/fault.ts';
import type { OutgoingMessage } from './log.ts';

/** Writes messages, one at least, in one request. @returns the offset of the first */
export type Write = (messages: readonly OutgoingMessage[]) => Promise<number>;

/** What a call without messages resolves to. */
const NO_OFFSET = -1;

interface Call {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  resolve(firstOffset: number): void;
  reject(cause: unknown): void;
}

export class SendQueue {
  readonly #write: Write;
  readonly #maxBytes: number;
  readonly #waiting: Call[] = [];
  #busy = false;

  /** @param maxBytes of one request; a single message may be larger */
  constructor(write: Write, maxBytes: number) {
    this.#write = write;
    this.#maxBytes = maxBytes;
  }

  /** As `Sender.send` of one partition. */
  send(messages: readonly OutgoingMessage[]): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#waiting.push({ messages, bytes: sizeOf(messages), resolve, reject });
    if (!this.#busy) void this.#drain();
    return promise;
  }

  /** Fails what waits; the request under way goes on. */
  fail(cause: unknown): void {
    for (const call of this.#waiting.splice(0)) call.reject(cause);
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, howMany(this.#waiting, this.#maxBytes));
      const [only] = together;
      if (together.length === 1 && only !== undefined) await this.#writeSingly([only]);
      else await this.#writeTogether(together);
    }
    this.#busy = false;
  }

  /** All that fail, fail at once: who hears of it and calls again is not among them. */
  #giveUp(calls: readonly Call[], cause: unknown): void {
    for (const call of calls) call.reject(cause);
    this.fail(cause);
  }

  async #writeTogether(calls: readonly Call[]): Promise<void> {
    const messages = calls.flatMap((call) => call.messages);
    try {
      let offset = messages.length === 0 ? NO_OFFSET : await this.#write(messages);
      for (const call of calls) {
        call.resolve(call.messages.length === 0 ? NO_OFFSET : offset);
        offset += call.messages.length;
      }
    } catch (cause) {
      // Together they are too large, or one of them is: those before that one are not to blame.
      if (isTooLarge(cause)) await this.#writeSingly(calls);
      else this.#giveUp(calls, cause);
    }
  }

  async #writeSingly(calls: readonly Call[]): Promise<void> {
    for (const [index, call] of calls.entries())
      try {
        call.resolve(await this.#writeInParts(call.messages));
      } catch (cause) {
        return this.#giveUp(calls.slice(index), cause);
      }
  }

  /** A call larger than a request is written by several, in order. */
  async #writeInParts(messages: readonly OutgoingMessage[]): Promise<number> {
    let first = NO_OFFSET;
    for (const part of partsOf(messages, this.#maxBytes)) {
      const offset = await this.#writeHalving(part);
      if (first === NO_OFFSET) first = offset;
    }
    return first;
  }

  /** A topic may take less at once than we send, and still each message. */
  async #writeHalving(messages: readonly OutgoingMessage[]): Promise<number> {
    try {
      return await this.#write(messages);
    } catch (cause) {
      if (messages.length < 2 || !isTooLarge(cause)) throw cause;
    }
    const middle = messages.length >>> 1;
    const first = await this.#writeHalving(messages.slice(0, middle));
    await this.#writeHalving(messages.slice(middle));
    return first;
  }
}

function howMany(waiting: readonly Call[], maxBytes: number): number {
  let bytes = 0;
  for (const [index, call] of waiting.entries()) {
    bytes += call.bytes;
    if (bytes > maxBytes) return Math.max(1, index);
  }
  return waiting.length;
}

function partsOf(messages: readonly OutgoingMessage[], maxBytes: number): readonly OutgoingMessage[][] {
  const parts: OutgoingMessage[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size = sizeOf([message]);
    if (bytes + size > maxBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(message);
    bytes += size;
  }
  return parts;
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Fault && cause.code === 'message-too-large';
}

/** Bytes of keys, values and headers, and a little for what frames them. */
export function sizeOf(messages: readonly OutgoingMessage[]): number {
  let bytes = 0;
  for (const { key, value, headers } of messages) {
    bytes += 32 + (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
    for (const [name, content] of headers ?? []) bytes += name.length + Buffer.byteLength(content) + 4;
  }
  return bytes;
}
