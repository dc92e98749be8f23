// The blocks that stored rollups lead to, gathered page by page, each with how many verdicts it holds: the most
// that any of its rollups says, since the last write of a block writes them all.
import type { Document } from '../../documents/document.ts';
import type { BlockName } from '../../documents/storedTrace.ts';
import { recordsOf } from '../../documents/versions.ts';
import { number, text } from '../../model/json.ts';

/** A block, and how many verdicts its rollups say that it holds. */
export interface StoredBlockName extends BlockName {
  readonly records: number;
}

export interface BlockSearch {
  /** @param wanted those of the page's blocks that are looked for */
  add(page: readonly Document[], wanted: readonly BlockName[]): void;
  /** Sorted by number, then partition. */
  found(): readonly StoredBlockName[];
}

export function createBlockSearch(): BlockSearch {
  const records = new Map<string, number>();
  const wanted = new Map<string, BlockName>();
  return {
    add(page, blocks) {
      for (const { fields, _version } of page) {
        const key = blockKey({
          partition: text(fields['block.partition']),
          number: number(fields['block.number']) ?? -1,
        });
        records.set(key, Math.max(recordsOf(_version), records.get(key) ?? 0));
      }
      for (const block of blocks) wanted.set(blockKey(block), block);
    },
    found: () =>
      [...wanted]
        .map(([key, block]) => ({ ...block, records: records.get(key) ?? 0 }))
        .sort((a, b) => a.number - b.number || (a.partition < b.partition ? -1 : 1)),
  };
}

export function blockKey({ partition, number: block }: BlockName): string {
  return `${partition} ${block}`;
}
