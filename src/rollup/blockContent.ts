// What is known of a block at one moment, whoever computed it: an owner's flush, its last one, or a repair.
// Its documents follow from it and from what of the block is stored, and from nothing else.
import type { Enriched } from '../join/enriched.ts';

/** `provisional`: joined before all changes that can concern it were known. */
export const JOIN_STATUSES = ['provisional', 'final'] as const;
export type JoinStatus = (typeof JOIN_STATUSES)[number];

export interface BlockRecord {
  readonly verdict: Enriched;
  readonly status: JoinStatus;
}

export interface BlockContent {
  readonly partition: string;
  readonly number: number;
  /** By offset, ascending, so that what depends on the order (folding, copies) cannot depend on arrival. */
  readonly records: readonly BlockRecord[];
  /** All records are joined as of it; -1: no record of the policy log is known. */
  readonly policyOffset: number;
}
