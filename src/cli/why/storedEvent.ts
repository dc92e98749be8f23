// A row of verdicts of a store as one flow event again, so that the policies can be asked about it as about one
// that was just read. What rollups leave out (pods, addresses within the cluster, types of ICMP) stays unknown.
import type { Endpoint, FlowEvent } from '../../model/event.ts';
import { NOT_TOLD } from './notTold.ts';
import { text, texts } from '../../model/json.ts';
import type { LabelSet } from '../../model/labels.ts';
import { entityOf } from '../../normalise/entity.ts';
import type { End } from '../../queries/flows.ts';
import type { Talk } from '../../queries/talks.ts';
import type { StoreReader } from '../../stores/duckdb/reader.ts';

/** What stands for the addresses that a rollup does not tell apart any more. */
const BEYOND_CAP = 'other';

/** Rollups leave DNS names out; verdicts that were kept whole have them. */
export async function namesByAddress(store: StoreReader): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await store.query(
    `SELECT "destination.ip" AS ip, list_sort(list_distinct(flatten(list("destination.dns")))) AS names
     FROM verdicts WHERE len("destination.dns") > 0 GROUP BY ip LIMIT 100000`,
  );
  return new Map(rows.map((row) => [text(row['ip']), texts(row['names'])]));
}

/** What of a row of verdicts the event is made of. */
export type StoredTalk = Pick<
  Talk,
  'conversation' | 'subjectLabels' | 'peerLabels' | 'observed' | 'count' | 'lastSeen'
>;

/**
 * One that stands for all verdicts of the row.
 * @param icmpType of ICMP the type that the policies are to be asked about, since rollups do not keep it; null =
 *   not known
 */
export function storedEvent(
  talk: StoredTalk,
  names: ReadonlyMap<string, readonly string[]>,
  icmpType: number | null,
): FlowEvent {
  const { conversation } = talk;
  const subject = endpointOf(conversation.subject, talk.subjectLabels, names);
  const peer = endpointOf(conversation.peer, talk.peerLabels, names);
  const isIngress = conversation.direction === 'ingress';
  const isIcmp = conversation.transport === 'icmp' || conversation.transport === 'icmpv6';
  return {
    id: '',
    cluster: conversation.cluster,
    observedAt: talk.lastSeen,
    observedAtNanos: 0,
    origin: { source: '', partition: 0, offset: 0, index: 0 },
    body: {
      ...NOT_TOLD,
      observed: talk.observed,
      direction: conversation.direction,
      source: isIngress ? peer : subject,
      destination: { ...(isIngress ? subject : peer), port: conversation.port },
      transport: conversation.transport,
      icmpType: isIcmp ? icmpType : null,
      weight: talk.count,
    },
  };
}

function endpointOf(end: End, labels: LabelSet, names: ReadonlyMap<string, readonly string[]>): Endpoint {
  return {
    namespace: end.namespace,
    pod: end.namespace === '' ? '' : end.workload,
    workload: end.workload,
    workloadKind: '',
    identity: 0,
    labels,
    ip: end.ip === BEYOND_CAP ? '' : end.ip,
    port: 0,
    entity: end.namespace === '' ? end.entity || entityOf(labels, 0) : '',
    dns: names.get(end.ip) ?? [],
    cluster: '',
  };
}
