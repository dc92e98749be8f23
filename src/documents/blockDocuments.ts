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
import { type BlockRollups, openBlock, wholeKey } from '../rollup/block.ts';
import type { BlockContent, BlockRecord, JoinStatus } from '../rollup/blockContent.ts';
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

/** A verdict that has a document, and with which status: one that is stored as final stays so. */
export interface PlannedVerdict {
  readonly id: string;
  readonly verdict: Enriched;
  readonly status: JoinStatus;
}

/** What documents a block has, before any is made. */
export interface BlockPlan {
  readonly block: BlockRollups;
  /** By offset. */
  readonly verdicts: readonly PlannedVerdict[];
}

/** What is worked out of each verdict alone: whoever plans a block again and again may remember it. */
export interface VerdictMarks {
  readonly key: (verdict: Enriched) => string;
  readonly id: (verdict: Enriched) => string;
  /** false only where it is known that no document of this event is, or may be, stored. */
  readonly mayBeStored: (event: FlowEvent) => boolean;
}

const MARKS: VerdictMarks = {
  key: wholeKey,
  id: (verdict) => verdictIdOf(verdict.event),
  mayBeStored: () => true,
};

/** The plan of a block that grows. */
export interface OpenPlan {
  /** The next verdict by offset. */
  readonly add: (verdict: Enriched) => void;
  /** Asked as often as wanted. @param records all that were added, in that order, as they are now */
  readonly plan: (records: readonly BlockRecord[], stored: StoredBlock) => BlockPlan;
}

export function openPlan(
  { partition, number }: Pick<BlockContent, 'partition' | 'number'>,
  limits: RawPerKey,
  marks: VerdictMarks = MARKS,
): OpenPlan {
  const open = openBlock(partition, number, marks.key);
  /** Verdicts for which documents are written: their index by id. */
  const chosen = new Map<string, number>();
  const perKey = new Map<string, number>();
  let added = 0;

  return {
    add(verdict) {
      const key = open.add(verdict);
      added += 1;
      if (key === null || !isRemarkable(verdict)) return;
      const written = perKey.get(key) ?? 0;
      if (written >= limitOf(verdict, limits)) return;
      perKey.set(key, written + 1);
      chosen.set(marks.id(verdict), added - 1);
    },
    plan(records, stored) {
      const block = open.close();
      // Ids are hashes; of most records none is needed. Copies share theirs with a record that may have been chosen.
      const isAllChosen = block.copies === 0 && [...stored.verdicts.keys()].every((id) => chosen.has(id));
      const own = new Set(chosen.values());
      const some = isAllChosen
        ? [...own].flatMap((index) => records[index] ?? [])
        : records.filter(
            ({ verdict }, index) => block.copies > 0 || own.has(index) || marks.mayBeStored(verdict.event),
          );
      const verdicts = new Map<string, PlannedVerdict>();
      for (const { verdict, status } of some) {
        const id = marks.id(verdict);
        // Of the copies of one event the first by offset speaks for it.
        if (verdicts.has(id) || !(chosen.has(id) || stored.verdicts.has(id))) continue;
        verdicts.set(id, { id, verdict, status: stored.verdicts.get(id) === 'final' ? 'final' : status });
      }
      return { block, verdicts: [...verdicts.values()] };
    },
  };
}

function planBlock(content: BlockContent, stored: StoredBlock, limits: RawPerKey): BlockPlan {
  const open = openPlan(content, limits);
  for (const { verdict } of content.records) open.add(verdict);
  return open.plan(content.records, stored);
}

export function blockDocuments(
  content: BlockContent,
  stored: StoredBlock,
  limits: RawPerKey = RAW_PER_KEY,
): BlockDocuments {
  const { policyOffset, records } = content;
  const { block, verdicts } = planBlock(content, stored, limits);
  const rollups = rollupDocuments(block, records.length, policyOffset);
  return {
    rollups,
    verdicts: verdicts.map(({ verdict, status }) => verdictDocument(verdict, { policyOffset, status })),
    zeros: zeroRollups(content, stored, new Set(rollups.map(({ _id }) => _id))),
  };
}

/** What may be in the store once these documents were sent, whatever became of the request. */
export function afterSending(
  stored: StoredBlock,
  sent: Pick<BlockDocuments, 'rollups' | 'verdicts'>,
): StoredBlock {
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

/** @param produced ids of the rollups that the block has now */
export function zeroRollups(
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
