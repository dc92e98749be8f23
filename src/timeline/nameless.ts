// Judged changes of records that name no object: creates with generateName that were refused or whose
// outcome is lost, and collections deleted by selector that met nothing. Their ref has an empty name.

import type { ChangeEvent } from '../model/event.ts';
import { refOf } from '../model/refs.ts';
import { changeId } from './changeId.ts';
import { epochAt } from './facts.ts';
import type { ChangeOutcome, ChangeRecord } from './reader.ts';
import type { TimelineState } from './state.ts';

/** @param named the judged changes of all objects: a collection that met some of them is told there. */
export function namelessChanges(
  state: TimelineState,
  named: readonly ChangeRecord[],
): readonly ChangeRecord[] {
  const told = new Set(named.map(({ event }) => event));
  return state.nameless.filter((event) => !told.has(event)).map((event) => recordOf(state, event));
}

function recordOf(state: TimelineState, event: ChangeEvent): ChangeRecord {
  const { facts } = state;
  const { body, observedAt } = event;
  const ref = refOf(body.target);
  const outcome = outcomeOf(event);
  const restoreEpoch = epochAt(facts.restores, observedAt);
  const { uid, generation, resourceVersion, confidence } = body;
  return {
    id: changeId({ cluster: facts.cluster, ref, uid, outcome, resourceVersion, restoreEpoch, event }),
    outcome,
    ref,
    ...body.target,
    uid,
    generation,
    resourceVersion,
    at: observedAt,
    until: observedAt,
    confidence,
    event,
    before: null,
    after: body.object,
    restoreEpoch,
  };
}

function outcomeOf({ body }: ChangeEvent): ChangeOutcome {
  if (body.result === 'failure' || body.result === 'dry-run') return body.result;
  if (body.action === 'collect' && body.result === 'success') return 'no-op';
  return body.action === 'received' || body.result === 'unknown' ? 'gap' : 'version';
}
