// From the lines of an audit log to the timelines. The audit files are read whole before any flow.
import type { ChangeEvent } from '../../model/event.ts';
import { createAuditNormaliser } from '../../normalise/auditLine.ts';
import type { Clusters } from './clusters.ts';
import type { FeedHandler, FeedRecord } from './reading.ts';

/**
 * @param cluster `--cluster`; '' = as the data say.
 * @param unnamed what becomes of changes that name no cluster: the one cluster of the flows adopts them, or
 *   they are rejected, because the flows are known to be of several.
 */
export function auditHandler(
  cluster: string,
  unnamed: 'adopt' | 'reject',
  clusters: Clusters,
  note: (record: FeedRecord, source: string) => void,
): FeedHandler {
  const normalise = createAuditNormaliser({ cluster });
  const isHomeless = (named: string): boolean => unnamed === 'reject' && named === '';

  function take(events: readonly ChangeEvent[]): void {
    for (const event of events) {
      if (isHomeless(event.cluster)) continue;
      clusters.addChange(event);
      clusters.named.change(event);
    }
  }

  return {
    record(bytes, source, line) {
      const { events, records } = normalise(bytes, source, line);
      take(events);
      for (const { cluster: named, micros } of records)
        if (micros !== null && !isHomeless(named)) clusters.coverAudit(named, micros);
      return records.map((record) =>
        record.outcome === 'accepted' && isHomeless(record.cluster)
          ? {
              ...record,
              outcome: 'rejected',
              name: 'no-cluster',
              detail: 'the flows are of several clusters',
            }
          : record,
      );
    },
    finish: (source) => normalise.finish(source).records,
    settle: async () => {},
    note,
  };
}
