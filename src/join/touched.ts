// Whether what was altered in a timeline can concern a verdict, by what the verdict or a document made of it
// tells of its judgement. Errs towards yes: joining again costs time, leaving out would leave a document wrong.
import type { LabelSet } from '../model/labels.ts';
import { labelSet, NAMESPACE_LABEL_PREFIX } from '../model/labels.ts';
import { parseRef, type PolicyRef } from '../model/refs.ts';
import { MICROS_PER_MS, type Micros } from '../model/time.ts';
import type { Direction, FlowDrift } from '../model/verdict.ts';
import { peerOf, subjectOf } from '../model/event.ts';
import type { DecisionContext, Party } from '../policy/decision.ts';
import { select } from '../policy/select.ts';
import type { Held, PolicyVersion } from '../timeline/reader.ts';
import { reportedRef } from './drift.ts';
import type { Enriched, JoinSettings } from './enriched.ts';
import type { Alteration, AlteredPolicy } from './lateChanges.ts';
import type { TimelineImage } from './timelineImage.ts';

/** What is left of a judgement in a verdict, a verdict document or a rollup. */
export interface Trace {
  readonly cluster: string;
  /** When it was observed; of rollups the window. Both included. */
  readonly from: Micros;
  readonly until: Micros;
  readonly direction: Direction;
  readonly subject: Party;
  /** null: not told (folded into `other`). */
  readonly peerNamespace: string | null;
  readonly cause: { readonly ref: PolicyRef; readonly at: Micros } | null;
  readonly drift: readonly string[];
  /** Policies that Hubble named; '' for one whose kind or name it did not tell. */
  readonly reported: readonly PolicyRef[];
}

export function traceOf({ event, cause, drift }: Enriched): Trace {
  const flow = event.body;
  return {
    cluster: event.cluster,
    from: event.observedAt,
    until: event.observedAt,
    direction: flow.direction,
    subject: subjectOf(flow),
    peerNamespace: peerOf(flow).namespace,
    cause: cause === null ? null : { ref: cause.change.ref, at: cause.change.at },
    drift,
    reported: flow.reported.map(reportedRef),
  };
}

/** To say which state of the timeline Hubble's answer fits, the join has looked at older ones. */
const LOOKED_BACK: ReadonlySet<string> = new Set<FlowDrift>([
  'not-enforced',
  'stale-version',
  'unexpected-deny',
  'unknown-policy',
]);

/** Selection follows from labels alone. */
const ANY_CONTEXT: DecisionContext = {
  localCluster: '',
  enforcement: 'default',
  defaultLocalCluster: true,
  cidrMatch: [],
  cidrGroup: () => 'unknown',
  cidrGroups: () => 'unknown',
  namedPort: () => 'unknown',
};

/**
 * @param after the timeline with the alterations in it: subjects had other namespace labels at other times.
 * @returns a test that remembers whom the altered policies select; it is of use for these alterations only.
 */
export function createTouchTest(
  changes: readonly Alteration[],
  after: TimelineImage,
  { propagationMs, clockSkewMs }: JoinSettings,
): (trace: Trace) => boolean {
  const selected = new Map<string, boolean>();

  function isSelected(change: AlteredPolicy, { subject, direction }: Trace): boolean {
    const { identity, namespace, labels } = subject;
    const key = `${change.ref}|${direction}|${identity}|${namespace}|${labels.join('\n')}`;
    const known = selected.get(key);
    if (known !== undefined) return known;
    const parties = labelsOverTime(subject, after.namespaces.get(namespace) ?? []);
    const found = change.versions.some((version) =>
      parties.some((party) => mayTouch(version, party, direction)),
    );
    selected.set(key, found);
    return found;
  }

  function isOutlived(change: AlteredPolicy, { from, cause, drift, reported }: Trace): boolean {
    return (
      from > change.until + propagationMs * MICROS_PER_MS &&
      cause !== null &&
      cause.at > change.until &&
      parseRef(cause.ref)?.kind !== 'ConfigMap' &&
      reported.length === 0 &&
      !drift.some((name) => LOOKED_BACK.has(name))
    );
  }

  function touches(change: Alteration, trace: Trace): boolean {
    if (change.kind === 'everything') return true;
    const named = change.kind === 'policy' && isNamed(change, trace);
    if (named && change.incarnations) return true;
    if (trace.until < change.from - clockSkewMs * MICROS_PER_MS) return false;
    switch (change.kind) {
      case 'surroundings':
        return true;
      case 'namespace':
        return [trace.subject.namespace, trace.peerNamespace ?? change.namespace].includes(change.namespace);
      case 'policy':
        return named || (!isOutlived(change, trace) && isSelected(change, trace));
    }
  }

  return (trace) => trace.cluster === after.cluster && changes.some((change) => touches(change, trace));
}

/** Whether a named incarnation exists at all is asked of all times; which of its versions, at the verdict's. */
function isNamed({ ref }: AlteredPolicy, { reported, drift }: Trace): boolean {
  return reported.includes(ref) || reported.includes('') || drift.includes('unknown-policy');
}

function labelsOverTime(subject: Party, spans: readonly Held<LabelSet>[]): readonly Party[] {
  const own = subject.labels.filter((label) => !label.startsWith(`k8s:${NAMESPACE_LABEL_PREFIX}`));
  const others = spans.flatMap(({ value }) =>
    value === null
      ? []
      : [
          labelSet([
            ...own,
            ...value.map((label) => `k8s:${NAMESPACE_LABEL_PREFIX}${label.slice('k8s:'.length)}`),
          ]),
        ],
  );
  return [subject, ...others.map((labels) => ({ ...subject, labels }))];
}

function mayTouch({ ref, policy, invalid }: PolicyVersion, subject: Party, direction: Direction): boolean {
  const space = parseRef(ref)?.namespace ?? '';
  if (invalid || (space !== '' && space !== subject.namespace)) return false;
  return policy === null || select(policy, subject, direction, ANY_CONTEXT) !== null;
}
