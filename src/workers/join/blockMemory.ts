// What was worked out of an open block, kept from one flush to the next: a block is planned again every few seconds,
// whole, since what depends on the order of its records must not depend on when they came; but keys and ids of its
// verdicts stay what they are, and few of its documents say anything new. Changes no document.
import {
  type BlockPlan,
  planBlock,
  type PlannedVerdict,
  type RawPerKey,
  type StoredBlock,
} from '../../documents/blockDocuments.ts';
import type { Document } from '../../documents/document.ts';
import { rollupDocument, rollupIdOf } from '../../documents/rollupDocument.ts';
import { verdictDocument, verdictIdOf } from '../../documents/verdictDocument.ts';
import { rollupVersion } from '../../documents/versions.ts';
import type { Enriched } from '../../join/enriched.ts';
import type { FlowEvent } from '../../model/event.ts';
import { type KeyedRollup, wholeKey } from '../../rollup/block.ts';
import type { BlockContent } from '../../rollup/blockContent.ts';

/** A document that the block has now. */
export interface Candidate {
  readonly id: string;
  /** Equal for one id: the document says the same, but for how far the policy log is known. */
  readonly basis: Enriched | string;
  readonly status: string;
  readonly make: () => Document;
}

export interface BlockMemory {
  candidates(
    content: BlockContent,
    stored: StoredBlock,
    limits: RawPerKey,
  ): { readonly rollups: readonly Candidate[]; readonly verdicts: readonly Candidate[] };
  /** Others may have written documents of this block, too. */
  foreign(): void;
}

export function createBlockMemory(): BlockMemory {
  const keys = createKeys();
  const verdictIds = new Map<Enriched, string>();
  const rollupIds = new Map<string, string>();
  /** Events of which a document was made. */
  const written = new Set<FlowEvent>();
  let isForeign = false;
  const marks = {
    key: keys.of,
    id: (verdict: Enriched) => remembered(verdictIds, verdict, () => verdictIdOf(verdict.event)),
    mayBeStored: (event: FlowEvent) => isForeign || written.has(event),
  };

  return {
    candidates(content, stored, limits) {
      const { block, verdicts }: BlockPlan = planBlock(content, stored, limits, marks);
      keys.forget(content);
      for (const { verdict } of verdicts) written.add(verdict.event);
      const { partition, number, policyOffset, records } = content;
      const place = { partition, number, version: rollupVersion(records.length, policyOffset) };
      return {
        rollups: block.rollups.map((keyed) => ({
          id: remembered(rollupIds, keyed.key, () => rollupIdOf(place, keyed.key)),
          basis: tally(keyed),
          status: '',
          make: () => rollupDocument(keyed, place),
        })),
        verdicts: verdicts.map((planned) => verdictCandidate(planned, policyOffset)),
      };
    },
    foreign() {
      isForeign = true;
    },
  };
}

function verdictCandidate({ id, verdict, status }: PlannedVerdict, policyOffset: number): Candidate {
  return { id, basis: verdict, status, make: () => verdictDocument(verdict, { policyOffset, status }) };
}

/** All of a rollup that its key does not say. */
function tally({ rollup }: KeyedRollup): string {
  const { count, attempts, firstSeen, lastSeen, lagMs, samples, pods } = rollup;
  const seen = `${firstSeen.micros} ${firstSeen.nanos} ${lastSeen.micros} ${lastSeen.nanos}`;
  return `${count} ${attempts} ${seen} ${lagMs} ${JSON.stringify([samples, pods])}`;
}

/** One text for each key, however many verdicts have it. */
function createKeys() {
  let known = new Map<Enriched, string>();
  const texts = new Map<string, string>();
  const of = (verdict: Enriched): string =>
    remembered(known, verdict, () => {
      const key = wholeKey(verdict);
      return remembered(texts, key, () => key);
    });
  return {
    of,
    /** Verdicts that were joined again meanwhile. */
    forget({ records }: BlockContent): void {
      if (known.size > 2 * records.length)
        known = new Map(records.map(({ verdict }) => [verdict, of(verdict)]));
    },
  };
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
