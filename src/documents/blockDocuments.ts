// The documents of a block, for whoever computes it: an owner at a flush, a new owner, repair. Documents once
// written are never deleted: a rollup that is not produced again gets `count: 0`, a verdict that is no longer
// remarkable is rewritten with its true content.
//
//   content ─┬─▶ rollups ────────────────────────┐
//            └─▶ verdicts: remarkable, capped ───┴─▶ first    write these and have them acknowledged,
//   stored ────▶ rollups not produced again ───────▶ zeros    then these
//
// In this order, since repair finds the blocks that it has to compute again by their rollups: were the old
// ones zeroed before the new ones are there, a crash in between would leave nothing to find the block by.
import type { FlowEvent } from '../model/event.ts';
import { text } from '../model/json.ts';
import type { Enriched } from '../join/enriched.ts';
import { openBlock } from '../rollup/block.ts';
import type { BlockContent, JoinStatus } from '../rollup/blockContent.ts';
import { present } from './conversation.ts';
import type { Document } from './document.ts';
import { rollupDocuments } from './rollupDocument.ts';
import { rollupVersion } from './versions.ts';
import { isRemarkable, verdictDocument, verdictIdOf } from './verdictDocument.ts';

/** What is, or may be, in the store of one block: what was read there, and what was sent since. */
export interface StoredBlock {
  /** By id. */
  readonly rollups: ReadonlyMap<string, StoredRollup>;
  /** Verdict documents of the block's records, by id. */
  readonly verdicts: ReadonlyMap<string, JoinStatus>;
}

export interface StoredRollup {
  readonly index: string;
  /** Its `@timestamp`. */
  readonly timestamp: string;
}

export const NOTHING_STORED: StoredBlock = { rollups: new Map(), verdicts: new Map() };

export interface BlockDocuments {
  readonly rollups: readonly Document[];
  readonly verdicts: readonly Document[];
  /** Rollups that are stored and no longer true. To be sent when all others are acknowledged. */
  readonly zeros: readonly Document[];
}

/** How many verdict documents a block may have per rollup key, the first by offset. */
export interface RawPerKey {
  readonly any: number;
  /** Where the only drift is `newly-allowed`: a popular new rule is no news after the first. */
  readonly newlyAllowed: number;
}

export const RAW_PER_KEY: RawPerKey = { any: 100, newlyAllowed: 3 };

export function blockDocuments(
  content: BlockContent,
  stored: StoredBlock,
  limits: RawPerKey = RAW_PER_KEY,
): BlockDocuments {
  const block = openBlock(content.partition, content.number);
  const selected = new Set<string>();
  const perKey = new Map<string, number>();
  for (const { verdict } of content.records) {
    const key = block.add(verdict);
    if (key === null || !isRemarkable(verdict)) continue;
    const written = perKey.get(key) ?? 0;
    if (written >= limitOf(verdict, limits)) continue;
    perKey.set(key, written + 1);
    selected.add(verdictIdOf(verdict.event));
  }
  const rollups = rollupDocuments(block.close(), content.records.length, content.policyOffset);
  return {
    rollups,
    verdicts: verdictDocuments(content, stored, (id) => selected.has(id) || stored.verdicts.has(id)),
    zeros: zeroRollups(content, stored, new Set(rollups.map(({ _id }) => _id))),
  };
}

/** What may be in the store once these documents were sent, whatever became of the request. */
export function afterSending(stored: StoredBlock, sent: BlockDocuments): StoredBlock {
  const rollups = new Map(stored.rollups);
  for (const { _id, _index, fields } of sent.rollups)
    rollups.set(_id, { index: _index, timestamp: text(fields['@timestamp']) });
  const verdicts = new Map(stored.verdicts);
  for (const { _id, fields } of sent.verdicts)
    verdicts.set(_id, fields['join.status'] === 'final' ? 'final' : (verdicts.get(_id) ?? 'provisional'));
  return { rollups, verdicts };
}

/** Ids under which the records of a block may have verdict documents: those to look for in the store. */
export function verdictIds(events: Iterable<FlowEvent>): ReadonlySet<string> {
  return new Set([...events].map(verdictIdOf));
}

/** Of the copies of one event the first by offset speaks for it. */
function verdictDocuments(
  { records, policyOffset }: BlockContent,
  stored: StoredBlock,
  isWanted: (id: string) => boolean,
): readonly Document[] {
  const documents = new Map<string, Document>();
  for (const { verdict, status } of records) {
    const id = verdictIdOf(verdict.event);
    if (documents.has(id) || !isWanted(id)) continue;
    const made = { policyOffset, status: stored.verdicts.get(id) === 'final' ? 'final' : status } as const;
    documents.set(id, verdictDocument(verdict, made));
  }
  return [...documents.values()];
}

function zeroRollups(
  { partition, number, records, policyOffset }: BlockContent,
  stored: StoredBlock,
  produced: ReadonlySet<string>,
): readonly Document[] {
  return [...stored.rollups]
    .filter(([id]) => !produced.has(id))
    .map(([_id, { index, timestamp }]) => ({
      _id,
      _index: index,
      _version: rollupVersion(records.length, policyOffset),
      fields: present({
        '@timestamp': timestamp,
        count: 0,
        attempts: 0,
        'block.partition': partition,
        'block.number': number,
      }),
    }));
}

function limitOf({ drift }: Enriched, limits: RawPerKey): number {
  return drift.length === 1 && drift[0] === 'newly-allowed' ? limits.newlyAllowed : limits.any;
}
