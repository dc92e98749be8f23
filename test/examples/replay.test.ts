// The example cluster as the replay sends it: moved and renamed, and otherwise what the files hold.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Feed, FEEDS, playRound, timedLines } from '../../examples/playRound.ts';
import { restaged } from '../../examples/restaged.ts';
import { createMemoryBroker } from '../../src/kafka/memory/broker.ts';
import type { Event } from '../../src/model/event.ts';
import { createAuditNormaliser } from '../../src/normalise/auditLine.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';

const HOUR = 3_600;
const TOPICS = { audit: 'k8s.audit', flows: 'hubble.flows' };

function read(name: string): string {
  return readFileSync(new URL(`../../examples/shop/${name}`, import.meta.url), 'utf8');
}

const lines = { audit: timedLines(read('audit.ndjson')), flows: timedLines(read('flows.ndjson')) };
const lastMicros = Math.max(...[...lines.audit, ...lines.flows].map(({ at }) => at));

describe('a line', () => {
  it('is moved in time to the last digit, and renamed', () => {
    const line = '{"time":"2026-11-02T23:59:59.000068872Z","node_name":"prod-eu1/node-3","id":"2026-11-02"}';
    expect(restaged(line, { cluster: 'shop-2', seconds: 2 })).toBe(
      '{"time":"2026-11-03T00:00:01.000068872Z","node_name":"shop-2/node-3","id":"2026-11-02"}',
    );
  });

  it('is the same where nothing is moved and the name stays', () => {
    for (const name of ['audit.ndjson', 'flows.ndjson', 'policies.json'])
      expect(restaged(read(name), { cluster: 'prod-eu1', seconds: 0 })).toBe(read(name));
  });
});

describe('a round', () => {
  const memory = async () => {
    const broker = createMemoryBroker({ now: () => 0 });
    const log = broker.connect();
    await log.admin.create(
      Object.values(TOPICS).map((topic) => ({
        topic,
        partitions: 2,
        replicationFactor: 1,
        config: new Map(),
      })),
    );
    const texts = (topic: string) =>
      [0, 1].flatMap((partition) =>
        broker.records({ topic, partition }).map(({ value }) => Buffer.from(value ?? []).toString()),
      );
    return { log, texts };
  };

  it('that lies in the past is sent at once and whole, and can be read as the files can', async () => {
    const { log, texts } = await memory();
    const restaging = { cluster: 'shop', seconds: 5 * HOUR };
    const nowMs = () => lastMicros / 1_000 + restaging.seconds * 1_000;
    await playRound(lines, restaging, {
      log,
      topics: TOPICS,
      nowMs,
      tickMs: 1,
      signal: new AbortController().signal,
    });
    expect(texts(TOPICS.audit)).toHaveLength(lines.audit.length);
    expect(texts(TOPICS.flows)).toHaveLength(lines.flows.length);

    const audit = createAuditNormaliser({ cluster: '' });
    const flows = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
    const kindsOf = (feed: Feed, all: readonly string[]) =>
      all
        .flatMap((line, index): readonly Event[] => {
          const bytes = new TextEncoder().encode(line);
          return (feed === 'audit' ? audit : flows)(bytes, feed, index + 1).events;
        })
        .map(({ body }) => body.kind)
        .toSorted();
    for (const feed of FEEDS)
      expect(kindsOf(feed, texts(TOPICS[feed]))).toEqual(
        kindsOf(
          feed,
          lines[feed].map(({ line }) => line),
        ),
      );
  });

  it('that has just begun sends what has happened by then, and ends when it is told to', async () => {
    const { log, texts } = await memory();
    const stop = new AbortController();
    const firstMs = Math.min(...[...lines.audit, ...lines.flows].map(({ at }) => at)) / 1_000;
    const looks = [firstMs + HOUR * 1_000, firstMs + 2 * HOUR * 1_000];
    const nowMs = () => {
      const now = looks.shift();
      if (now !== undefined && looks.length > 0) return now;
      stop.abort();
      return now ?? 0;
    };
    await playRound(
      lines,
      { cluster: 'shop', seconds: 0 },
      { log, topics: TOPICS, nowMs, tickMs: 1, signal: stop.signal },
    );
    const limit = (firstMs + 2 * HOUR * 1_000) * 1_000;
    expect(texts(TOPICS.flows)).toHaveLength(lines.flows.filter(({ at }) => at <= limit).length);
  });
});
