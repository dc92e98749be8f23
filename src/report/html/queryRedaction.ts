// Which cells of saved queries name people and addresses. The columns of the catalogue are many, and a new one may
// name somebody, too: a test asks for a decision on each column that is a text.

import type { AnswerInput } from './queryPage.ts';
import { type RedactedKeys, withStandIns } from './redaction.ts';

export const ANSWER_KEYS: RedactedKeys = {
  names: new Set([
    'actor.user',
    'actor.impersonator',
    'cause.actor',
    'changed_by',
    'left_by',
    'manifest.commit.author',
  ]),
  words: new Set([
    'actor.kind',
    'actor.manager',
    'border',
    'cause.actor_kind',
    'cause.change_id',
    'cause.verb',
    'change.audit_id',
    'change.commit.id',
    'change.confidence',
    'change.id',
    'change.outcome',
    'change.verb',
    'drift',
    'evidence',
    'feed.name',
    'gap',
    'manifest.commit.id',
    'network.direction',
    'now',
    'policy.managed_by',
    'reason',
    'standing',
    'state',
    'undecidable',
    'verdict.declared',
    'verdict.match_type',
    'verdict.observed',
    'verdict.reason',
  ]),
  addresses: new Set(['source', 'destination', 'destinations', 'subjects', 'examples']),
};

/** The same answer with stand-ins. The question itself is the program's own words and stays. */
export function redactedAnswer({ query, ...input }: AnswerInput): AnswerInput {
  const { rows } = input.table;
  const { command, store, parameters } = input;
  const replaced = withStandIns({ rows, command, store, parameters }, ANSWER_KEYS);
  const { rows: redacted, ...asked } = replaced;
  return { ...input, ...asked, query, table: { ...input.table, rows: redacted } };
}
