// What of one open block has been sent, so that a flush sends only what says something new. The last write of a
// block sends all of it: then every version tells how much of the policy log the block knows.
//
//   content ─▶ documents ─┬─ as sent before ─▶ left out, unless `whole`
//                         └─ else ───────────▶ first  (rollups and verdicts; to be acknowledged)
//                                              then   (rollups that are no longer produced: zeros)
import {
  afterSending,
  NOTHING_STORED,
  type RawPerKey,
  type StoredBlock,
  zeroRollups,
} from '../../documents/blockDocuments.ts';
import type { Document } from '../../documents/document.ts';
import type { BlockContent } from '../../rollup/blockContent.ts';
import { type Candidate, createBlockMemory } from './blockMemory.ts';

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
const ZERO = 'zero';

type Saying = Candidate | typeof ZERO;

export function createOutbox(limits: RawPerKey): Outbox {
  let stored: StoredBlock = NOTHING_STORED;
  /** What each acknowledged document says, by id. */
  const said = new Map<string, Saying>();
  let saying: ReadonlyMap<string, Saying> = new Map();
  let isLast = false;
  /** What each document that was refused said when it was set aside, by id. */
  const lost = new Map<string, Saying>();
  const memory = createBlockMemory();

  return {
    pack(content, { whole, stored: found }) {
      isLast = whole;
      if (found !== undefined) {
        stored = merged(stored, found);
        memory.foreign();
      }
      const { rollups, verdicts } = memory.candidates(content, stored, limits);
      const zeros = zeroRollups(content, stored, new Set(rollups.map(({ id }) => id)));
      const isNew = (one: Candidate): boolean => whole || !isSame(said.get(one.id), one);
      const first = { rollups: rollups.filter(isNew), verdicts: verdicts.filter(isNew) };
      const documents = {
        rollups: first.rollups.map(({ make }) => make()),
        verdicts: first.verdicts.map(({ make }) => make()),
      };
      saying = new Map<string, Saying>([
        ...[...first.rollups, ...first.verdicts].map((one) => [one.id, one] as const),
        ...zeros.map(({ _id }) => [_id, ZERO] as const),
      ]);
      stored = afterSending(stored, documents);
      return {
        first: [...documents.rollups, ...documents.verdicts],
        after: whole ? zeros : zeros.filter(({ _id }) => said.get(_id) !== ZERO),
      };
    },
    delivered() {
      for (const [id, words] of saying) said.set(id, words);
    },
    isNews({ _id }) {
      const words = saying.get(_id);
      if (words === undefined || !lost.has(_id)) return true;
      return isLast && !isSame(lost.get(_id), words);
    },
    setAside(documents) {
      for (const { _id } of documents) {
        const words = saying.get(_id);
        if (words !== undefined) lost.set(_id, words);
      }
    },
  };
}

/** Whether two documents of one id say the same, but for how far the policy log was known. */
function isSame(before: Saying | undefined, now: Saying): boolean {
  if (before === undefined || before === ZERO || now === ZERO) return before === now;
  if (before.basis === now.basis && before.status === now.status) return true;
  // A verdict that was joined again, mostly in vain.
  return before.status === now.status && typeof now.basis === 'object' && wordsOf(before) === wordsOf(now);
}

function wordsOf({ make }: Candidate): string {
  const { 'join.policy_offset': _, ...words } = make().fields;
  return JSON.stringify(words);
}

function merged(one: StoredBlock, other: StoredBlock): StoredBlock {
  const verdicts = new Map(one.verdicts);
  for (const [id, status] of other.verdicts) if (verdicts.get(id) !== 'final') verdicts.set(id, status);
  return { rollups: new Map([...other.rollups, ...one.rollups]), verdicts };
}
