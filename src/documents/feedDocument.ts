// What a feed covered, as documents: one for each thing counted, since sums over flat documents need no
// arrays of objects. Readers sum them.
import type { Event, FeedStatus } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { formatInstant } from '../model/time.ts';
import { present } from './conversation.ts';
import type { Document } from './document.ts';

export function feedDocuments(event: Event<FeedStatus>): readonly Document[] {
  const { body, cluster, origin } = event;
  const from = formatInstant(body.from);
  const counts = body.lost > 0 ? [...body.counts, { name: 'lost', count: body.lost }] : body.counts;
  return counts.map(({ name, count }) => ({
    _id: hashHex(128, [
      event.id,
      cluster,
      body.feed,
      body.reporter,
      origin.source,
      body.lostSource,
      name,
      from,
    ]),
    _index: `netpol-feeds-${from.slice(0, 7).replace('-', '.')}`,
    _version: 1,
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
