// Documents into OpenSearch, each with an outcome in the end. Two limits hold over all calls together: how many
// bulks are held in memory (one whose documents wait to be sent again counts), and how many requests are in
// flight, which is fewer while OpenSearch is busy.
//
//   documents ─▶ bulk, takes memory ─▶ request, takes a place ─▶ stored | superseded | refused ─▶ memory given back
//                      ▲                                              │
//                      └──── what can heal, after a while ◀───────────┘
import type { Document } from '../../documents/document.ts';
import { deliver, type DeliveryParts, sumOf } from './bulkDelivery.ts';
import { bulks } from './bulkRequest.ts';
import { createBulkSender, type SenderParts } from './bulkSender.ts';
import type { DocumentStore, Refused, Written } from './documentStore.ts';
import { isExpired, storedName } from './indexNames.ts';
import { createSlots } from './slots.ts';

export interface WriterParts extends SenderParts, Pick<DeliveryParts, 'logger' | 'random'> {}

export function createBulkWriter(parts: WriterParts): DocumentStore['write'] {
  const { settings, clock } = parts;
  const memory = createSlots(settings.concurrency);
  const send = createBulkSender(parts);

  return async (documents, signal, permit = always) => {
    const delivery: DeliveryParts = { ...parts, send: (lines, until) => send(lines, until, permit) };
    const indices = [...new Set(documents.map(({ _index }) => _index))];
    const nowMs = clock.nowMs();
    const expired = new Set(
      indices.filter((index) => isExpired(storedName(index, settings.indexPrefix), settings, nowMs)),
    );
    const kept = documents.filter(({ _index }) => !expired.has(_index));
    const refused = documents.filter(({ _index }) => expired.has(_index)).map(refusedForAge);
    const failing = new AbortController();
    const either = AbortSignal.any([signal, failing.signal]);
    const running: Promise<Written>[] = [];
    try {
      for (const lines of bulks(kept, settings)) {
        const giveBack = await memory.take(either);
        const written = deliver(delivery, lines, either).finally(giveBack);
        written.catch((cause: unknown) => failing.abort(cause));
        running.push(written);
      }
      return sumOf([...(await Promise.all(running)), { acknowledged: 0, superseded: 0, refused }]);
    } catch (cause) {
      failing.abort(cause);
      await Promise.allSettled(running);
      throw cause;
    }
  };
}

async function always(): Promise<void> {}

function refusedForAge(document: Document): Refused {
  return { document, status: 410, reason: 'older-than-retention: its index is deleted, or soon will be' };
}
