// What fields are called in panels: short words, the same in all of them.

const TITLES: ReadonlyMap<string, string> = new Map([
  ['@timestamp', 'time'],
  ['cause.actor', 'who'],
  ['cause.at', 'changed at'],
  ['cause.before', 'before'],
  ['cause.change_id', 'change'],
  ['cause.history', 'history'],
  ['cause.policy', 'policy'],
  ['change.id', 'change'],
  ['conversation', 'conversation'],
  ['drift', 'drift'],
  ['feed.count_kind', 'what'],
  ['feed.detail', 'by whom'],
  ['feed.name', 'feed'],
  ['feed.source', 'file or topic'],
  ['join.confidence', 'confidence'],
  ['join.status', 'status'],
  ['network.direction', 'direction'],
  ['observer.name', 'node or source'],
  ['orchestrator.cluster.name', 'cluster'],
  ['orchestrator.namespace', 'namespace'],
  ['policy.isolating', 'policy'],
  ['policy.responsible', 'policy'],
  ['subject.workload', 'workload'],
  ['verdict.declared', 'declared'],
  ['verdict.observed', 'observed'],
  ['verdict.reason', 'reason'],
  ['verdict.undecidable', 'why'],
]);

/** @throws RangeError for a field that nobody has named yet */
export function fieldTitle(field: string): string {
  const title = TITLES.get(field);
  if (title === undefined) throw new RangeError(`${field} has no title for panels`);
  return title;
}
