// What this program asks of Kafka, and nothing else of it: everything outside `kafka/` speaks these types.
// Two implementations, one contract (test/contract): kafkajs, and memory for tests.
//
//   group     partitions shared with other workers: assigned ─▶ batches ─▶ commit ─▶ revoked
//   follow    every partition of some topics, read by this worker alone, from the start; nothing is committed
//   range     records of one partition between two offsets
//   send      one partition per call, acknowledged by all in-sync replicas
//
// Offsets are numbers: below 2^53. Times are the broker's append times where the topic says LogAppendTime.

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Bytes are views into the memory of their batch: what is kept for longer than until its release is copied. What
 * `range` gives is nobody's to release.
 */
export interface LogRecord {
  readonly offset: number;
  readonly appendedAtMs: number;
  readonly key: Uint8Array | null;
  /** null: a tombstone of a compacted topic. */
  readonly value: Uint8Array | null;
  /** Of several headers of one name the last. */
  readonly headers: ReadonlyMap<string, Uint8Array>;
}

/**
 * Records of one partition in the order of their offsets, which may have holes (transactions, compaction).
 * Without records: what was between the last batch and `next` is not for readers (control records, aborted
 * transactions, compacted away).
 */
export interface Batch extends TopicPartition {
  /** All at once. @throws Fault `kafka-refused` */
  readonly records: readonly LogRecord[];
  /** The same one by one, unpacked and made when they are reached: a batch that waits takes its packed bytes only. */
  readonly each: () => Iterable<LogRecord>;
  /**
   * Gives the memory of the records back at once: nothing of them may be read from then on. Without it, the memory
   * waits for the garbage collector, which looks through the whole heap for every 64 MB of such memory.
   */
  readonly release: () => void;
  /** That it takes while it waits, about; 0: it has no records. */
  readonly bytes: number;
  /** Everything below this offset has been delivered; the next batch begins here. */
  readonly next: number;
  /** The offset that the partition would write next, as of this batch: `next === end` = all read. */
  readonly end: number;
}

export interface Committed {
  readonly offset: number;
  /** '' when none was committed with it. */
  readonly metadata: string;
}

export interface Assigned extends TopicPartition {
  /** The next offset that will be delivered. */
  readonly position: number;
  /** As the broker has it at the time of the assignment; null: never committed, or expired. */
  readonly committed: Committed | null;
  /** The offset that the partition would write next at the time of the assignment. */
  readonly end: number;
  /** This worker had the partition before this rebalance, too, and goes on where it was: no record comes twice. */
  readonly kept: boolean;
}

/**
 * `revoked` of an epoch comes before `assigned` of the next; between the two no batch is delivered. A batch
 * of an epoch is delivered only after its `assigned` has resolved. The calls are never made at the same time
 * for one partition. A handler that throws ends the membership with `failed`.
 */
export interface GroupHandlers {
  /** All partitions of this member in the new epoch, the kept ones included; sorted. May be empty. */
  assigned(partitions: readonly Assigned[], epoch: number): Promise<void> | void;
  /** What is lost; commits of the old epoch are refused from now on. Never awaits: time is up already. */
  revoked(partitions: readonly TopicPartition[], epoch: number): void;
  /** Hands off and returns fast: while it runs, nothing else is fetched from that broker. */
  batch(batch: Batch, epoch: number): Promise<void> | void;
  /** The membership has ended and is not restarted: the process should end or join anew. */
  failed(cause: unknown): void;
}

export interface GroupOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly fetchMaxBytes: number;
}

/**
 *   committed   the broker has it
 *   superseded  of an older epoch, of a partition that is not ours any more, or lower than what this epoch
 *               committed. Refused here, or by the broker when the epoch ended on the way
 */
export type CommitResult = 'committed' | 'superseded';

export interface Group {
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * The metadata: at most 4,096 bytes (the broker's `offset.metadata.max.bytes`).
   * @throws Fault `kafka-refused` when the broker does not take it
   */
  commit(at: TopicPartition, committed: Committed, epoch: number): Promise<CommitResult>;
  /**
   * Whether nobody else can own our partitions yet: the coordinator has heard of us within the session timeout.
   * Asked right before what must not overlap with the work of the next owner; a process that stood still, or that
   * Kafka does not hear, learns only later what it has lost. It may become true again.
   */
  isHeard(): boolean;
  /**
   * Stops fetching at once, waits for handlers that run, leaves the group. Commits are possible until then.
   * No `revoked` is called. A handler may call it, but not wait for it.
   */
  leave(): Promise<void>;
}

export interface Follower {
  stop(): Promise<void>;
}

export interface FollowHandlers {
  batch(batch: Batch): Promise<void> | void;
  failed(cause: unknown): void;
}

export interface OutgoingMessage {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: ReadonlyMap<string, string | Uint8Array>;
}

export interface Sender {
  /**
   * Resolves when all in-sync replicas have every message, in this order. Calls for one partition are sent one
   * after another, in the order of the calls, however many wait; a call that fails fails those that wait
   * behind it, so that order is never broken silently. A failed call may have written its first messages.
   * What can heal is tried again until `close`: its caller waits.
   * @returns the offset of the first message; -1 without messages
   * @throws Fault `message-too-large`, `topic-missing`, `topic-wrong` (no such partition), `kafka-refused`
   *   (not authorised, …), `kafka-unavailable` (closed)
   */
  send(at: TopicPartition, messages: readonly OutgoingMessage[]): Promise<number>;
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly config: ReadonlyMap<string, string>;
}

export interface TopicState {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** All effective settings as the broker tells them. */
  readonly config: ReadonlyMap<string, string>;
}

export interface LogAdmin {
  /** null for a topic that does not exist. */
  describe(topic: string): Promise<TopicState | null>;
  create(topics: readonly TopicSpec[]): Promise<void>;
  /** Number of partitions. @throws Fault `topic-missing` */
  partitions(topic: string): Promise<number>;
  /** First retained offset and the offset to be written next, by partition from 0. @throws Fault `topic-missing` */
  offsets(topic: string): Promise<readonly { readonly start: number; readonly end: number }[]>;
  /** What a group has committed, by partition from 0; null where nothing was. */
  committed(groupId: string, topic: string): Promise<readonly (Committed | null)[]>;
}

export interface Log {
  join(options: GroupOptions, handlers: GroupHandlers): Promise<Group>;
  /** From the first retained offset of each partition on. Batches of one partition come in order. */
  follow(topics: readonly string[], handlers: FollowHandlers): Promise<Follower>;
  /**
   * Records with from <= offset < until, as far as they are retained; ends there or at the end that the
   * partition had when the reading began.
   */
  range(at: TopicPartition, from: number, until: number): AsyncIterable<readonly LogRecord[]>;
  readonly sender: Sender;
  readonly admin: LogAdmin;
  close(): Promise<void>;
}
