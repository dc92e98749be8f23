// What an operator may set about OpenSearch, as values: who reads the environment is elsewhere.
import { TABLE_NAMES, type TableName } from '../../documents/fields.ts';

/** The tables whose indices are cut by time; `policies` is one index for ever. */
export type DatedTable = Exclude<TableName, 'policies'>;

export const DATED_TABLES: readonly DatedTable[] = TABLE_NAMES.filter((table) => table !== 'policies');

export interface OpenSearchSettings {
  /** Of nodes or of a load balancer, `http:` or `https:`; requests go to them in turn. At least one. */
  readonly urls: readonly string[];
  /** '' = no authentication. */
  readonly username: string;
  readonly password: string;
  /** PEM text; '' = the certificate authorities that Node knows. */
  readonly ca: string;
  readonly rejectUnauthorized: boolean;
  /** Stands in index, template and lifecycle names where documents say `netpol-`. */
  readonly indexPrefix: string;
  /** About the size of one bulk request; a single document may be larger (see bulkRequest.ts). */
  readonly bulkBytes: number;
  /** Bulk requests in flight at most, over the whole store; fewer while OpenSearch says that it is busy. */
  readonly concurrency: number;
  /** Until a request counts as lost, answer included. */
  readonly requestTimeoutMs: number;
  /** Days to keep an index after the last moment that its name covers; 0 = for ever. */
  readonly retentionDays: Readonly<Record<DatedTable, number>>;
  /** Primary shards of each index. */
  readonly shards: number;
  /** `auto`: one where there is a second node to hold it (`auto_expand_replicas: 0-1`). */
  readonly replicas: number | 'auto';
}

export const OPENSEARCH_DEFAULTS: OpenSearchSettings = {
  urls: ['http://localhost:9200'],
  username: '',
  password: '',
  ca: '',
  rejectUnauthorized: true,
  indexPrefix: 'netpol-',
  bulkBytes: 5 * 1024 * 1024,
  concurrency: 4,
  requestTimeoutMs: 60_000,
  retentionDays: { verdicts: 30, rollups: 180, changes: 0, feeds: 180 },
  shards: 1,
  replicas: 'auto',
};
