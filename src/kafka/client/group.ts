// A consumer group as its member lives it: from session to session, with a reader while one lasts, and the books of
// what is owned and committed. The order of what its handlers see is fixed here:
//
//   join ─▶ assigned(1) ─▶ batches ─▶ (rebalance: reader stopped, handlers done) ─▶ join ─▶ revoked(1) ─▶ assigned(2) ─▶ …
//
// A commit carries the generation of its epoch, so that the coordinator refuses what comes too late, whatever
// we believe.
import type { Committed, CommitResult, Group, GroupHandlers, GroupOptions, TopicPartition } from '../log.ts';
import { createOwnership } from '../ownership.ts';
import { nameOf } from '../place.ts';
import { Membership, type Session } from './membership.ts';
import { committedOf, extentsOf } from './offsets.ts';
import { persist } from './persist.ts';
import { PartitionReader, type ReaderContext } from './reader.ts';
import { within } from './within.ts';

/** What is under way when the group is left has this long. */
const COMMIT_WITHIN_MS = 3_000;

/** Resolves when the topics are there; the membership goes on by itself from then on. */
export async function joinGroup(
  context: ReaderContext,
  options: GroupOptions,
  handlers: GroupHandlers,
): Promise<Group> {
  const member = new GroupMember(context, options, handlers);
  await member.start();
  return member;
}

class GroupMember implements Group {
  readonly #context: ReaderContext;
  readonly #options: GroupOptions;
  readonly #handlers: GroupHandlers;
  readonly #leaving = new AbortController();
  readonly #left = new AbortController();
  readonly #membership: Membership;
  readonly #ownership = createOwnership();
  readonly #paused = new Set<string>();
  /** The last commit of each partition: they are sent one after another. */
  readonly #commits = new Map<string, Promise<unknown>>();
  #session: Session | null = null;
  #joining = false;
  #reader: PartitionReader | null = null;
  #running: Promise<void> = Promise.resolve();
  #ending: Promise<void> | null = null;

  constructor(context: ReaderContext, options: GroupOptions, handlers: GroupHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
    this.#membership = new Membership(context, options, this.#leaving.signal);
  }

  async start(): Promise<void> {
    const { brokers, settings, log } = this.#context;
    const { topics, groupId } = this.#options;
    const { signal } = this.#leaving;
    const what = `joining group ${groupId}`;
    await persist(() => brokers.know(topics), { what, attempts: settings.attempts, signal, settings, log });
    this.#running = this.#run();
  }

  pause(partitions: readonly TopicPartition[]): void {
    const ours = partitions.filter((place) => this.#ownership.position(place) !== undefined);
    for (const place of ours) this.#paused.add(nameOf(place));
    this.#reader?.pause(ours);
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const place of partitions) this.#paused.delete(nameOf(place));
    this.#reader?.resume(partitions);
  }

  commit(place: TopicPartition, committed: Committed, epoch: number): Promise<CommitResult> {
    const session = this.#session;
    if (session === null || this.#left.signal.aborted || !this.#ownership.admit(place, committed, epoch))
      return Promise.resolve('superseded');
    const before = this.#commits.get(nameOf(place)) ?? Promise.resolve();
    const sent = before.then(() => this.#send(session, place, committed, epoch));
    this.#commits.set(
      nameOf(place),
      sent.catch(() => undefined),
    );
    return sent;
  }

  isHeard(): boolean {
    const session = this.#session;
    if (session === null || this.#left.signal.aborted) return false;
    return performance.now() - session.heardAtMs < this.#options.sessionTimeoutMs;
  }

  leave(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#leaving.abort();
    await this.#reader?.stop();
    // A join under way holds its connection until all others have joined, who wait for us.
    if (this.#joining) this.#context.brokers.interrupt();
    await within(COMMIT_WITHIN_MS, Promise.all(this.#commits.values())).catch(() => undefined);
    this.#left.abort();
    await this.#membership.leave();
    this.#context.brokers.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#leaving;
    try {
      while (!signal.aborted) {
        this.#joining = true;
        const session = await this.#membership.join(this.#ownership.places());
        this.#joining = false;
        const over = this.#membership.live(session);
        over.catch(() => undefined);
        await this.#begin(session);
        await over;
        if (!signal.aborted) await this.#reader?.stop();
      }
    } catch (cause) {
      this.#fail(cause);
    }
    this.#joining = false;
  }

  #fail(cause: unknown): void {
    if (this.#leaving.signal.aborted) return;
    void this.leave();
    this.#handlers.failed(cause);
  }

  async #begin(session: Session): Promise<void> {
    const standings = await this.#standings(session.places);
    if (this.#leaving.signal.aborted) return;
    const before = this.#ownership.epoch();
    const { lost, assigned, epoch } = this.#ownership.begin(standings);
    this.#session = session;
    for (const place of lost) this.#paused.delete(nameOf(place));
    const { groupId } = this.#options;
    this.#context.log('info', `group ${groupId}: ${assigned.length} partitions assigned`, {
      epoch,
      generation: session.generation,
      lost: lost.map(nameOf),
      assigned: assigned.map(nameOf),
    });
    if (before > 0) this.#handlers.revoked(lost, before);
    await this.#handlers.assigned(assigned, epoch);
    if (this.#leaving.signal.aborted) return;
    this.#reader = this.#read(epoch);
    this.#reader.pause(assigned.filter((place) => this.#paused.has(nameOf(place))));
    this.#reader.read(assigned);
  }

  #read(epoch: number): PartitionReader {
    return new PartitionReader(this.#context, {
      maxBytes: this.#options.fetchMaxBytes,
      failed: (cause) => this.#fail(cause),
      deliver: async (batch) => {
        await this.#handlers.batch(batch, epoch);
        this.#ownership.moved(batch, batch.next);
      },
    });
  }

  #standings(places: readonly TopicPartition[]) {
    const { brokers, settings, log } = this.#context;
    const { groupId } = this.#options;
    return persist(
      async () => {
        const committed = await committedOf(await this.#membership.coordinator(), groupId, places);
        const extents = await extentsOf(brokers, places);
        return places.map(({ topic, partition }, index) => ({
          topic,
          partition,
          committed: committed[index] ?? null,
          start: extents[index]?.start ?? 0,
          end: extents[index]?.end ?? 0,
        }));
      },
      {
        what: `looking where group ${groupId} goes on`,
        attempts: Infinity,
        signal: this.#leaving.signal,
        settings,
        log,
        mend: (cause) => this.#membership.mend(cause),
      },
    );
  }

  /** Goes on trying while the epoch lasts. */
  async #send(
    session: Session,
    place: TopicPartition,
    committed: Committed,
    epoch: number,
  ): Promise<CommitResult> {
    const { settings, log } = this.#context;
    const isOver = (): boolean => this.#ownership.epoch() !== epoch || this.#left.signal.aborted;
    return persist(
      async () => {
        if (isOver() || !(await this.#membership.commit(session, place, committed))) return 'superseded';
        this.#ownership.acknowledge(place, committed, epoch);
        return 'committed';
      },
      {
        what: `committing ${nameOf(place)}`,
        attempts: Infinity,
        signal: this.#left.signal,
        settings,
        log,
        mend: (cause) => this.#membership.mend(cause),
      },
    );
  }
}
