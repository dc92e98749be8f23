// Who talked to whom, as saved queries count and show it: workloads, not pods. Whoever connects is the source,
// whosever policies were asked is told by the direction.
import { countCell, textCell } from '../cells.ts';
import { text } from './columns.ts';
import { type Group, is, type Measure, type PartRow } from './part.ts';
import type { Column, Row } from './savedQuery.ts';

/** Groups of a tally of rollups. */
export const TALK = {
  cluster: { field: 'orchestrator.cluster.name' },
  direction: { field: 'network.direction' },
  subject_namespace: { field: 'subject.namespace' },
  subject_workload: { field: 'subject.workload' },
  peer_namespace: { field: 'peer.namespace' },
  peer_workload: { field: 'peer.workload' },
  peer_entity: { field: 'peer.entity' },
  peer_ip: { field: 'peer.ip' },
  transport: { field: 'network.transport' },
  port: { field: 'destination.port' },
} as const satisfies Readonly<Record<string, Group>>;

/** Those of the subject alone. */
export const SUBJECT = {
  cluster: TALK.cluster,
  subject_namespace: TALK.subject_namespace,
  subject_workload: TALK.subject_workload,
} as const satisfies Readonly<Record<string, Group>>;

/** Beside {@link TALK} or {@link SUBJECT}: a subject that is no pod is a node, and its labels say so. */
export const HOST = {
  of_host: { kind: 'documents', where: is('subject.labels', 'reserved:host') },
} as const satisfies Readonly<Record<string, Measure>>;

/** What most questions about verdicts want to know of each group. */
export const SEEN = {
  verdicts: { kind: 'sum', field: 'count' },
  first: { kind: 'min', field: 'first_seen' },
  last: { kind: 'max', field: 'last_seen' },
} as const satisfies Readonly<Record<string, Measure>>;

export const SOURCE = text(
  'source',
  'source',
  'Who connects: namespace/workload; or an entity and its address.',
);
const DESTINATION = text('destination', 'destination', 'To whom, likewise.');
const SERVICE = text('service', 'service', 'Protocol and port of the destination.');
export const DIRECTION = text(
  'network.direction',
  'direction',
  "Whose policies were asked: ingress the destination's, egress the source's.",
);
export const TALK_COLUMNS: readonly Column[] = [SOURCE, DESTINATION, SERVICE, DIRECTION];

/** The cells of {@link TALK_COLUMNS}, of a row of a tally by {@link TALK} with {@link HOST}. */
export function talkCells(row: PartRow): Row {
  const direction = textCell(row, 'direction');
  const [subject, peer] = [subjectText(row), peerText(row)];
  const port = countCell(row, 'port');
  return {
    source: direction === 'egress' ? subject : peer,
    destination: direction === 'egress' ? peer : subject,
    service: [textCell(row, 'transport'), port === 0 ? '' : String(port)].filter(Boolean).join(' '),
    'network.direction': direction,
  };
}

/** `shop/cart`; `host` for a node. */
export function subjectText(row: PartRow): string {
  const isHost = countCell(row, 'of_host') > 0 && textCell(row, 'subject_namespace') === '';
  return isHost ? 'host' : podText(textCell(row, 'subject_namespace'), textCell(row, 'subject_workload'));
}

/** `shop/web`, `world 198.51.100.7`, `remote-node`, `other` (of addresses beyond the cap). */
function peerText(row: PartRow): string {
  const namespace = textCell(row, 'peer_namespace');
  if (namespace !== '') return podText(namespace, textCell(row, 'peer_workload'));
  const words = [textCell(row, 'peer_entity') || textCell(row, 'peer_workload'), textCell(row, 'peer_ip')];
  return [...new Set(words)].filter(Boolean).join(' ') || '?';
}

function podText(namespace: string, workload: string): string {
  return namespace === '' ? workload || '?' : `${namespace}/${workload || '?'}`;
}
