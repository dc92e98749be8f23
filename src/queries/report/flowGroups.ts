// The flows as a report shows them: one row for each way in which a conversation was judged, with its verdicts
// counted by slots of time. A page must stay small whatever the logs hold, so the worst come first, and those
// beyond the limit are summed up by namespace, beyond a second limit by what was observed: every verdict is
// still counted exactly once.

import {
  DECLARED,
  type Declared,
  OBSERVED,
  type Observed,
  REASONS,
  type Reason,
} from '../../model/verdict.ts';
import { field, numbers } from '../../model/json.ts';
import { FOREVER, type Micros } from '../../model/time.ts';
import { countCell, listCell, textCell, timeCell, wordCell } from '../cells.ts';
import { type Conversation, conversationOf } from '../flows.ts';
import { type Dialogue, put } from '../question.ts';
import { COARSE, groupsOf, type Slots, slottedFlows, WHOLE, worstKeys } from './slottedFlows.ts';

/**
 *   whole       one conversation, judged in one way
 *   namespaces  several, summed up: workloads, addresses, ports, policies and causes are blank
 *   rest        summed up: nothing stands but what was observed
 */
export type Detail = 'whole' | 'namespaces' | 'rest';

export interface FlowGroup {
  readonly detail: Detail;
  /** How many rows of `whole` detail it stands for; 1 for one itself. */
  readonly groups: number;
  readonly conversation: Conversation;
  readonly observed: Observed;
  readonly declared: Declared;
  readonly reason: Reason;
  /** Of a default deny the policies that switched it on (policy refs), else the rules that decided (rule refs). */
  readonly responsible: readonly string[];
  readonly drift: readonly string[];
  /** Why the decision is unknown; [] where it is known, or summed up. */
  readonly undecidable: readonly string[];
  /** '' = none. */
  readonly causeId: string;
  readonly count: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
  /** Slots with verdicts, ascending, and how many there were in each. */
  readonly slots: readonly number[];
  readonly counts: readonly number[];
}

export interface Limits {
  readonly whole: number;
  readonly namespaces: number;
}

/** Worst first, `namespaces` after `whole`, `rest` last. Memory goes by the limits, not by the conversations. */
export function* flowGroups(time: Slots, limits: Limits): Dialogue<readonly FlowGroup[]> {
  const flows = slottedFlows(time);
  const worst = yield* put(worstKeys(flows, limits.whole));
  const whole = yield* put(groupsOf(flows, WHOLE, { in: worst }));
  if (worst.length < limits.whole) return whole.map((row) => groupOf(row, 'whole'));
  const coarse = yield* put(groupsOf(flows, COARSE, { notIn: worst }));
  const shown = coarse.slice(0, limits.namespaces).map((row) => groupOf(row, 'namespaces'));
  const rest = coarse.slice(limits.namespaces).map((row) => groupOf(row, 'rest'));
  return [...whole.map((row) => groupOf(row, 'whole')), ...shown, ...summedUp(rest)];
}

function groupOf(row: unknown, detail: Detail): FlowGroup {
  return {
    detail,
    groups: countCell(row, 'groups'),
    conversation: conversationOf(row),
    observed: wordCell(row, 'observed', OBSERVED, 'error'),
    declared: wordCell(row, 'declared', DECLARED, 'unknown'),
    reason: wordCell(row, 'reason', REASONS, 'undecidable'),
    responsible: [...new Set(listCell(row, 'responsible'))],
    drift: listCell(row, 'drift'),
    undecidable: listCell(row, 'undecidable'),
    causeId: textCell(row, 'cause_id'),
    count: countCell(row, 'n'),
    firstSeen: timeCell(row, 'first_seen') ?? 0,
    lastSeen: timeCell(row, 'last_seen') ?? 0,
    ...slotsOf(row),
  };
}

function slotsOf(row: unknown): Pick<FlowGroup, 'slots' | 'counts'> {
  const counts = numbers(field(row, 'counts'));
  const pairs = numbers(field(row, 'slots')).map((slot, index) => [slot, counts[index] ?? 0] as const);
  const ordered = pairs.sort(([a], [b]) => a - b);
  return { slots: ordered.map(([slot]) => slot), counts: ordered.map(([, count]) => count) };
}

/** By what was observed. */
function summedUp(groups: readonly FlowGroup[]): readonly FlowGroup[] {
  return [...Map.groupBy(groups, ({ observed }) => observed)].map(([observed, same]) => {
    const bySlot = new Map<number, number>();
    for (const { slots, counts } of same)
      for (const [index, slot] of slots.entries())
        bySlot.set(slot, (bySlot.get(slot) ?? 0) + (counts[index] ?? 0));
    const ordered = [...bySlot].sort(([a], [b]) => a - b);
    return {
      ...NOTHING_KNOWN,
      observed,
      groups: same.reduce((sum, { groups }) => sum + groups, 0),
      count: same.reduce((sum, { count }) => sum + count, 0),
      firstSeen: same.reduce((least, { firstSeen }) => Math.min(least, firstSeen), FOREVER),
      lastSeen: same.reduce((most, { lastSeen }) => Math.max(most, lastSeen), 0),
      slots: ordered.map(([slot]) => slot),
      counts: ordered.map(([, count]) => count),
    };
  });
}

const NOBODY = { namespace: '', workload: '', entity: '', ip: '' };
const NOTHING_KNOWN = {
  detail: 'rest',
  conversation: {
    cluster: '',
    direction: 'ingress',
    subject: NOBODY,
    peer: NOBODY,
    transport: '',
    port: 0,
  },
  declared: 'unknown',
  reason: 'undecidable',
  responsible: [],
  drift: [],
  undecidable: [],
  causeId: '',
} as const satisfies Partial<FlowGroup>;
