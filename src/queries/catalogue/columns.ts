// Columns that several queries have, said once: under the names of the documents' fields where they are fields.
import type { Column } from './savedQuery.ts';

type Said = Pick<Column, 'name' | 'title' | 'meaning'>;

export function text(name: string, title: string, meaning: string): Column {
  return { name, title, type: 'text', meaning };
}

export function count(name: string, title: string, unit: string, meaning: string): Column {
  return { name, title, type: 'count', unit, meaning };
}

export function time(name: string, title: string, meaning: string): Column {
  return { name, title, type: 'time', meaning };
}

export function list(name: string, title: string, meaning: string): Column {
  return { name, title, type: 'list', meaning };
}

export function flag(name: string, title: string, meaning: string): Column {
  return { name, title, type: 'flag', meaning };
}

export function ratio({ name, title, meaning }: Said): Column {
  return { name, title, type: 'ratio', meaning };
}

export function durationMs({ name, title, meaning }: Said): Column {
  return { name, title, type: 'duration-ms', meaning };
}

export const CLUSTER = text('orchestrator.cluster.name', 'cluster', 'The cluster.');
export const POLICY = text('policy.ref', 'policy', 'The policy, as Kind/namespace/name.');
export const FIRST_SEEN = time('first_seen', 'first', 'The first verdict that is counted here.');
export const LAST_SEEN = time('last_seen', 'last', 'The last verdict that is counted here.');
export const VERDICTS = count('count', 'verdicts', 'verdicts', 'Verdicts, each counted once, by weight.');
export const CONVERSATIONS = count(
  'conversations',
  'conversations',
  'conversations',
  'Different conversations: who to whom, which port, asked at which end.',
);
