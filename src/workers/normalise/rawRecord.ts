// One record of a raw topic → events that are bound to their cluster, and what became of everything in it. A
// record may hold one line, several, or a JSON text over many; what the files' reader would hold back until the
// next line comes is cut off here, since a Kafka record holds whole lines. The bytes alone and what Kafka keeps
// beside them decide: read again, a record gives the same.
import type { LogRecord } from '../../kafka/log.ts';
import type { RejectReason } from '../../model/outcome.ts';
import type { RecordSite } from '../../normalise/recordSite.ts';
import { MAX_LINE_BYTES } from '../../sources/decode.ts';
import { MAX_ITEMS } from '../../sources/unwrap.ts';
import { createFeedReader, type FeedRead, type FeedReader, joinReads } from './feedReader.ts';
import { linesOf } from './lines.ts';
import type { NormaliseSettings, RawTopic } from './settings.ts';
import { type TimeLimits, timeLimits } from './timeLimits.ts';

export type RawReader = (record: LogRecord) => FeedRead;
export type RawReaderSettings = Pick<NormaliseSettings, 'cluster' | 'dropEvents' | 'retentionDays'>;

const CLUSTER_HEADER = 'cluster';
/** Of a DNS name; Cilium takes 32, clouds and people more. */
const MAX_CLUSTER_BYTES = 253;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The cluster of a record: its header `cluster`, else what an envelope names, else that of the topic's setting,
 * else Hubble's own, else the setting for all; then flows are of `default`, and changes are rejected. Event times
 * more than an hour after the record came to Kafka are rejected, and flows that were older than the retention
 * then. The reader gives one record at least for each that it reads, and never throws.
 */
export function createRawReader(topic: RawTopic, partition: number, settings: RawReaderSettings): RawReader {
  const { cluster, dropEvents, retentionDays } = settings;
  const reader = createFeedReader(topic.feed, { dropEvents, cluster });
  const limitsAt = timeLimits(topic.feed === 'flows' ? retentionDays : null);

  return ({ offset, appendedAtMs, value, headers }) => {
    if (value === null) return EMPTY;
    const givenCluster = clusterIn(headers);
    if (givenCluster === null) return refused('bad-field', 'a header `cluster` that is no name');
    const site = {
      source: topic.topic,
      partition,
      offset,
      index: 0,
      givenCluster,
      assumedCluster: topic.cluster,
    };
    return readValue(value, { reader, site, limits: limitsAt(appendedAtMs) });
  };
}

interface Reading {
  readonly reader: FeedReader;
  readonly site: RecordSite;
  readonly limits: TimeLimits;
}

/** Lines, or, where the first of them is no JSON by itself, one JSON text that was printed over several. */
function readValue(value: Uint8Array, reading: Reading): FeedRead {
  const lines = value.length > MAX_LINE_BYTES ? [value] : linesOf(value);
  const [first] = lines;
  if (first === undefined || lines.length === 1) return readLine(first ?? value, reading);
  if (lines.length > MAX_ITEMS)
    return refused('too-many-items', `${lines.length} lines, the limit is ${MAX_ITEMS}`);
  if (isNoJson(readLine(first, reading))) {
    const whole = readLine(value, reading);
    if (!isNoJson(whole)) return whole;
  }
  return readLines(lines, reading);
}

function readLine(line: Uint8Array, { reader, site, limits }: Reading): FeedRead {
  const read = reader.line(line, site, limits);
  // No part of a cut line: nearly every record.
  if (read.records.length > 0) return read;
  return joinReads([read, reader.finish(site)]);
}

function readLines(lines: readonly Uint8Array[], { reader, site, limits }: Reading): FeedRead {
  const reads: FeedRead[] = [];
  let { index } = site;
  for (const line of lines) {
    const read = reader.line(line, { ...site, index }, limits);
    index += read.events.length;
    reads.push(read);
  }
  reads.push(reader.finish(site));
  return joinReads(reads);
}

function isNoJson({ rejection }: FeedRead): boolean {
  return rejection?.name === 'not-json';
}

/** @returns null when it is no name; '' when there is none. */
function clusterIn(headers: LogRecord['headers']): string | null {
  const bytes = headers.get(CLUSTER_HEADER);
  if (bytes === undefined) return '';
  if (bytes.length > MAX_CLUSTER_BYTES) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function refused(name: RejectReason, detail: string): FeedRead {
  const record = { outcome: 'rejected', name, ...NOWHERE } as const;
  return { events: [], records: [record], rejection: { name, detail } };
}

const NOWHERE = { cluster: '', reporter: '', micros: null } as const;

/** A record without a value. */
const EMPTY: FeedRead = {
  events: [],
  records: [{ outcome: 'ignored', name: 'blank', ...NOWHERE }],
  rejection: null,
};
