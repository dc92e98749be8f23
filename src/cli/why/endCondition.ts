// Which stored verdicts it takes to answer a question: those of the ends that are pods, with whomever, since what they
// do elsewhere tells their labels. More than are meant may be found; none that is meant is missed.
import { all, any, type Condition, exists, is, not } from '../../queries/catalogue/part.ts';
import type { EndPattern } from './ends.ts';
import type { WhyQuestion } from './question.ts';

export function verdictsOf({ source, destination }: WhyQuestion): Condition {
  const patterns = [source.pattern, destination.pattern];
  const pods = patterns.filter(({ kind }) => ['workload', 'namespace', 'name'].includes(kind));
  const asked = pods.length > 0 ? pods : patterns;
  return any(...asked.flatMap((pattern) => [asSubject(pattern), asPeer(pattern)]));
}

/** Whoever has policies is a pod or a node. */
function asSubject(pattern: EndPattern): Condition {
  if (pattern.kind === 'entity') return is('subject.labels', `reserved:${pattern.entity}`);
  return ofPod('subject', pattern) ?? any();
}

function asPeer(pattern: EndPattern): Condition {
  switch (pattern.kind) {
    case 'entity':
      return is('peer.entity', pattern.entity);
    case 'address':
      return is('peer.ip', pattern.ip);
    case 'dns':
      // Rollups do not keep names.
      return not(exists('peer.namespace'));
    default:
      return ofPod('peer', pattern) ?? any();
  }
}

/** null for what is no pod. */
function ofPod(end: 'subject' | 'peer', pattern: EndPattern): Condition | null {
  switch (pattern.kind) {
    case 'workload':
      return all(is(`${end}.namespace`, pattern.namespace), is(`${end}.workload`, pattern.name));
    case 'namespace':
      return is(`${end}.namespace`, pattern.namespace);
    case 'name':
      return is(`${end}.workload`, pattern.name);
    default:
      return null;
  }
}
