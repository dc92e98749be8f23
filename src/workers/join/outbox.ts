// What of one open block has been sent, so that a flush sends only what says something new. The last write of a
// block sends all of it: then every version tells how much of the policy log the block knows.
//
//   content ─▶ documents ─┬─ as sent before ─▶ left out, unless `whole`
//                         └─ else ───────────▶ first  (rollups and verdicts; to be acknowledged)
//                                              then   (rollups that are no longer produced: zeros)
import {
  afterSending,
  blockDocuments,
  NOTHING_STORED,
  type RawPerKey,
  type StoredBlock,
} from '../../documents/blockDocuments.ts';
import type { Document } from '../../documents/document.ts';
import type { BlockContent } from '../../rollup/blockContent.ts';

export interface Outgoing {
  readonly first: readonly Document[];
  /** To be sent when all of `first` is acknowledged. */
  readonly after: readonly Document[];
}

export interface Outbox {
  /** `stored`: what else is in the store of this block, where another owner may have written it. */
  pack(content: BlockContent, how: { readonly whole: boolean; readonly stored?: StoredBlock }): Outgoing;
  /** All of what was packed last is acknowledged. Until then it counts as perhaps sent. */
  delivered(): void;
}

/** Said by a rollup that counts nothing any more. */
const ZERO = -1;

export function createOutbox(limits: RawPerKey): Outbox {
  let stored: StoredBlock = NOTHING_STORED;
  /** What each acknowledged document says, by id. */
  const said = new Map<string, number>();
  let saying: ReadonlyMap<string, number> = new Map();

  return {
    pack(content, { whole, stored: found }) {
      const known = found === undefined ? stored : merged(stored, found);
      const documents = blockDocuments(content, known, limits);
      const all = [...documents.rollups, ...documents.verdicts];
      const words = new Map(all.map((document) => [document._id, wordsOf(document)]));
      saying = new Map([...words, ...documents.zeros.map(({ _id }) => [_id, ZERO] as const)]);
      stored = afterSending(known, documents);
      return {
        first: whole ? all : all.filter(({ _id }) => said.get(_id) !== words.get(_id)),
        after: whole ? documents.zeros : documents.zeros.filter(({ _id }) => said.get(_id) !== ZERO),
      };
    },
    delivered() {
      for (const [id, words] of saying) said.set(id, words);
    },
  };
}

function merged(one: StoredBlock, other: StoredBlock): StoredBlock {
  const verdicts = new Map(one.verdicts);
  for (const [id, status] of other.verdicts) if (verdicts.get(id) !== 'final') verdicts.set(id, status);
  return { rollups: new Map([...other.rollups, ...one.rollups]), verdicts };
}

/**
 * A digest of everything that a document says, but for how far the policy log was known. Should two texts ever
 * share one, the document waits for the last write of its block.
 */
function wordsOf({ fields }: Document): number {
  const { 'join.policy_offset': _, ...words } = fields;
  const text = JSON.stringify(words);
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}
