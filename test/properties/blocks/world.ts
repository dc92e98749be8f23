// What all workers of the simulated cluster share: the logs, the store, the committed metadata, the rules.
import { decodeCommit, encodeCommit } from '../../../src/rollup/commitMetadata.ts';
import type { CommitPoint } from '../../../src/rollup/openBlocks.ts';
import type { BlockDocuments } from '../../../src/documents/blockDocuments.ts';
import { policyOffsetOf } from '../../../src/documents/versions.ts';
import type { Document } from '../../../src/documents/document.ts';
import type { Trace } from '../../../src/join/touched.ts';
import { alteredBetween, knownBy, type Known, touchedBetween } from '../../support/smallWorld.ts';
import type { EventLog } from './log.ts';
import type { Rule } from './rules.ts';
import { type Flight, flightOf, type Store } from './store.ts';

/** For how long after its death a worker may go on, and its requests may land. */
export const LINGER_MS = 40;
export const RAW_PER_KEY = { any: 2, newlyAllowed: 1 } as const;
export const PARTITION = 'netpol.events/0';

export interface World {
  readonly broken: Rule | null;
  readonly log: EventLog;
  readonly store: Store;
  /** The policy log: record k says CHANGES[policies[k - 1]]; record 0 is the snapshot. */
  readonly policies: number[];
  commit: { readonly position: number; readonly metadata: string };
  /** The next record of the policy log that repair has to deal with. */
  repairAt: number;
  nowMs: number;
}

export function holds(world: World, rule: Rule): boolean {
  return world.broken !== rule;
}

/** The prefix of the policy log that ends with the record at `offset`. */
function prefix(world: World, offset: number): readonly number[] {
  return world.policies.slice(0, Math.max(0, offset));
}

export function knownAt(world: World, offset: number): Known {
  return knownBy(prefix(world, offset));
}

/** Whether the record at `offset` can concern a verdict. */
export function touchedBy(world: World, offset: number): (trace: Trace) => boolean {
  const [before, after] = [prefix(world, offset - 1), prefix(world, offset)];
  const isTouched = touchedBetween(before, after);
  if (holds(world, 'whole-touched-time')) return isTouched;
  const changes = alteredBetween(before, after);
  const isWithin = ({ from, until }: Trace): boolean =>
    changes.some((change) => change.kind === 'everything' || (until >= change.from && from < change.until));
  return (trace) => isWithin(trace) && isTouched(trace);
}

export function committed(world: World): CommitPoint {
  const metadata = decodeCommit(world.commit.metadata);
  if (metadata === null) throw new Error(`no commit metadata: ${world.commit.metadata}`);
  return { position: world.commit.position, ...metadata };
}

export function commit(world: World, point: CommitPoint): void {
  const metadata = encodeCommit(point);
  if (metadata === null) throw new Error('the commit metadata do not fit');
  world.commit = { position: point.position, metadata };
}

export function send(world: World, documents: BlockDocuments, landed: () => void): Flight {
  if (holds(world, 'records-before-policies')) return flightOf(documents, holds(world, 'zeros-last'), landed);
  const swapped = (document: Document): Document => {
    const policyOffset = policyOffsetOf(document._version);
    const records = Math.floor(document._version / 2 ** 37);
    return { ...document, _version: (policyOffset + 1) * 2 ** 37 + records };
  };
  const { rollups, verdicts, zeros } = documents;
  const others = { rollups: rollups.map(swapped), verdicts, zeros: zeros.map(swapped) };
  return flightOf(others, holds(world, 'zeros-last'), landed);
}
