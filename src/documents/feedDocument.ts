// What a feed covered, as documents: one for each thing counted, since sums over flat documents need no
// arrays of objects. Readers sum them.
import type { Event, FeedStatus } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { formatInstant } from '../model/time.ts';
import { present } from './conversation.ts';
import type { Document } from './document.ts';

/** Of a whole file. */
export function feedDocuments(event: Event<FeedStatus>): readonly Document[] {
  const { body, cluster, origin } = event;
  const from = formatInstant(body.from);
  const place = [event.id, cluster, body.feed, body.reporter, origin.source, body.lostSource];
  return documentsOf(event, 1, (name) => [...place, name, from]);
}

/**
 * Of a run of raw offsets in Kafka, told again and again while it fills: the fullest one stays. Its event has
 * the same id and the same `observedAt` each time.
 */
export function streamFeedDocuments(event: Event<FeedStatus>): readonly Document[] {
  return documentsOf(event, event.origin.offset + 1, (name) => [event.id, name]);
}

function documentsOf(
  event: Event<FeedStatus>,
  version: number,
  identity: (name: string) => readonly string[],
): readonly Document[] {
  const { body, cluster, origin } = event;
  const from = formatInstant(body.from);
  const counts = body.lost > 0 ? [...body.counts, { name: 'lost', count: body.lost }] : body.counts;
  return counts.map(({ name, count }) => ({
    _id: hashHex(128, identity(name)),
    _index: `netpol-feeds-${formatInstant(event.observedAt).slice(0, 7).replace('-', '.')}`,
    _version: version,
    fields: present({
      '@timestamp': from,
      'orchestrator.cluster.name': cluster,
      'feed.name': body.feed,
      'observer.name': body.reporter,
      'feed.source': origin.source,
      'feed.from': from,
      'feed.until': formatInstant(body.until),
      'feed.count_kind': name,
      'feed.detail': name === 'lost' ? body.lostSource : '',
      count,
    }),
  }));
}
