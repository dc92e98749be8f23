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
  /**
   * Whether to set a refused document aside: always when it is none of what was packed last, else the first time,
   * and in the last write of the block when it says something else by then.
   */
  isNews(document: Document): boolean;
  /** These are in the dead letters now. */
  setAside(documents: readonly Document[]): void;
}

/** Said by a rollup that counts nothing any more. */
const ZERO = -1;

export function createOutbox(limits: RawPerKey): Outbox {
  let stored: StoredBlock = NOTHING_STORED;
  /** What each acknowledged document says, by id. */
  const said = new Map<string, number>();
  let saying: ReadonlyMap<string, number> = new Map();
  let isLast = false;
  /** What each document that was refused said when it was set aside, by id. */
  const lost = new Map<string, number>();
  const memory = createBlockMemory();

  /** Those of them that say something else than what is acknowledged; all, when `whole`. */
  function news(made: Iterable<Made>, whole: boolean, words: Map<string, number>): readonly Document[] {
    const documents: Document[] = [];
    for (const { id, words: known, make } of made) {
      if (!whole && known !== undefined && said.get(id) === known) continue;
      const document = make();
      const now = memory.noteWords(id, document);
      if (!whole && said.get(id) === now) continue;
      words.set(id, now);
      documents.push(document);
    }
    return documents;
  }

  return {
    pack(content, { whole, stored: found }) {
      isLast = whole;
      if (found !== undefined) {
        stored = merged(stored, found);
        memory.foreign();
      }
      const made = memory.make(content, stored, limits);
      const words = new Map<string, number>();
      const rollups = news(made.rollups, whole, words);
      const verdicts = news(made.verdicts, whole, words);
      const zeros = zeroRollups(content, stored, made.produced);
      saying = new Map([...words, ...zeros.map(({ _id }) => [_id, ZERO] as const)]);
      stored = afterSending(stored, { rollups, verdicts });
      return {
        first: [...rollups, ...verdicts],
        after: whole ? zeros : zeros.filter(({ _id }) => said.get(_id) !== ZERO),
      };
    },
    delivered() {
      for (const [id, words] of saying) said.set(id, words);
    },
    isNews({ _id }) {
      const words = saying.get(_id);
      if (words === undefined || !lost.has(_id)) return true;
      return isLast && lost.get(_id) !== words;
    },
    setAside(documents) {
      for (const { _id } of documents) {
        const words = saying.get(_id);
        if (words !== undefined) lost.set(_id, words);
      }
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
