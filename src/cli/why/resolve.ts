// From the names that were asked to endpoints that exist: which cluster, which workload, and what to say of
// a name that is wrong or means several.
import { Fault } from '../../model/fault.ts';
import type { Endpoint, FlowEvent } from '../../model/event.ts';
import { minuteText } from './when.ts';
import { endOutside } from './ends.ts';
import { type Known, endName } from './directory.ts';
import type { ClusterEvidence, Evidence } from './evidence.ts';
import { nearest } from './nearest.ts';
import type { WhyQuestion } from './question.ts';
import { icmpTypeOf } from './service.ts';
import { NOT_TOLD } from './notTold.ts';

type Asked = WhyQuestion['source'];

/** @throws Fault `usage` for a name that nothing has, or that several have */
export function checkNames(question: WhyQuestion, evidence: Evidence): void {
  for (const asked of [question.source, question.destination]) checkName(asked, evidence);
}

function checkName({ text, pattern }: Asked, { directory, flows }: Evidence): void {
  if (endOutside(pattern) !== null) return;
  const names = [...new Set(directory.find(pattern).map(({ end }) => endName(end)))].toSorted();
  if (pattern.kind === 'name' && names.length > 1)
    throw new Fault('usage', `${text}: several have that name: ${names.join(', ')}; say which`);
  if (names.length > 0) return;
  const all = directory.names();
  const isSpace = pattern.kind === 'namespace';
  const spaces = [
    ...new Set(all.filter((name) => name.includes('/')).map((name) => name.split('/')[0] ?? '')),
  ];
  const close = isSpace ? nearest(pattern.namespace, spaces).map((name) => `${name}/*`) : nearest(text, all);
  const span = flows === null ? 'there are no verdicts' : `no verdict of ${minuteText(flows)} names it`;
  const hint = close.length > 0 ? `did you mean ${close.join(' or ')}?` : known(isSpace ? spaces : all);
  throw new Fault('usage', `${text}: ${span}; ${hint}`);
}

const SHOWN_NAMES = 8;

function known(names: readonly string[]): string {
  if (names.length === 0) return 'pass flows with --flows';
  const more = names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : '';
  return `known are ${names.slice(0, SHOWN_NAMES).join(', ')}${more}`;
}

/**
 * The cluster that the question is about.
 * @throws Fault `usage` where several have such a conversation
 */
export function clusterOf(evidence: Evidence, question: WhyQuestion, wanted: string): ClusterEvidence {
  const { clusters, sightings, directory } = evidence;
  const seen = new Set(sightings.map(({ event }) => event.cluster));
  const known = [question.source, question.destination].flatMap(({ pattern }) =>
    directory.find(pattern).map(({ cluster }) => cluster),
  );
  const candidates = seen.size > 0 ? [...seen] : [...new Set(known)];
  const named = wanted === '' ? candidates : candidates.filter((name) => name === wanted);
  if (named.length > 1)
    throw new Fault(
      'usage',
      `in several clusters: ${named.toSorted().join(', ')}; choose one with --cluster NAME`,
    );
  const found = clusters.find(({ name }) => name === (named[0] ?? wanted)) ?? clusters[0];
  if (found === undefined)
    throw new Fault('usage', 'neither log names a cluster: there is nothing to answer from');
  return found;
}

/**
 * A verdict that nobody gave: the connection asked about, between its ends as they were last seen. Its two
 * directions share everything else.
 * @throws Fault `usage` where neither end is a pod: then no policy of a pod is asked
 */
export function untried(question: WhyQuestion, evidence: Evidence, cluster: string): FlowEvent {
  const { service } = question;
  const source = endOf(question.source, evidence, cluster);
  const destination = endOf(question.destination, evidence, cluster);
  if (source.namespace === '' && destination.namespace === '')
    throw new Fault(
      'usage',
      'neither end is a pod, and policies are asked for pods: name one as namespace/workload',
    );
  const transport = service.transport ?? 'tcp';
  const isIcmp = transport === 'icmp' || transport === 'icmpv6';
  return {
    id: '',
    cluster,
    observedAt: 0,
    observedAtNanos: 0,
    origin: { source: '', partition: 0, offset: 0, index: 0 },
    body: {
      ...NOT_TOLD,
      observed: 'error',
      direction: 'ingress',
      source,
      destination: { ...destination, port: service.port },
      transport,
      icmpType: isIcmp ? icmpTypeOf(service, transport) : null,
      weight: 0,
    },
  };
}

/** An address may be a pod's; an entity stands for all that it means. */
function endOf({ pattern }: Asked, { directory }: Evidence, cluster: string): Endpoint {
  const outside = endOutside(pattern);
  if (outside !== null && pattern.kind === 'entity') return outside;
  const here = ({ cluster: name }: Known): boolean => name === cluster;
  const end = directory.find(pattern).find(here)?.end ?? outside;
  if (end === null) throw new Fault('usage', `no such end in cluster ${cluster}`);
  return end;
}

/** What an answer takes for granted of names that no flow has. */
export function assumptions(question: WhyQuestion, { directory }: Evidence): readonly string[] {
  return [question.source, question.destination].flatMap(({ text, pattern }) => {
    const isUnseen = directory.find(pattern).length === 0;
    if (pattern.kind === 'address' && isUnseen)
      return [`${text} is in no flow: it is taken for an address outside the cluster`];
    if (pattern.kind === 'dns' && isUnseen)
      return [`${text} is in no flow: it is taken for a name outside the cluster whose address is not known`];
    return [];
  });
}
