// Everything that the role sends, and how far the policy log is known to reach. Each call resolves when all of its
// messages are acknowledged; per partition they stand in the order of the calls.
import type { OutgoingMessage } from '../../kafka/log.ts';
import type { Event, FeedStatus, Watermark } from '../../model/event.ts';
import type { Outbox } from './outbox.ts';
import type { NormaliserParts, SentKind } from './parts.ts';
import { partitionOf } from './routes.ts';
import type { TopicFacts } from './topicLimits.ts';
import { watermarkKey } from './watermarks.ts';

export interface Sending {
  readonly send: (out: Pick<Outbox, 'at' | 'events' | 'changes' | 'deadLetters'>) => Promise<void>;
  /** Into the policy log. */
  readonly cover: (statuses: readonly Event<FeedStatus>[]) => Promise<void>;
  readonly mark: (marks: readonly Event<Watermark>[]) => Promise<void>;
  /** Asks how far the policy log reaches: everything acknowledged before lies below. */
  readonly learnPolicyOffset: () => Promise<void>;
  /** The last offset of the policy log when it was last asked; -1 = it was empty. */
  readonly policyOffset: () => number;
}

const utf8 = new TextEncoder();

export function createSending(
  { log, codec, settings: { topics }, metrics }: NormaliserParts,
  facts: Pick<TopicFacts, 'watermarkPartitions' | 'deadLetterPartitions'>,
): Sending {
  let policyOffset = -1;

  const send = async (
    kind: SentKind,
    at: { readonly topic: string; readonly partition: number },
    messages: readonly OutgoingMessage[],
  ): Promise<void> => {
    if (messages.length === 0) return;
    await log.sender.send(at, messages);
    metrics.sent(kind, messages.length);
  };
  const policyLog = { topic: topics.policyChanges, partition: 0 };

  return {
    async send({ at, events, changes, deadLetters }) {
      const letters = deadLetters.map(({ message }) => message);
      const letterBox = { topic: topics.deadLetters, partition: at.partition % facts.deadLetterPartitions };
      await Promise.all([
        ...[...events].map(([partition, messages]) =>
          send('event', { topic: topics.events, partition }, messages),
        ),
        send('change', policyLog, changes),
        send('dead-letter', letterBox, letters),
      ]);
      for (const { reason } of deadLetters) metrics.deadLetters(reason, 1);
    },
    cover: (statuses) =>
      send(
        'coverage',
        policyLog,
        statuses.map((status) => ({ key: utf8.encode(`${status.cluster}\n`), value: codec.encode(status) })),
      ),
    async mark(marks) {
      await Promise.all(
        marks.map((event) => {
          const key = watermarkKey(event);
          const partition = partitionOf(key, facts.watermarkPartitions);
          const message = { key: utf8.encode(key), value: codec.encode(event) };
          return send('watermark', { topic: topics.watermarks, partition }, [message]);
        }),
      );
    },
    async learnPolicyOffset() {
      const [ends] = await log.admin.offsets(topics.policyChanges);
      policyOffset = Math.max(policyOffset, (ends?.end ?? 0) - 1);
    },
    policyOffset: () => policyOffset,
  };
}
