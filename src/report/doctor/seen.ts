// What was found in the feeds, in a line or two each, so that a "yes" can be checked and a figure be asked
// about: how much, of whom, when, and whether clocks could be compared at all.

import type { AuditInspection, ClockInspection, FlowInspection } from '../../model/inspection.ts';
import { isPolicyKind, kindFacts } from '../../model/refs.ts';
import { heldText } from '../snapshotHeld.ts';
import { rangeText } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { counted, figure, listText } from '../terminal/wording.ts';
import type { DoctorFacts } from './facts.ts';
import { MOST_SKEW_MS } from './jointRules.ts';

export interface SeenLine {
  readonly label: string;
  readonly text: string;
}

export function seenLines(facts: DoctorFacts): readonly SeenLine[] {
  const { flows, audit, snapshot, clocks } = facts;
  const policies =
    snapshot === null
      ? 'none given'
      : snapshot.policies === 0
        ? heldText(snapshot)
        : [...snapshot.kinds].map(([kind, count]) => `${figure(count)} ${kindFacts(kind).short}`).join(', ');
  return [
    { label: 'Flows', text: flows === null ? 'none given' : flowsText(flows) },
    { label: 'Audit', text: audit === null ? 'none given' : auditText(audit) },
    { label: 'Policies', text: policies },
    { label: 'Clocks', text: clocksText(clocks) },
  ];
}

function flowsText(flows: FlowInspection): string {
  const kinds = [...flows.kinds]
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${figure(count)} ${kind}`);
  const words = [...flows.observed].map(
    ([word, count]) => `${figure(count)} ${visible(word || 'without one')}`,
  );
  return [
    counted(flows.records, 'record'),
    ...(flows.nodes.length > 0 ? [counted(flows.nodes.length, 'node')] : []),
    ...(flows.range === null ? [] : [rangeText(flows.range.from, flows.range.until)]),
    ...(kinds.length === 0 ? [] : [kinds.join(', ')]),
    ...(words.length === 0 ? [] : [`verdicts: ${words.join(', ')}`]),
  ].join(' · ');
}

function auditText(audit: AuditInspection): string {
  const levels = new Map<string, number>();
  for (const [kind, counts] of audit.levels) {
    if (!isPolicyKind(kind)) continue;
    for (const [level, count] of counts) levels.set(level, (levels.get(level) ?? 0) + count);
  }
  const writes = [...levels].map(([level, count]) => `${figure(count)} at ${visible(level || 'no level')}`);
  return [
    counted(audit.events, 'event'),
    ...(audit.range === null ? [] : [rangeText(audit.range.from, audit.range.until)]),
    writes.length === 0 ? 'no policy writes' : `policy writes: ${writes.join(', ')}`,
    audit.apiServers.length === 0
      ? 'no sign of life of API servers'
      : `${counted(audit.apiServers.length, 'API server')} alive`,
    ...(audit.listed.length > 0 ? [`complete lists of ${listText(audit.listed)}`] : []),
    `${audit.batched ? 'webhook' : 'log'} backend, out of order by up to ${Math.ceil(audit.disorderMs / 1_000)} s`,
  ].join(' · ');
}

/** Without connections seen twice, nobody can know: that is said, too. */
function clocksText({ judgedTwice, offsets, namings, early }: ClockInspection): string {
  const most = Math.max(0, ...offsets.map(({ offsetMs }) => Math.abs(offsetMs)));
  const between =
    judgedTwice === 0
      ? 'of nodes: cannot tell, no connection was judged by two of them'
      : `${counted(offsets.length, 'node')} ${most > MOST_SKEW_MS ? 'differ' : 'agree'} within ${(most / 1_000).toFixed(1)} s (${counted(judgedTwice, 'connection')} judged twice)`;
  const against =
    namings === 0
      ? 'against the API server: cannot tell, Hubble names no policy whose creation is known'
      : `against the API server: ${figure(namings)} namings of policies, ${figure(early.length)} before their creation`;
  return `${between} · ${against}`;
}
