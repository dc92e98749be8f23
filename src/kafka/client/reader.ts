// Reads some partitions from where they stand and delivers what comes, for groups and followers alike.
//
//   for each broker that leads one of them:   fetch ─▶ each partition's batch in turn ─▶ deliver ─▶ fetch
//
// A partition is in one fetch at most, and its batches are delivered one after another. What comes for a
// partition that was paused meanwhile is held, and it is not fetched again before that was delivered. Who leads
// what is followed, and what can heal is tried again without end. What retention has passed is passed over.
// Nothing is delivered once `stop` was called.
import { setTimeout as pauseFor } from 'node:timers/promises';
import type Broker from 'kafkajs/src/broker/index.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import type { Batch, TopicPartition } from '../log.ts';
import { nameOf } from '../place.ts';
import type { KafkaLogger, KafkaSettings } from '../settings.ts';
import type { Brokers } from './brokers.ts';
import { faultOf, isFinal } from './failure.ts';
import { fetchFrom } from './fetch.ts';
import type { Fetched, FetchFrom } from './fetchAnswer.ts';
import { retainedAfter } from './offsets.ts';
import { delayMs } from './persist.ts';

const OFFSET_OUT_OF_RANGE = 1;
/**
 * As it is packed; it is unpacked as a whole when it is read, often to ten times as much. Many partitions in one fetch
 * make up for it. A batch that is larger comes whole.
 */
const MAX_PARTITION_BYTES = 256 * 1024;
/** How long a broker holds a fetch while a partition that it leads is paused: so late is that one resumed. */
const HURRIED_WAIT_MS = 50;

export interface ReaderOptions {
  readonly maxBytes: number;
  /** A throw ends the reading with `failed`. */
  readonly deliver: (batch: Batch) => Promise<void> | void;
  /** Once at most; nothing is delivered any more. */
  readonly failed: (cause: unknown) => void;
}

export interface ReaderContext {
  readonly brokers: Brokers;
  readonly settings: KafkaSettings;
  readonly log: KafkaLogger;
}

interface Reading {
  readonly place: TopicPartition;
  position: number;
  fetching: boolean;
  delivering: boolean;
  held: Fetched | null;
}

export class PartitionReader {
  readonly #context: ReaderContext;
  readonly #options: ReaderOptions;
  readonly #readings = new Map<string, Reading>();
  readonly #paused = new Set<string>();
  /** The brokers that are being read from. */
  readonly #loops = new Set<string>();
  readonly #delivering = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #seeking = false;
  #change = Promise.withResolvers<void>();

