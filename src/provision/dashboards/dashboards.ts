// Everything that Dashboards is given, for one index prefix: deploy/opensearch-dashboards/netpol-drift.ndjson is this,
// and `setup --dashboards` imports it.
import { changeImpactDashboard } from './changeImpact.ts';
import { driftDashboard } from './drift.ts';
import { feedHealthDashboard } from './feedHealth.ts';
import { indexPatterns } from './indexPatterns.ts';
import type { SavedObject } from './savedObject.ts';

export function savedObjects(prefix: string): readonly SavedObject[] {
  return [
    ...indexPatterns(prefix),
    ...driftDashboard(prefix),
    ...changeImpactDashboard(prefix),
    ...feedHealthDashboard(prefix),
  ];
}
