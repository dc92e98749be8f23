// All settings of the workers, by what they are about. The table in docs/run-the-workers.md is made from these.
import { KAFKA, NAMES, OPENSEARCH } from './connections.ts';
import type { Setting } from './setting.ts';
import { FEEDS, GATE, JOIN, POLICY_LOG, SERVING } from './work.ts';

interface SettingsGroup {
  readonly title: string;
  readonly settings: readonly Setting<unknown>[];
}

export const SETTINGS_GROUPS: readonly SettingsGroup[] = [
  { title: 'Kafka', settings: Object.values(KAFKA) },
  { title: 'Names and clusters', settings: Object.values(NAMES) },
  { title: 'OpenSearch', settings: Object.values(OPENSEARCH) },
  { title: 'The feeds (role normalise)', settings: Object.values(FEEDS) },
  { title: 'Waiting for the audit log (role join)', settings: Object.values(GATE) },
  { title: 'Judging and writing (roles join and repair)', settings: Object.values(JOIN) },
  { title: 'The policy log', settings: Object.values(POLICY_LOG) },
  { title: 'Health and log', settings: Object.values(SERVING) },
];
