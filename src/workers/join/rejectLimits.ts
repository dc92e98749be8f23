// When the role `join` stops rather than set aside: too many of the newest events that this release cannot read,
// or too many of the newest documents that OpenSearch will never take. Told before what was found is set aside.
import { Fault } from '../../model/fault.ts';
import type { Written } from '../../stores/opensearch/documentStore.ts';
import { createRejectShare, REJECT_WINDOW, type RejectShare } from '../rejectShare.ts';
import type { EventsRecord } from './eventRecord.ts';
import type { JoinWorkerSettings } from './settings.ts';

export interface RejectLimits {
  /** @throws Fault `too-many-rejects` */
  readonly read: (record: EventsRecord) => void;
  /** @throws Fault `too-many-rejects` */
  readonly wrote: (written: Written) => void;
}

/** OpenSearch would take it, but its index is past the retention: nobody's mistake, however many there are. */
const EXPIRED = 410;

export function createRejectLimits({
  maxRejectShare,
  topics,
}: Pick<JoinWorkerSettings, 'maxRejectShare' | 'topics'>): RejectLimits {
  const limit = { maxShare: maxRejectShare, ...REJECT_WINDOW };
  const events = createRejectShare<string>(limit, {
    verdict: 'records could not be used',
    reason: (reason, times) => `${wordsOf(reason)} (${reason}, ${times})`,
  });
  const documents = createRejectShare<string>(limit, {
    verdict: 'documents were refused',
    reason: (type, times) => `${type} (${times})`,
  });
  const stopAt = (share: RejectShare<string>, what: string, mend: string): void => {
    if (!share.isTooHigh()) return;
    throw new Fault(
      'too-many-rejects',
      `${what}: ${share.words()}. Stopped before the rest goes to ${topics.deadLetters}: see "netpol-drift dead-letters list", and ${mend}; MAX_REJECT_SHARE (${maxRejectShare}) lets more through`,
    );
  };
  return {
    read(record) {
      if (record.outcome === 'empty') return;
      events.add(record.outcome === 'event' ? null : record.reason);
      stopAt(events, topics.events, 'update netpol-drift here, or stop what else writes into that topic');
    },
    wrote({ acknowledged, superseded, refused }) {
      for (let count = acknowledged + superseded; count > 0; count -= 1) documents.add(null);
      for (const { status, reason } of refused) documents.add(status === EXPIRED ? null : typeOf(reason));
      stopAt(
        documents,
        'OpenSearch',
        'run "netpol-drift setup", which mends templates and mappings or says what is in the way',
      );
    },
  };
}

function wordsOf(reason: string): string {
  switch (reason) {
    case 'schema-unknown':
      return 'written by another release';
    case 'avro-broken':
      return 'no event of ours, or damaged';
    default:
      return 'of a kind that does not belong there';
  }
}

/** OpenSearch's name of the error; what follows it can quote values out of the document. */
function typeOf(reason: string): string {
  return /^[a-z_-]{1,64}/.exec(reason)?.[0] ?? 'no reason';
}
