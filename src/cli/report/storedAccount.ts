// How much of one feed was read, from the counts that a store keeps of it.

import { IGNORED, type IgnoreReason, REJECTED, type RejectReason } from '../../model/outcome.ts';
import type { FeedCount } from '../../queries/report/feedCounts.ts';
import type { FeedAccount } from '../../report/findings.ts';

/** @param files by feed */
export function storedAccount(
  feed: 'flows' | 'audit',
  counts: readonly FeedCount[],
  files: ReadonlyMap<string, number>,
): FeedAccount {
  const own = counts.filter((one) => one.feed === feed);
  const ignored = new Map<IgnoreReason, number>();
  const rejected = new Map<RejectReason, number>();
  let [records, accepted, lostEvents] = [0, 0, 0];
  for (const { name, count } of own) {
    const [outcome = '', reason = ''] = name.split(':');
    if (name === 'lost') {
      lostEvents += count;
      continue;
    }
    records += count;
    if (outcome === 'ignored' && isIgnored(reason)) ignored.set(reason, count);
    else if (outcome === 'rejected' && isRejected(reason)) rejected.set(reason, count);
    else accepted += count;
  }
  return { files: files.get(feed) ?? 0, records, accepted, ignored, rejected, lostEvents };
}

function isIgnored(word: string): word is IgnoreReason {
  return Object.hasOwn(IGNORED, word);
}

function isRejected(word: string): word is RejectReason {
  return Object.hasOwn(REJECTED, word);
}
