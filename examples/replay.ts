// Plays the example cluster into Kafka round after round, for a look at the whole stream without a cluster:
//
//   shop     the four hours that end now, at once: there is something to see from the start
//   shop-2   the same at the pace of the clock, from now on
//   shop-3   when that has ended, and so on
//
// Each round is a cluster of its own, since its policies begin again as the snapshot has them. `node
// examples/replay.ts 1` ends after the first. Where Kafka is, and the topics, is set as for the workers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEventCodec } from '../src/cli/eventCodec.ts';
import { publishSnapshot } from '../src/cli/snapshot/publishSnapshot.ts';
import { settingsOf } from '../src/cli/work/settingsOf.ts';
import { readConfig } from '../src/config.ts';
import { connectKafka } from '../src/kafka/client/connect.ts';
import { parseManifests } from '../src/manifests/load.ts';
import { flatten, type Sorted } from '../src/manifests/objects.ts';
import { MICROS_PER_SECOND } from '../src/model/time.ts';
import { type Feed, playRound, timedLines } from './playRound.ts';
import { restaged, type Restaging } from './restaged.ts';

const FOLDER = join(import.meta.dirname, 'shop');
const NAME = 'shop';
const TICK_MS = 1_000;

const rounds = process.argv[2] === undefined ? Number.POSITIVE_INFINITY : Number(process.argv[2]);
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

const { kafka, topics, normalise } = settingsOf(readConfig());
const log = connectKafka(kafka, () => {});
const policyLog = {
  log,
  topic: topics.policyChanges,
  codec: readEventCodec(),
  skipOffsets: new Set<number>(),
};
const raw = { audit: topicOf('audit'), flows: topicOf('flows') };
const lines = { audit: timedLines(read('audit.ndjson')), flows: timedLines(read('flows.ndjson')) };
const times = [...lines.audit, ...lines.flows].map(({ at }) => at / MICROS_PER_SECOND);
const [first, last] = [Math.min(...times), Math.max(...times)];

for (let round = 1; round <= rounds && !stop.signal.aborted; round += 1) {
  const now = Date.now() / 1_000;
  const cluster = round === 1 ? NAME : `${NAME}-${round}`;
  const restaging = { cluster, seconds: Math.floor(round === 1 ? now - last : now - first) };
  await publishSnapshot(policyLog, { objects: snapshot(restaging), complete: true, cluster, dryRun: false });
  process.stdout.write(
    `playing ${lines.flows.length} flows and ${lines.audit.length} audit events as ${cluster}\n`,
  );
  await playRound(lines, restaging, {
    log,
    topics: raw,
    nowMs: Date.now,
    tickMs: TICK_MS,
    signal: stop.signal,
  });
}
await log.close();

function topicOf(feed: Feed): string {
  const topic = normalise.rawTopics.find((one) => one.feed === feed)?.topic;
  if (topic === undefined) throw new Error(`no raw topic of ${feed} is set`);
  return topic;
}

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

function snapshot(restaging: Restaging): Sorted['objects'] {
  const sorted: Sorted = { objects: [], problems: [], strays: [] };
  for (const document of parseManifests(
    'policies.json',
    Buffer.from(restaged(read('policies.json'), restaging)),
  ))
    if ('value' in document) flatten(document, sorted);
  return sorted.objects;
}
