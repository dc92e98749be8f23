// One member of a consumer group towards its coordinator (Kafka's classic group protocol): it joins, takes part in
// the assignment, says that it lives, leaves. What it does with its partitions is group.ts.
//
//   join ─▶ Session (member id, generation, partitions) ─▶ live ─▶ over: join again, with or without the id
//
// Not kafkajs's consumer, because that tells neither before it joins again nor which generation a commit is
// of, and so commits for partitions that others read by now (tulios/kafkajs#1046, #1097, #1300).
import { setTimeout as pauseFor } from 'node:timers/promises';
import type Broker from 'kafkajs/src/broker/index.js';
import { assign } from '../assignment.ts';
import type { Committed, GroupOptions, TopicPartition } from '../log.ts';
import { faultOf, isFinal, typeOf } from './failure.ts';
import { decodeAssignment, decodeClaim, encodeAssignment, encodeClaim, PROTOCOL } from './memberMessages.ts';
import { placesOf } from './offsets.ts';
import { persist } from './persist.ts';
import type { ReaderContext } from './reader.ts';
import { within } from './within.ts';

export interface Session {
  readonly memberId: string;
  readonly generation: number;
  readonly places: readonly TopicPartition[];
  /** Partitions by topic as the leader dealt them out; null: we do not lead. */
  readonly dealt: ReadonlyMap<string, number> | null;
  /** When we sent the last request that the coordinator has answered; of a clock that never goes back. */
  heardAtMs: number;
}

const LONGEST_BEAT_MS = 3_000;
const LEAVE_WITHIN_MS = 3_000;

export class Membership {
  readonly #context: ReaderContext;
  readonly #options: GroupOptions;
  readonly #leaving: AbortSignal;
  #memberId = '';
  #generation = -1;
  #coordinator: Broker | null = null;
  #nudge = new AbortController();

  /** @param leaving nothing is tried again after it */
  constructor(context: ReaderContext, options: GroupOptions, leaving: AbortSignal) {
    this.#context = context;
    this.#options = options;
    this.#leaving = leaving;
  }

