// What was worked out of an open block, kept from one flush to the next. While records only come after those that it
// had, the plan goes on with them; where one comes in between, or is joined again, the block is planned anew, whole,
// since what depends on the order of its records must not depend on when they came. Changes no document.
import {
  type OpenPlan,
  openPlan,
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
  /** @param content always of the same block */
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
  let planned: Planned | null = null;
  const marks = {
    key: keys.of,
    id: (verdict: Enriched) => remembered(verdictIds, verdict, () => verdictIdOf(verdict.event)),
    mayBeStored: (event: FlowEvent) => isForeign || written.has(event),
  };

  return {
    candidates(content, stored, limits) {
      keys.forget(content);
      planned = grown(planned, content) ?? { plan: openPlan(content, limits, marks), verdicts: [] };
      for (const { verdict } of content.records.slice(planned.verdicts.length)) {
        planned.plan.add(verdict);
        planned.verdicts.push(verdict);
      }
      const { block, verdicts } = planned.plan.plan(content.records, stored);
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

/** A plan, and what was added to it. */
interface Planned {
  readonly plan: OpenPlan;
  readonly verdicts: Enriched[];
}

/** null: the block does not begin with what was planned. */
function grown(planned: Planned | null, { records }: BlockContent): Planned | null {
  if (planned === null || planned.verdicts.length > records.length) return null;
  return planned.verdicts.every((verdict, index) => verdict === records[index]?.verdict) ? planned : null;
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
