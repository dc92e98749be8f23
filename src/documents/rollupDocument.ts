// One rollup as a document. Its version orders by records included first and by policy offset second, so
// that a worker that has seen newer policies but fewer records can never overwrite a fuller block.
import type { BlockRollups, KeyedRollup } from '../rollup/block.ts';
import { labelsDigest } from '../rollup/digests.ts';
import { outsideAddress } from '../rollup/rollupKey.ts';
import { type Rollup, WINDOW_MICROS } from '../rollup/rollup.ts';
import { peerOf, subjectOf } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import type { LabelSet } from '../model/labels.ts';
import { formatInstant } from '../model/time.ts';
import { conversationFields, judgementFields, present } from './conversation.ts';
import type { Document } from './document.ts';
import { rollupVersion } from './versions.ts';

/** @param records how many records of the block are included, at most BLOCK_OFFSETS. */
export function rollupDocuments(
  block: BlockRollups,
  records: number,
  policyOffset: number,
): readonly Document[] {
  return block.rollups.map((keyed) =>
    rollupDocument(keyed, {
      partition: block.partition,
      number: block.number,
      version: rollupVersion(records, policyOffset),
    }),
  );
}

/** Of which block a rollup is, and which version of it. */
export interface RollupPlace {
  readonly partition: string;
  readonly number: number;
  readonly version: number;
}

export function rollupDocument(
  { key, rollup }: KeyedRollup,
  { partition, number, version }: RollupPlace,
): Document {
  const start = formatInstant(rollup.window);
  return {
    _id: rollupIdOf({ partition, number }, key),
    _index: `netpol-rollups-${start.slice(0, 7).replace('-', '.')}`,
    _version: version,
    fields: present({
      '@timestamp': start,
      'window.start': start,
      'window.end': formatInstant(rollup.window + WINDOW_MICROS),
      ...conversationFields(rollup.example),
      ...endsFields(rollup),
      ...judgementFields(rollup.example, rollup.lagMs),
      'verdict.match_type': rollup.example.event.body.matchType,
      count: rollup.count,
      attempts: rollup.attempts,
      first_seen: formatInstant(rollup.firstSeen.micros, rollup.firstSeen.nanos),
      last_seen: formatInstant(rollup.lastSeen.micros, rollup.lastSeen.nanos),
      samples: rollup.samples,
      pods: rollup.pods,
      'block.partition': partition,
      'block.number': number,
    }),
  };
}

export function rollupIdOf(
  { partition, number }: Pick<RollupPlace, 'partition' | 'number'>,
  key: string,
): string {
  return hashHex(128, [partition, String(number), key]);
}

function endsFields(rollup: Rollup) {
  const flow = rollup.example.event.body;
  const subject = subjectOf(flow);
  const peer = peerOf(flow);
  const ends = {
    'subject.labels_hash': labelsHash(subject.labels),
    'subject.labels': subject.labels,
  };
  if (rollup.folded)
    return {
      ...ends,
      'peer.namespace': null,
      'peer.workload': 'other',
      'peer.entity': null,
      'peer.ip': 'other',
    };
  return {
    ...ends,
    'peer.labels_hash': labelsHash(peer.labels),
    'peer.labels': peer.labels,
    'peer.ip': outsideAddress(peer),
  };
}

/** 64 bits are enough to tell the label sets of one cluster apart; '' for none. */
export function labelsHash(labels: LabelSet): string {
  return labelsDigest(labels).slice(0, 16);
}
