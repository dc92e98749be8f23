// The verdicts of a store, read once: which time and clusters they cover, and the conversations that audit mode let
// pass. A row stands for all verdicts of one kind, so it is taken at its first and at its last verdict: nothing else
// of when they were can tell whether a workload is still in audit mode.

import { type AuditedConversations, createAuditedConversations } from '../../join/auditedConversations.ts';
import type { Enriched } from '../../join/enriched.ts';
import type { FlowEvent } from '../../model/event.ts';
import { FOREVER, type Micros } from '../../model/time.ts';
import type { HistoryRow } from '../../queries/history.ts';
import { type Talk, TALKS, talkOf } from '../../queries/talks.ts';
import type { StoreReader } from '../../stores/duckdb/reader.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import { AUDITED_CONVERSATIONS } from '../analyze/flowPass.ts';
import { namesByAddress, storedEvent } from '../why/storedEvent.ts';
import { changeRecord } from '../why/storedTimeline.ts';

export interface StoredTalks {
  readonly audited: AuditedConversations;
  /** Names. */
  readonly clusters: ReadonlySet<string>;
  /** First and last verdict; null without any. */
  readonly range: { readonly from: Micros; readonly until: Micros } | null;
}

export async function readTalks(store: StoreReader, history: readonly HistoryRow[]): Promise<StoredTalks> {
  const names = await namesByAddress(store);
  const changes = new Map(history.map((row) => [row.change.id, row]));
  const audited = createAuditedConversations(AUDITED_CONVERSATIONS);
  const clusters = new Set<string>();
  let from: Micros = FOREVER;
  let until: Micros = 0;
  for await (const row of store.stream(TALKS)) {
    const talk = talkOf(row);
    const { firstSeen, lastSeen } = talk;
    clusters.add(talk.conversation.cluster);
    from = Math.min(from, firstSeen);
    until = Math.max(until, lastSeen);
    const event = storedEvent(talk, names, null);
    const cause = changes.get(talk.causeId);
    const change = cause === undefined ? null : changeRecord(cause);
    audited.add(verdictOf(talk, change, { ...event, observedAt: firstSeen }));
    audited.add(verdictOf(talk, change, { ...event, body: { ...event.body, weight: 0 } }));
  }
  return { audited, clusters, range: clusters.size === 0 ? null : { from, until } };
}

/** As the join had it, as far as the store says. */
function verdictOf(talk: Talk, change: ChangeRecord | null, event: FlowEvent): Enriched {
  const { declared, reason, undecidable, isolating, deciding, drift } = talk;
  return {
    event,
    decision: { declared, reason, undecidable, selecting: [], isolating, deciding, note: '' },
    confidence: 'exact',
    cause: change === null ? null : { change, before: 'unknown' },
    history: 'partial',
    latest: null,
    drift,
  };
}
