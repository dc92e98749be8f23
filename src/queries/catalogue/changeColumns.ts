// What a table says about a change: when, which policy, who, how, and its id.
import { MICROS_PER_MS } from '../../model/time.ts';
import type { Change } from '../changes.ts';
import { CLUSTER, list, POLICY, text, time } from './columns.ts';
import type { Column, Row } from './savedQuery.ts';

const VERB = text('change.verb', 'verb', 'create, update, patch, delete, deletecollection, …');
const WHO = text('actor.user', 'who', 'Who made the change.');
export const CHANGE_KIND = text('actor.kind', 'kind', 'human, gitops, controller, system.');
const CHANGE_AT = time('change.at', 'at', 'When the change was made.');
export const CHANGE_ID = text('change.id', 'id', 'Id of the change, as cause.change_id of verdicts has it.');

/** In front of what is said of the change … */
export const CHANGE_WHAT: readonly Column[] = [CHANGE_AT, CLUSTER, POLICY];
/** … and behind it. */
export const CHANGE_WHO: readonly Column[] = [WHO, VERB];

export const DIFFERENCE = list('change.diff', 'difference', '`path: before → after`, in order of paths.');

/** What is known of a change by its verdicts, where the store does not hold the change itself. */
export interface ChangeHint {
  readonly id: string;
  readonly cluster: string;
  readonly policy: string;
  readonly atMs: number | null;
}

export function changeCells(change: Change | null, hint: ChangeHint): Row {
  return {
    'change.at': hint.atMs ?? (change === null ? null : Math.floor(change.at / MICROS_PER_MS)),
    'orchestrator.cluster.name': hint.cluster,
    'policy.ref': hint.policy || null,
    'change.verb': change?.verb || null,
    'actor.user': change?.author.user || null,
    'actor.kind': change?.author.kind || null,
    'change.diff': change?.diff ?? [],
    'change.id': hint.id,
  };
}
