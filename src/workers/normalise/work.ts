// The pieces of work of a lane, each awaiting what it sent. Order is everything here: a watermark follows the
// changes that it speaks for, a commit follows all that it covers, and the share of rejected records is looked at
// before anything of a step is sent.
import { Fault } from '../../model/fault.ts';
import type { Batch, LogRecord } from '../../kafka/log.ts';
import type { Micros } from '../../model/time.ts';
import { STATUS_INDEX } from './chunk.ts';
import type { Lane } from './lane.ts';
import type { Outbox } from './outbox.ts';
import type { NormaliserState } from './state.ts';

/** Records and bytes of one step: what is sent together, and how long nothing else is done. */
const STEP_RECORDS = 1_000;
const STEP_BYTES = 1024 * 1024;

/** Records → messages, all acknowledged; ends early when the lane goes or the worker stops. */
export async function work(state: NormaliserState, lane: Lane, batch: Batch): Promise<void> {
  const steps = stepsOf(batch.each());
  while (!steps.isDone()) {
    if (lane.isGone || state.isStopping) return;
    const { made, release } = state.parts.codec.lend(() => take(state, lane, steps.step()));
    const { messages, hasChanges } = made;
    await state.sending.send(messages);
    release();
    await tellAudit(state, lane, hasChanges);
  }
  lane.partition.skipTo(batch.next);
}

/** What is to be sent of a step: what waits for acknowledgements is no more than that. */
function take(state: NormaliserState, lane: Lane, step: Iterable<LogRecord>) {
  const out = lane.partition.read(step);
  note(state, lane, out);
  const { at, events, changes, deadLetters } = out;
  return { messages: { at, events, changes, deadLetters }, hasChanges: changes.length > 0 };
}

/** Sends the figures of the open chunk and commits. A commit that fails is made up for by the next. */
export async function commit(state: NormaliserState, lane: Lane): Promise<void> {
  const told = lane.partition.tell();
  if (told !== null) await state.sending.send(told);
  const next = lane.partition.commit();
  const { committed } = lane;
  if (lane.isGone || (committed?.offset === next.offset && committed.metadata === next.metadata)) return;
  try {
    const result = await state.group?.commit(lane.at, next, lane.epoch);
    if (result === 'committed') lane.committed = next;
    if (result !== undefined) state.parts.metrics.committed(result);
  } catch (cause) {
    state.parts.metrics.committed('failed');
    state.parts.logger('warn', 'a position could not be committed', { ...lane.at, cause });
  }
}

/**
 * Says that nothing is missing up to `nowMs`, if everything up to `end` has been read.
 * @param nowMs a moment before `end` was asked for
 */
export async function heartbeat(
  state: NormaliserState,
  lane: Lane,
  nowMs: number,
  end: number,
): Promise<void> {
  const position = lane.partition.position();
  if (lane.isGone || lane.marks === null || position < end) return;
  await state.sending.mark([lane.marks.idle(state.sending.policyOffset(), position - 1, nowMs)]);
}

async function tellAudit(state: NormaliserState, lane: Lane, hasChanges: boolean): Promise<void> {
  if (lane.marks === null) return;
  const { sending, coverage, parts } = state;
  const offset = lane.partition.position() - 1;
  const { topic: source, partition } = lane.at;
  const origin = { source, partition, offset, index: STATUS_INDEX };
  const covered = coverage.due(parts.nowMs(), origin);
  await sending.cover(covered);
  if (hasChanges || covered.length > 0) await sending.learnPolicyOffset();
  await sending.mark(lane.marks.risen(sending.policyOffset(), offset));
}

interface Counted {
  readonly of: Outbox['records'][number];
  count: number;
}

/** @throws Fault `too-many-rejects` */
function note({ parts, coverage, rejectShares }: NormaliserState, lane: Lane, out: Outbox): void {
  const { metrics, settings } = parts;
  const { feed, topic } = lane.topic;
  const counts = new Map<string, Map<string, Counted>>();
  const newest = new Map<string, Micros>();
  const share = rejectShares.get(topic);
  for (const record of out.records) {
    const { outcome, name, cluster, micros } = record;
    const known = counts.get(outcome)?.get(name);
    if (known !== undefined) known.count += 1;
    else
      counts.set(
        outcome,
        (counts.get(outcome) ?? new Map<string, Counted>()).set(name, { of: record, count: 1 }),
      );
    share?.add(outcome === 'rejected' ? name : null);
    if (micros === null) continue;
    newest.set(cluster, Math.max(micros, newest.get(cluster) ?? 0));
    if (lane.marks === null) continue;
    lane.marks.see(cluster, micros);
    coverage.see(cluster, micros);
  }
  for (const named of counts.values())
    for (const { of, count } of named.values()) metrics.records(feed, of.outcome, of.name, count);
  for (const [cluster, at] of newest) metrics.newest(feed, cluster, at);
  for (const { cluster, lost } of out.losses) metrics.lost(cluster, lost);
  if (share === undefined) return;
  metrics.rejectShare(topic, share.share());
  if (share.isTooHigh())
    throw new Fault(
      'too-many-rejects',
      `${topic}: ${share.words()}. Stopped before the rest of the topic goes to ${settings.topics.deadLetters}: see "netpol-drift dead-letters list", and mend what writes the topic, its settings, or go back to the release that could read it; MAX_REJECT_SHARE (${settings.maxRejectShare}) lets more through`,
    );
}

interface Steps {
  readonly isDone: () => boolean;
  /** The next records, one by one; to be read to their end. */
  readonly step: () => Iterable<LogRecord>;
}

function stepsOf(records: Iterable<LogRecord>): Steps {
  const all = records[Symbol.iterator]();
  let next = all.next();
  return {
    isDone: () => next.done === true,
    *step() {
      let bytes = 0;
      for (let count = 0; count < STEP_RECORDS && bytes < STEP_BYTES && next.done !== true; count += 1) {
        bytes += next.value.value?.length ?? 0;
        yield next.value;
        next = all.next();
      }
    },
  };
}
