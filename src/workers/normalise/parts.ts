// What the role `normalise` is given from outside, as narrowly as it uses it.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { CommitResult, Log } from '../../kafka/log.ts';
import type { FeedStatus } from '../../model/event.ts';
import type { Micros } from '../../model/time.ts';
import type { NormaliseSettings } from './settings.ts';

export type NormaliseLogger = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Kinds of messages that the role sends, for the figures. */
export const SENT_KINDS = ['event', 'change', 'coverage', 'watermark', 'dead-letter'] as const;
export type SentKind = (typeof SENT_KINDS)[number];

export interface NormaliseMetrics {
  /** What became of records; `name` is the kind of accepted ones, else the reason. Copies are not counted. */
  readonly records: (
    feed: FeedStatus['feed'],
    outcome: 'accepted' | 'ignored' | 'rejected',
    name: string,
    count: number,
  ) => void;
  /** Acknowledged. */
  readonly sent: (kind: SentKind, count: number) => void;
  /** Of the newest records of a raw topic, 0 to 1. */
  readonly rejectShare: (topic: string, share: number) => void;
  /** The newest record time of a feed, among the records just read. */
  readonly newest: (feed: FeedStatus['feed'], cluster: string, at: Micros) => void;
  /** Events that Hubble says it lost. */
  readonly lost: (cluster: string, events: number) => void;
  readonly committed: (result: CommitResult | 'failed') => void;
  /** Set aside in the dead letters. */
  readonly deadLetters: (reason: string, count: number) => void;
}

export interface NormaliserParts {
  readonly log: Log;
  readonly codec: EventCodec;
  readonly settings: NormaliseSettings;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly logger: NormaliseLogger;
  readonly metrics: NormaliseMetrics;
}
