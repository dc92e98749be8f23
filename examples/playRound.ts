// Sends one round of the example cluster to the raw topics, each line when its time has come: what lies in the past
// goes at once, the rest at the pace of the clock. The audit log goes before the flows of the same moment.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log, OutgoingMessage } from '../src/kafka/log.ts';
import { hashHex } from '../src/model/hash.ts';
import { at, field, text } from '../src/model/json.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../src/model/time.ts';
import { type Restaging, restaged, timeOf } from './restaged.ts';

export const FEEDS = ['audit', 'flows'] as const;
export type Feed = (typeof FEEDS)[number];

export interface TimedLine {
  readonly at: Micros;
  readonly line: string;
}

export interface Stage {
  readonly log: Log;
  readonly topics: Readonly<Record<Feed, string>>;
  readonly nowMs: () => number;
  /** How often it looks for lines whose time has come. */
  readonly tickMs: number;
  /** Raised: the round ends where it is. */
  readonly signal: AbortSignal;
}

const encoder = new TextEncoder();

/** In the order of time. Lines without one are left out. */
export function timedLines(content: string): readonly TimedLine[] {
  return content
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const time = timeOf(line);
      return time === null ? [] : [{ at: time, line }];
    })
    .sort((one, other) => one.at - other.at);
}

/** Resolves when every line was sent, or the signal is raised. */
export async function playRound(
  lines: Readonly<Record<Feed, readonly TimedLine[]>>,
  restaging: Restaging,
  stage: Stage,
): Promise<void> {
  const sent: Record<Feed, number> = { audit: 0, flows: 0 };
  while (!stage.signal.aborted) {
    const now = stage.nowMs() * MICROS_PER_MS - restaging.seconds * MICROS_PER_SECOND;
    for (const feed of FEEDS) {
      const due = lines[feed].slice(sent[feed]).filter((line) => line.at <= now);
      await send(due, { feed, restaging, stage });
      sent[feed] += due.length;
    }
    if (FEEDS.every((feed) => sent[feed] === lines[feed].length)) return;
    await pause(stage.tickMs, undefined, { signal: stage.signal }).catch(() => undefined);
  }
}

interface Sending {
  readonly feed: Feed;
  readonly restaging: Restaging;
  readonly stage: Stage;
}

/** One node's lines, and one API server's, stay in order. */
async function send(lines: readonly TimedLine[], { feed, restaging, stage }: Sending): Promise<void> {
  if (lines.length === 0) return;
  const { log, topics } = stage;
  const topic = topics[feed];
  const partitions = await log.admin.partitions(topic);
  const headers = new Map([['cluster', restaging.cluster]]);
  const byPartition = Map.groupBy(lines, ({ line }) => partitionOf(sourceOf(line), partitions));
  for (const [partition, own] of byPartition) {
    const messages = own.map(
      ({ line }): OutgoingMessage => ({
        key: null,
        value: encoder.encode(restaged(line, restaging)),
        headers,
      }),
    );
    await log.sender.send({ topic, partition }, messages);
  }
}

function sourceOf(line: string): string {
  const value: unknown = JSON.parse(line);
  const node = text(field(value, 'node_name')).split('/').at(-1) ?? '';
  const addresses = at(value, 'sourceIPs');
  return node || JSON.stringify(addresses ?? '');
}

function partitionOf(source: string, partitions: number): number {
  return Number.parseInt(hashHex(32, [source]), 16) % partitions;
}