  /** @param owned what is read now, to be kept where possible */
  async join(owned: readonly TopicPartition[]): Promise<Session> {
    const { log, settings } = this.#context;
    const what = `joining group ${this.#options.groupId}`;
    return persist(
      async () => {
        for (;;)
          try {
            return await this.#joinOnce(owned);
          } catch (cause) {
            if (!this.#isRebalance(cause) || this.#leaving.aborted) throw cause;
          }
      },
      { what, attempts: Infinity, signal: this.#leaving, settings, log, mend: (cause) => this.mend(cause) },
    );
  }

  /** Says that we live, until the session is over. @throws what cannot heal */
  async live(session: Session): Promise<void> {
    const { groupId, sessionTimeoutMs } = this.#options;
    const beatMs = Math.min(LONGEST_BEAT_MS, sessionTimeoutMs / 10);
    while (!this.#leaving.aborted) {
      this.#nudge = new AbortController();
      const signal = AbortSignal.any([this.#leaving, this.#nudge.signal]);
      await pauseFor(beatMs, undefined, { signal }).catch(() => undefined);
      if (this.#leaving.aborted) return;
      try {
        const { memberId, generation } = session;
        const coordinator = await this.coordinator();
        const sentAtMs = performance.now();
        const beat = coordinator.heartbeat({ groupId, memberId, groupGenerationId: generation });
        await within(sessionTimeoutMs / 3, beat);
        session.heardAtMs = sentAtMs;
        await this.#context.brokers.refreshIfOld();
        if (session.dealt !== null && this.#haveGrown(session.dealt)) return;
      } catch (cause) {
        if (this.#isRebalance(cause)) return;
        if (isFinal(cause)) throw faultOf(cause, `staying in group ${groupId}`);
        this.#context.log('debug', `group ${groupId}: no heartbeat`, { cause: String(cause) });
        await this.mend(cause).catch(() => undefined);
      }
    }
  }

  /**
   * @returns false when the session is over
   * @throws what the coordinator does not take, or what may heal
   */
  async commit(session: Session, place: TopicPartition, { offset, metadata }: Committed): Promise<boolean> {
    const { groupId } = this.#options;
    const { memberId, generation } = session;
    const partitions = [{ partition: place.partition, offset: String(offset), metadata }];
    try {
      const coordinator = await this.coordinator();
      const topics = [{ topic: place.topic, partitions }];
      await coordinator.offsetCommit({ groupId, memberId, groupGenerationId: generation, topics });
      return true;
    } catch (cause) {
      if (!isRebalance(cause)) throw cause;
      // The next heartbeat would tell, but why wait.
      this.#nudge.abort();
      return false;
    }
  }

  /** Asked for once, and again after trouble. */
  async coordinator(): Promise<Broker> {
    this.#coordinator ??= await this.#context.brokers.coordinator(this.#options.groupId);
    return this.#coordinator;
  }

  /** A request failed: the coordinator may be another by now. */
  async mend(cause: unknown): Promise<void> {
    const coordinator = this.#coordinator;
    this.#coordinator = null;
    await this.#context.brokers.mend(cause, coordinator);
  }

  /** Best effort: who does not get to say so is missed after the session timeout. */
  async leave(): Promise<void> {
    const { groupId } = this.#options;
    const memberId = this.#memberId;
    if (memberId === '') return;
    try {
      const leaving = this.coordinator().then((coordinator) => coordinator.leaveGroup({ groupId, memberId }));
      await within(LEAVE_WITHIN_MS, leaving);
    } catch (cause) {
      this.#context.log('info', `group ${groupId}: left without a word`, { cause: String(cause) });
    }
    this.#memberId = '';
  }

  async #joinOnce(owned: readonly TopicPartition[]): Promise<Session> {
    const { groupId, sessionTimeoutMs, topics } = this.#options;
    const coordinator = await this.coordinator();
    const claim = encodeClaim({ topics, owned, generation: this.#generation });
    const joined = await coordinator.joinGroup({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: this.#context.settings.rebalanceTimeoutMs,
      memberId: this.#memberId,
      groupProtocols: [{ name: PROTOCOL, metadata: claim }],
    });
    const { memberId, generationId, leaderId, members } = joined;
    this.#memberId = memberId;
    const dealt = memberId === leaderId ? await this.#counts(members) : null;
    const heardAtMs = performance.now();
    const { memberAssignment } = await coordinator.syncGroup({
      groupId,
      memberId,
      generationId,
      groupAssignment: dealt === null ? [] : deal(members, dealt),
    });
    this.#generation = generationId;
    const places = decodeAssignment(memberAssignment);
    return { memberId, generation: generationId, places, dealt, heardAtMs };
  }

  async #counts(members: readonly Broker.GroupMember[]): Promise<ReadonlyMap<string, number>> {
    const { brokers } = this.#context;
    const topics = [...new Set(members.flatMap((member) => decodeClaim(member).topics))];
    for (const topic of topics)
      await brokers.know([topic]).catch((cause: unknown) => {
        // Another member's topic that is not there is that one's trouble.
        if (this.#options.topics.includes(topic) || !isFinal(cause)) throw cause;
      });
    await brokers.refresh();
    return new Map(topics.map((topic) => [topic, placesOf(brokers, topic).length]));
  }

  #haveGrown(dealt: ReadonlyMap<string, number>): boolean {
    return [...dealt].some(([topic, count]) => this.#context.brokers.partitionCount(topic) > count);
  }

  #isRebalance(cause: unknown): boolean {
    if (typeOf(cause) === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
    return isRebalance(cause);
  }
}

function deal(members: readonly Broker.GroupMember[], counts: ReadonlyMap<string, number>) {
  const shares = assign(members.map(decodeClaim), counts);
  return [...shares].map(([memberId, places]) => ({ memberId, memberAssignment: encodeAssignment(places) }));
}

/** The session is over; joining again begins the next. */
function isRebalance(cause: unknown): boolean {
  switch (typeOf(cause)) {
    case 'REBALANCE_IN_PROGRESS':
    case 'ILLEGAL_GENERATION':
    case 'UNKNOWN_MEMBER_ID':
      return true;
    default:
      return false;
  }
}
