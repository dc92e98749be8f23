// Follows the policy log and the watermarks from their start, for as long as the worker lives. The one place where
// their bytes become events; the bytes themselves are not kept. A record of the policy log that cannot be read is
// never skipped silently: without it, decisions would be wrong and nobody could tell.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { JoinSettings } from '../../join/enriched.ts';
import { createWatermarks, type Watermarks } from '../../join/watermarks.ts';
import type { Batch, Follower, Log, LogRecord } from '../../kafka/log.ts';
import type { Event, Watermark } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';
import type { Logger } from '../../runtime/log.ts';
import type { Topics } from '../topics.ts';
import { createHeardSources } from './heardSources.ts';
import { createLogTimelines, type LogTimelines } from './logTimelines.ts';
import { createMilestones } from './milestones.ts';
import type { PolicyLog } from './policyLog.ts';
import { createPolicyRecords, type PolicyRecords } from './policyRecords.ts';

export interface PolicyLogSettings {
  readonly topics: Topics;
  readonly join: JoinSettings;
  /** An audit source that was not heard for so long holds nothing back any more. */
  readonly idleTimeoutMs: number;
  /** Offsets of the policy log that an operator has looked at and given up: passed over when they cannot be read. */
  readonly skipOffsets: ReadonlySet<number>;
}

export interface PolicyLogParts {
  readonly log: Log;
  readonly codec: EventCodec;
  readonly settings: PolicyLogSettings;
  /** What other followers of the same log in this process use, too; its own unless given. */
  readonly records?: PolicyRecords;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Reading has ended for good: the worker knows nothing new any more and must end. Called once at most. */
  readonly failed: (cause: unknown) => void;
}

interface Reading {
  readonly parts: PolicyLogParts;
  readonly timelines: LogTimelines;
  readonly watermarks: Watermarks;
  readonly settled: Watermarks;
  /** Decodes a record of the policy log; null: nothing of ours, or given up by an operator. */
  readonly change: (record: LogRecord) => Event | null;
  /** Decodes a record of the watermarks; [] where it says nothing that can be used. */
  readonly marks: (record: LogRecord) => readonly Event<Watermark>[];
}

/** Reading begins at once. */
export function followPolicyLog(parts: PolicyLogParts): PolicyLog {
  const { topics } = parts.settings;
  const reading = newReading(parts);
  const { timelines, watermarks, settled } = reading;
  const milestones = createMilestones();
  let ended = false;

  function fail(cause: unknown): void {
    if (ended) return;
    ended = true;
    milestones.fail(cause);
    parts.failed(cause);
  }

  function batch(received: Batch): void {
    if (ended) return;
    try {
      takeIn(reading, received);
    } catch (cause) {
      fail(cause);
      throw cause;
    }
    milestones.passed(received.topic, received.next - 1);
  }

  async function begin(): Promise<Follower> {
    const goals = await Promise.all([topics.policyChanges, topics.watermarks].map(endOf(parts)));
    milestones.expect(new Map(goals));
    return parts.log.follow([topics.policyChanges, topics.watermarks], { batch, failed: fail });
  }

  const begun = begin();
  begun.catch(fail);
  return {
    caughtUp: milestones.caughtUp,
    reached: (offset) => milestones.reached(topics.policyChanges, offset),
    ...timelines.answers,
    watermarks,
    settled,
    advance(until) {
      const advance = timelines.answers.advance(until);
      settled.policyLogRead(advance.policyOffset);
      return advance;
    },
    async stop() {
      ended = true;
      milestones.fail(new Error('the policy log is not followed any more'));
      const follower = await begun.catch(() => null);
      await follower?.stop();
    },
  };
}

function newReading(parts: PolicyLogParts): Reading {
  const { join, idleTimeoutMs } = parts.settings;
  return {
    parts,
    timelines: createLogTimelines(join),
    watermarks: createWatermarks(idleTimeoutMs),
    settled: createWatermarks(idleTimeoutMs),
    change: changeReader(parts),
    marks: markReader(parts),
  };
}

/** @returns the topic and the last offset that it holds; -1 where nothing is retained */
function endOf({ log, logger, settings }: PolicyLogParts) {
  return async (topic: string): Promise<readonly [string, number]> => {
    const partitions = await log.admin.offsets(topic);
    const [only] = partitions;
    if (only === undefined || partitions.length > 1)
      throw new Fault(
        'topic-wrong',
        `${topic} has ${partitions.length} partitions, it must have one, since its order is what counts: make it anew with \`netpol-drift setup\`, or begin again with another prefix`,
      );
    if (topic === settings.topics.policyChanges && only.start > 0)
      logger('error', 'the head of the policy log is gone: what it said is unknown from now on', {
        topic,
        firstOffset: only.start,
      });
    return [topic, only.start === only.end ? -1 : only.end - 1];
  };
}

function takeIn(reading: Reading, { topic, records, next }: Batch): void {
  const { parts, timelines, watermarks, settled, change, marks } = reading;
  if (topic === parts.settings.topics.policyChanges) {
    for (const record of records) timelines.read(record.offset, change(record));
    watermarks.policyLogRead(next - 1);
    return;
  }
  for (const mark of records.flatMap(marks)) {
    watermarks.hear(mark, parts.nowMs());
    settled.hear(mark, parts.nowMs());
  }
}

function changeReader({ codec, records, settings, logger }: PolicyLogParts): Reading['change'] {
  const topic = settings.topics.policyChanges;
  const { event } = records ?? createPolicyRecords(codec);
  return ({ offset, value }) => {
    if (value === null) return null;
    try {
      return event(offset, value);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      if (settings.skipOffsets.has(offset)) {
        logger('warn', 'a record of the policy log was passed over, as told', {
          topic,
          offset,
          cause: cause.message,
        });
        return null;
      }
      throw new Fault(
        cause.code,
        `${topic}, offset ${offset}: ${cause.message}. Decisions need every record of it${
          cause.code === 'avro-broken'
            ? `; when you have seen that it is nobody's change, pass over it with POLICY_LOG_SKIP=${offset}`
            : ''
        }`,
        { cause },
      );
    }
  };
}

/** A watermark that is broken delays a cluster until the next one comes; one of a newer version ends the worker. */
function markReader({ codec, settings, logger }: PolicyLogParts): Reading['marks'] {
  const topic = settings.topics.watermarks;
  const sources = createHeardSources();
  return ({ offset, value }) => {
    if (value === null) return [];
    try {
      const event = codec.decode(value);
      return event.body.kind === 'Watermark' ? sources.spread({ ...event, body: event.body }) : [];
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.code !== 'avro-broken') throw cause;
      logger('warn', 'a watermark cannot be read', { topic, offset, cause: cause.message });
      return [];
    }
  };
}
