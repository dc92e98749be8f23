// One member of a group in memory, between its group and its handlers: what it was assigned, what it delivers.
// The group halts it before each rebalance, so nothing is delivered while that runs.
import { setImmediate as turn } from 'node:timers/promises';
import type { Committed, CommitResult, Group, GroupHandlers, GroupOptions, TopicPartition } from '../log.ts';
import { createOwnership, type Standing } from '../ownership.ts';
import { nameOf } from '../place.ts';
import { type MemoryPartition, read } from './topic.ts';

/** What a member needs of the broker that it belongs to. */
export interface MemberHome {
  partition(place: TopicPartition): MemoryPartition | undefined;
  /** Resolves when something was appended, or `wake` was called. */
  changed(): Promise<void>;
  wake(): void;
  /** @throws Fault when the broker does not take it */
  store(place: TopicPartition, committed: Committed): void;
  /** Takes the member out of its group. */
  left(member: MemoryMember): Promise<void>;
}

export class MemoryMember implements Group {
  readonly id: string;
  readonly options: GroupOptions;
  readonly #handlers: GroupHandlers;
  readonly #home: MemberHome;
  readonly #ownership = createOwnership();
  readonly #paused = new Set<string>();
  #generation = 0;
  #delivering = false;
  #gone = false;
  #forgotten = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    id: string,
    options: GroupOptions,
    { handlers, home }: { readonly handlers: GroupHandlers; readonly home: MemberHome },
  ) {
    this.id = id;
    this.options = options;
    this.#handlers = handlers;
    this.#home = home;
  }

  get owned(): readonly TopicPartition[] {
    return this.#ownership.places();
  }

  get generation(): number {
    return this.#generation;
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const place of partitions)
      if (this.#ownership.position(place) !== undefined) this.#paused.add(nameOf(place));
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const place of partitions) this.#paused.delete(nameOf(place));
    this.#home.wake();
  }

  /** Takes effect at once; the answer comes later, as a broker's does. */
  async commit(place: TopicPartition, committed: Committed, epoch: number): Promise<CommitResult> {
    if (this.#gone || this.#forgotten || !this.#ownership.admit(place, committed, epoch)) return 'superseded';
    this.#home.store(place, committed);
    this.#ownership.acknowledge(place, committed, epoch);
    await turn();
    return 'committed';
  }

  isHeard(): boolean {
    return !this.#gone && !this.#forgotten && this.#generation > 0;
  }

  async leave(): Promise<void> {
    await this.halt();
    if (this.#gone) return;
    this.#gone = true;
    await this.#home.left(this);
  }

  /** As if its session had timed out and it did not know: it goes on, and nothing of it is taken. */
  forget(): void {
    this.#forgotten = true;
    this.#delivering = false;
    this.#home.wake();
  }

  /** As if its process had ended: no handler is called any more, nothing is committed. */
  kill(): void {
    this.#gone = true;
    this.#delivering = false;
    this.#home.wake();
  }

  /** Nothing is delivered from now on; resolves when no handler runs. */
  async halt(): Promise<void> {
    this.#delivering = false;
    this.#home.wake();
    await this.#running;
  }

  async begin(standings: readonly Standing[], generation: number): Promise<void> {
    const before = this.#ownership.epoch();
    this.#generation = generation;
    const { lost, assigned, epoch } = this.#ownership.begin(standings);
    for (const place of lost) this.#paused.delete(nameOf(place));
    try {
      if (before > 0) this.#handlers.revoked(lost, before);
      await this.#handlers.assigned(assigned, epoch);
    } catch (cause) {
      return this.#fail(cause);
    }
    this.#delivering = !this.#gone;
    this.#running = this.#deliver(epoch).catch((cause: unknown) => this.#fail(cause));
  }

  #fail(cause: unknown): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#delivering = false;
    void this.#home.left(this);
    this.#handlers.failed(cause);
  }

  async #deliver(epoch: number): Promise<void> {
    while (this.#delivering) {
      // Asked for before looking, so that what comes while we look is not missed.
      const change = this.#home.changed();
      let moved = false;
      for (const place of this.#ownership.places()) moved = (await this.#step(place, epoch)) || moved;
      await (moved ? turn() : change);
    }
  }

  async #step(place: TopicPartition, epoch: number): Promise<boolean> {
    const partition = this.#home.partition(place);
    const position = this.#ownership.position(place);
    if (!this.#delivering || partition === undefined || position === undefined) return false;
    if (this.#paused.has(nameOf(place))) return false;
    const batch = read(partition, position, this.options.fetchMaxBytes);
    if (batch === null) return false;
    await this.#handlers.batch(batch, epoch);
    this.#ownership.moved(place, batch.next);
    return true;
  }
}
