// What the role `repair` is told, each with its unit. Parsed and documented in workers/settings.ts.
import type { RawPerKey } from '../../documents/blockDocuments.ts';
import type { PolicyLogSettings } from '../policyLog/followPolicyLog.ts';
import type { Groups } from '../topics.ts';

export interface RepairSettings {
  readonly policyLog: PolicyLogSettings;
  readonly groups: Groups;
  /** As the role `join` has them: both cut and write the same blocks. */
  readonly blockOffsets: number;
  readonly rawPerKey: RawPerKey;
  readonly sessionTimeoutMs: number;
  /** The longest that one bulk request can be on its way. */
  readonly bulkTimeoutMs: number;
  /** How often the log, and what owners have committed, is looked at while there is nothing to do. */
  readonly pollMs: number;
  /** How often provisional documents are looked for; less often while there are none to make final. */
  readonly settleMs: number;
}
