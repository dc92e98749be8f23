// Counts what became of every record of a feed: records = accepted + ignored by reason + rejected by reason.
// Rejected ones are also handed to the rejects file.
import type { IgnoreReason, RejectReason } from '../../model/outcome.ts';
import type { FeedAccount } from '../../report/findings.ts';

export interface Account {
  file(): void;
  accepted(): void;
  ignored(reason: IgnoreReason): void;
  rejected(reason: RejectReason): void;
  lost(events: number): void;
  read(): FeedAccount;
}

export function createAccount(): Account {
  const ignored = new Map<IgnoreReason, number>();
  const rejected = new Map<RejectReason, number>();
  let files = 0;
  let records = 0;
  let accepted = 0;
  let lostEvents = 0;
  return {
    file() {
      files += 1;
    },
    accepted() {
      records += 1;
      accepted += 1;
    },
    ignored(reason) {
      records += 1;
      ignored.set(reason, (ignored.get(reason) ?? 0) + 1);
    },
    rejected(reason) {
      records += 1;
      rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
    },
    lost(events) {
      lostEvents += events;
    },
    read: () => ({ files, records, accepted, ignored, rejected, lostEvents }),
  };
}
