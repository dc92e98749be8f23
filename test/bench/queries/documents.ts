// The documents of the benchmark: what the real join and the real document functions make of the cluster's
// conversations, minute by minute, and of its policies. Only the collapsing of single flows into rollups is skipped:
// each rollup is made from one flow that stands for all of its minute.
import { changeDocument } from '../../../src/documents/changeDocument.ts';
import type { Document } from '../../../src/documents/document.ts';
import { feedDocuments } from '../../../src/documents/feedDocument.ts';
import { policyDocument } from '../../../src/documents/policyDocument.ts';
import { rollupDocument } from '../../../src/documents/rollupDocument.ts';
import { isRemarkable, verdictDocument } from '../../../src/documents/verdictDocument.ts';
import { JOIN_DEFAULTS } from '../../../src/join/enriched.ts';
import { createJoiner, type Joiner } from '../../../src/join/join.ts';
import type { FlowEvent, ReportedPolicy } from '../../../src/model/event.ts';
import { parseRef, policyOfRule } from '../../../src/model/refs.ts';
import { MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_MS } from '../../../src/model/time.ts';
import { snapshotEvents } from '../../../src/normalise/snapshot.ts';
import type { Decision } from '../../../src/policy/decision.ts';
import { lagMs, type Rollup } from '../../../src/rollup/rollup.ts';
import { rollupKey } from '../../../src/rollup/rollupKey.ts';
import type { TimelineReader } from '../../../src/timeline/reader.ts';
import { auditLog, timelineOf } from '../../support/cluster.ts';
import { createDice, type Dice } from './dice.ts';
import { auditLines, BEGIN_MS, CLUSTER, DAYS, snapshotObjects } from './policies.ts';
import { type Talk, talks } from './talks.ts';

const MINUTES = DAYS * 24 * 60;
const NODES = 20;
const BATCH = 10_000;
/** One verdict of so many goes another way than the policies say, and as many name a policy that is gone. */
const STRANGE = 5_000;
/** Namespaces whose name ends in less than this are in audit mode. */
const AUDITED_DIGITS = 6;
const PARTITIONS = 6;
const BLOCK_MINUTES = 10;

