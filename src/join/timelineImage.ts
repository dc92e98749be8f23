// A timeline as it stands, kept to be compared with what it becomes: the reader itself is live. Taken before
// and after a record of the policy log, two images tell what that record altered, be it late or not. Costs one
// pass over the policies, not over their versions' bodies.
import type { LabelSet } from '../model/labels.ts';
import { parseRef, type PolicyRef } from '../model/refs.ts';
import { FOREVER } from '../model/time.ts';
import type { Held, PolicyVersion, Stretch, TimelineReader } from '../timeline/reader.ts';

export interface TimelineImage {
  readonly cluster: string;
  readonly policies: ReadonlyMap<PolicyRef, readonly PolicyVersion[]>;
  readonly namespaces: ReadonlyMap<string, readonly Held<LabelSet>[]>;
  /** CIDR groups by name, and the settings under ''. */
  readonly surroundings: ReadonlyMap<string, readonly Held<unknown>[]>;
  /** The stretch for which the set of policies is known to be complete, to the end of time. */
  readonly complete: Stretch | null;
  readonly hasSnapshot: boolean;
}

export function imageOf(timeline: TimelineReader): TimelineImage {
  const refs = timeline.policies().map(({ ref }) => ref);
  const spaces = new Set(['', ...refs.map((ref) => parseRef(ref)?.namespace ?? '')]);
  const versions = [...spaces].flatMap((space) =>
    timeline.versionsFor(space).filter(({ ref }) => (parseRef(ref)?.namespace ?? '') === space),
  );
  const groups = timeline.cidrGroupNames().map((name) => [name, timeline.cidrGroup(name)] as const);
  return {
    cluster: timeline.cluster,
    policies: Map.groupBy(versions, ({ ref }) => ref),
    namespaces: new Map(timeline.namespaceNames().map((name) => [name, timeline.namespaceLabels(name)])),
    surroundings: new Map<string, readonly Held<unknown>[]>([...groups, ['', timeline.config()]]),
    complete: timeline.completeAround(FOREVER),
    hasSnapshot: timeline.hasSnapshot(),
  };
}
