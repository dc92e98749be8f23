// What is asked of the stored documents, as search bodies; nothing is sent from here. Rollups that count
// nothing any more carry neither window nor cluster, so that only a question for a block can meet them.
import { FOREVER, formatInstant, type Micros, MICROS_PER_MS } from '../../model/time.ts';
import type { TableName } from '../../documents/fields.ts';
import type { RollupSpan } from './documentStore.ts';

export interface Search {
  readonly table: TableName;
  /** Fields of the answer; the others are left where they are. */
  readonly fields: readonly string[];
  readonly query: object;
}

/** All that documents/storedTrace.ts reads from a rollup. */
const ROLLUP_FIELDS = [
  '@timestamp',
  'window.start',
  'window.end',
  'orchestrator.cluster.name',
  'network.direction',
  'subject.namespace',
  'subject.labels',
  'peer.namespace',
  'peer.workload',
  'policy.reported',
  'cause.at',
  'cause.policy',
  'drift',
  'count',
  'block.partition',
  'block.number',
];

/** `index.max_terms_count` is 65,536: more names than that are taken for all names. */
const MAX_TERMS = 60_000;

/** … and from a verdict. */
const VERDICT_FIELDS = ['@timestamp', 'orchestrator.cluster.name', 'subject.namespace', 'join.status'];

export function blockSearch(partition: string, number: number): Search {
  return {
    table: 'rollups',
    fields: ['@timestamp'],
    query: {
      bool: {
        filter: [{ term: { 'block.partition': partition } }, { term: { 'block.number': number } }],
        must_not: [{ term: { count: 0 } }],
      },
    },
  };
}

/** Rollups whose window meets [from, until), a window beginning and ending at whole milliseconds; or that name. */
export function spanSearch({ cluster, from, until, naming }: RollupSpan): Search {
  const ends = { gt: Math.floor(from / MICROS_PER_MS), format: 'epoch_millis' };
  const starts = { lt: Math.ceil(until / MICROS_PER_MS), format: 'epoch_millis' };
  const within = [
    ...(from > 0 ? [{ range: { 'window.end': ends } }] : []),
    ...(until < FOREVER ? [{ range: { 'window.start': starts } }] : []),
  ];
  const either = [
    { bool: { filter: within } },
    naming !== undefined && naming.length > MAX_TERMS
      ? { exists: { field: 'policy.reported' } }
      : { terms: { 'policy.reported': naming ?? [] } },
    { term: { drift: 'unknown-policy' } },
  ];
  return {
    table: 'rollups',
    fields: ROLLUP_FIELDS,
    query: {
      bool: {
        filter: [
          { term: { 'orchestrator.cluster.name': cluster } },
          ...(naming === undefined ? within : [{ bool: { should: either, minimum_should_match: 1 } }]),
        ],
      },
    },
  };
}

/** Provisional verdicts at or before `until`, to the last nanosecond of that microsecond. */
export function provisionalSearch(cluster: string, until: Micros): Search {
  return {
    table: 'verdicts',
    fields: VERDICT_FIELDS,
    query: {
      bool: {
        filter: [
          { term: { 'orchestrator.cluster.name': cluster } },
          { term: { 'join.status': 'provisional' } },
          ...(until < FOREVER ? [{ range: { '@timestamp': { lt: formatInstant(until + 1) } } }] : []),
        ],
      },
    },
  };
}