/** In batches, those of the policies first; about `count` rollups. */
export function* documents(count: number): Generator<readonly Document[]> {
  const audit = auditLog(auditLines(), 'audit');
  const snapshot = snapshotEvents(
    snapshotObjects().map((object) => ({ object, source: 'bench' })),
    { cluster: CLUSTER, complete: true },
  ).flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.value] : []));
  const timeline = timelineOf(CLUSTER, snapshot, audit);
  yield timeline.changes().map((change) => changeDocument(CLUSTER, change));
  yield timeline.policies().map((state) => policyDocument(CLUSTER, state));
  yield feeds();
  let batch: Document[] = [];
  for (const document of verdicts(timeline, count)) {
    batch.push(document);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Of each node and hour what was counted; one node lost something once. */
function feeds(): readonly Document[] {
  return Array.from({ length: NODES * DAYS * 24 }, (_, index) => {
    const from = BEGIN_MS * MICROS_PER_MS + Math.floor(index / NODES) * MICROS_PER_HOUR;
    const lost = index === NODES * 50 ? 12 : 0;
    return feedDocuments({
      id: `feed-${index}`,
      cluster: CLUSTER,
      observedAt: from,
      observedAtNanos: 0,
      origin: { source: 'flows', partition: 0, offset: index, index: 0 },
      body: {
        kind: 'FeedStatus',
        feed: 'flows',
        reporter: `node-${index % NODES}`,
        lost,
        lostSource: lost === 0 ? '' : 'PERF_EVENT_RING_BUFFER',
        from,
        until: from + MICROS_PER_HOUR,
        counts: [
          { name: 'ignored:not-a-verdict', count: 400 },
          { name: 'kind:FlowVerdict', count: 1_000 },
        ],
      },
    });
  }).flat();
}

function* verdicts(timeline: TimelineReader, count: number): Generator<Document> {
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  const dice = createDice(3);
  const all = talks(count / MINUTES);
  const heard = all.map(() => createHeard());
  for (let minute = 0; minute < MINUTES; minute += 1)
    for (const [index, talk] of all.entries())
      if (dice.next() < talk.chance) {
        const judged = heard[index]?.(joiner, talk, minute, dice);
        if (judged !== undefined) yield* documentsOf(joiner, judged, { minute, index }, dice);
      }
}

type Heard = (joiner: Joiner, talk: Talk, minute: number, dice: Dice) => FlowEvent;

/** A verdict of a conversation in a minute; its parts are made anew only when the decision is another one. */
function createHeard(): Heard {
  let decision: Decision | null = null;
  let body: FlowEvent['body'] | null = null;
  return (joiner, { event, clients }, minute, dice) => {
    const observedAt =
      BEGIN_MS * MICROS_PER_MS + minute * MICROS_PER_MINUTE + dice.below(MICROS_PER_MINUTE / 2);
    const asked = { ...event, observedAt };
    const now = joiner.decideAt(asked, observedAt);
    if (body === null || now !== decision) body = judgedBody(event, now);
    decision = now;
    const told = strange(body, dice);
    if (clients === 0) return { ...asked, body: told };
    // The fewer the more often: squared.
    const client = Math.floor(dice.next() ** 2 * clients);
    const ip = `100.${64 + (client >> 16)}.${(client >> 8) & 255}.${client & 255}`;
    return { ...asked, body: { ...told, source: { ...told.source, ip } } };
  };
}

function judgedBody({ body }: FlowEvent, { declared, deciding }: Decision): FlowEvent['body'] {
  const isDenied = declared === 'denied';
  const subject = body.direction === 'ingress' ? body.destination : body.source;
  const isAudited = Number(subject.namespace.at(-1) ?? 0) < AUDITED_DIGITS;
  return {
    ...body,
    observed: isDenied ? (isAudited ? 'audited' : 'dropped') : 'forwarded',
    matchType: isDenied ? 'none' : 'l3-l4',
    reported: deciding.map((rule) => reportedPolicy(policyOfRule(rule), isDenied ? 'denied' : 'allowed')),
  };
}

function reportedPolicy(ref: string, effect: ReportedPolicy['effect']): ReportedPolicy {
  const { kind = '', namespace = '', name = '' } = parseRef(ref) ?? {};
  return {
    effect,
    kind,
    namespace,
    name,
    uid: `uid-of-${kind}-${namespace}-${name}`,
    revision: '5',
    labels: [],
  };
}

function strange(body: FlowEvent['body'], dice: Dice): FlowEvent['body'] {
  switch (dice.below(STRANGE)) {
    case 0:
      return { ...body, observed: body.observed === 'forwarded' ? 'dropped' : 'forwarded' };
    case 1:
      return {
        ...body,
        reported: [reportedPolicy('CiliumNetworkPolicy/team-01/gone', 'allowed')],
      };
    default:
      return body;
  }
}

function* documentsOf(
  joiner: Joiner,
  event: FlowEvent,
  { minute, index }: { readonly minute: number; readonly index: number },
  dice: Dice,
): Generator<Document> {
  const verdict = joiner.join({ ...event, id: idOf(dice) });
  const count = 1 + Math.floor(dice.next() ** 4 * 200);
  const rollup: Rollup = {
    window: BEGIN_MS * MICROS_PER_MS + minute * MICROS_PER_MINUTE,
    example: verdict,
    folded: false,
    count,
    attempts: Math.ceil(count / 3),
    firstSeen: { micros: event.observedAt, nanos: dice.below(1_000) },
    lastSeen: { micros: event.observedAt + dice.below(MICROS_PER_MINUTE / 2), nanos: dice.below(1_000) },
    lagMs: lagMs(verdict),
    samples: Array.from({ length: Math.min(count, 3) }, () => idOf(dice)).sort(),
    pods: event.body.source.pod === '' ? [] : [event.body.source.pod],
  };
  const place = {
    partition: `flows-${index % PARTITIONS}`,
    number: Math.floor(minute / BLOCK_MINUTES),
    version: 1_000,
  };
  yield rollupDocument({ key: rollupKey(verdict, false), rollup }, place);
  if (isRemarkable(verdict)) yield verdictDocument(verdict, { policyOffset: 0, status: 'final' });
}

function idOf(dice: Dice): string {
  const part = (): string =>
    dice
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return part() + part() + part() + part();
}
