// Where a scene takes place: in memory, or on real servers.
import { eventCodec } from '../../../src/codec/eventCodec.ts';
import type { Document } from '../../../src/documents/document.ts';
import type { Log } from '../../../src/kafka/log.ts';
import type { DocumentStore } from '../../../src/stores/opensearch/documentStore.ts';
import type { RepairSettings } from '../../../src/workers/repair/settings.ts';
import type { Groups, Topics } from '../../../src/workers/topics.ts';
import { currentSchema } from '../../codec/schemas.ts';

export const codec = eventCodec(currentSchema(), []);
export const RAW_PER_KEY = { any: 2, newlyAllowed: 1 } as const;

export interface Place {
  readonly log: Log;
  readonly store: DocumentStore;
  readonly topics: Topics;
  readonly groups: Groups;
  readonly tuning: Pick<RepairSettings, 'sessionTimeoutMs' | 'bulkTimeoutMs' | 'pollMs' | 'settleMs'>;
  /** What happens by itself happens so soon, on a busy machine, too. */
  readonly soon: { readonly withinMs: number };
  /** All documents as they stand. */
  stored(): Promise<readonly Document[]>;
}