  constructor(context: ReaderContext, options: ReaderOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Begins to read partitions that are not read yet. */
  read(places: readonly FetchFrom[]): void {
    for (const { topic, partition, position } of places) {
      const place = { topic, partition };
      if (!this.#readings.has(nameOf(place)))
        this.#readings.set(nameOf(place), {
          place,
          position,
          fetching: false,
          delivering: false,
          held: null,
        });
    }
    this.#spread();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const place of partitions) this.#paused.add(nameOf(place));
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const place of partitions) this.#paused.delete(nameOf(place));
    this.#wake();
  }

  /** Resolves when no handler runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await Promise.all(this.#delivering);
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }

  #fail(cause: unknown): void {
    if (this.#stopped) return;
    this.#stopping.abort();
    this.#wake();
    this.#options.failed(cause);
  }

  /** One loop for each broker that leads one of ours; those without a leader are looked for. */
  #spread(): void {
    this.#wake();
    for (const { place } of this.#readings.values()) {
      const node = this.#context.brokers.leader(place);
      if (node === null) void this.#seek();
      else if (!this.#loops.has(node) && !this.#stopped) void this.#loop(node);
    }
  }

  async #seek(): Promise<void> {
    if (this.#seeking) return;
    this.#seeking = true;
    const { brokers } = this.#context;
    const leaderless = (): boolean =>
      [...this.#readings.values()].some(({ place }) => brokers.leader(place) === null);
    for (let attempt = 1; !this.#stopped && leaderless(); attempt += 1) {
      await this.#settle('looking for the leader of a partition', attempt, null);
    }
    this.#seeking = false;
    if (!this.#stopped) this.#spread();
  }

  async #loop(node: string): Promise<void> {
    this.#loops.add(node);
    let broker: Broker | null = null;
    let troubles = 0;
    for (let more = true; more && !this.#stopped; ) {
      try {
        broker = await this.#context.brokers.broker(node);
        more = await this.#round(node, broker);
        troubles = 0;
      } catch (cause) {
        if (isFinal(cause)) return this.#fail(faultOf(cause, `reading from broker ${node}`));
        troubles += 1;
        await this.#settle(`reading from broker ${node}`, troubles, { cause, broker });
        more = this.#ledBy(node).length > 0;
        this.#spread();
      }
    }
    this.#loops.delete(node);
    if (!this.#stopped && this.#ledBy(node).length > 0) this.#spread();
  }

  /** Waits a while and asks who leads what; that this fails, too, is no news. */
  async #settle(
    what: string,
    attempt: number,
    failed: { readonly cause: unknown; readonly broker: Broker | null } | null,
  ): Promise<void> {
    const { brokers, settings, log } = this.#context;
    if (this.#stopped) return;
    if (attempt % 10 === 1) log('warn', `${what}: trying again`, { attempt, cause: String(failed?.cause) });
    const { signal } = this.#stopping;
    await pauseFor(delayMs(attempt, settings), undefined, { signal }).catch(() => undefined);
    if (this.#stopped) return;
    await brokers
      .mend(failed?.cause, failed?.broker ?? null)
      .catch((cause: unknown) =>
        log('debug', `${what}: no broker tells who leads what`, { cause: String(cause) }),
      );
  }

  #ledBy(node: string): Reading[] {
    const { brokers } = this.#context;
    return [...this.#readings.values()].filter(({ place }) => brokers.leader(place) === node);
  }

  /** @returns false when this broker leads none of ours any more */
  async #round(node: string, broker: Broker): Promise<boolean> {
    await this.#context.brokers.refreshIfOld();
    const ours = this.#ledBy(node);
    if (ours.length === 0) return false;
    for (const reading of ours) await this.#deliver(reading);
    const wanted = ours.filter(
      ({ place, fetching, held }) => !this.#paused.has(nameOf(place)) && !fetching && held === null,
    );
    if (this.#stopped) return false;
    if (wanted.length === 0) await this.#change.promise;
    else await this.#fetch(broker, wanted, ours.length > wanted.length);
    return true;
  }

  async #fetch(broker: Broker, wanted: readonly Reading[], hurried: boolean): Promise<void> {
    const { maxBytes } = this.#options;
    const { fetchWaitMs } = this.#context.settings;
    for (const reading of wanted) reading.fetching = true;
    try {
      const fetched = await fetchFrom(
        broker,
        wanted.map(({ place, position }) => ({ ...place, position })),
        {
          waitMs: hurried ? Math.min(HURRIED_WAIT_MS, fetchWaitMs) : fetchWaitMs,
          maxBytes,
          maxPartitionBytes: Math.min(MAX_PARTITION_BYTES, maxBytes),
        },
      );
      for (const one of fetched) if (one.errorCode === 0) await this.#take(one);
      for (const one of fetched) if (one.errorCode !== 0) await this.#recover(one);
    } finally {
      for (const reading of wanted) reading.fetching = false;
      // One of them may be another broker's by now, whose loop waits for it.
      this.#wake();
    }
  }

  async #take(fetched: Fetched): Promise<void> {
    const reading = this.#readings.get(nameOf(fetched));
    if (reading === undefined || fetched.next === reading.position) return;
    reading.held = fetched;
    await this.#deliver(reading);
  }

  async #deliver(reading: Reading): Promise<void> {
    const { place, held } = reading;
    if (held === null || reading.delivering || this.#stopped || this.#paused.has(nameOf(place))) return;
    reading.delivering = true;
    const { next } = held;
    const running = (async () => this.#options.deliver(batchOf(held)))().then(
      () => {
        reading.position = next;
        reading.held = null;
      },
      (cause: unknown) => this.#fail(cause),
    );
    this.#delivering.add(running);
    await running;
    this.#delivering.delete(running);
    reading.delivering = false;
    this.#wake();
  }

  async #recover(fetched: Fetched): Promise<void> {
    const reading = this.#readings.get(nameOf(fetched));
    if (reading === undefined || this.#stopped) return;
    const { place, position } = reading;
    if (fetched.errorCode !== OFFSET_OUT_OF_RANGE) throw createErrorFromCode(fetched.errorCode);
    reading.position = await retainedAfter(this.#context.brokers, { ...place, position });
    this.#context.log('warn', `${nameOf(place)}: offset ${position} is not there any more`, {
      from: reading.position,
    });
  }
}

function batchOf({ topic, partition, bytes, each, release, next, end }: Fetched): Batch {
  let records: Batch['records'] | null = null;
  return {
    topic,
    partition,
    bytes,
    next,
    end,
    each,
    release,
    get records() {
      records ??= [...each()];
      return records;
    },
  };
}
