// All saved queries. Names are for ever: dashboards, scripts and people remember them.
import { ATTEMPTS } from './attempts.ts';
import { AUDITED_DENIES } from './auditedDenies.ts';
import { AUDITED_DENY_SPIKES } from './auditedDenySpikes.ts';
import { AUDIT_MODE } from './auditMode.ts';
import { AUDIT_MODE_NODES } from './auditModeNodes.ts';
import { BROKEN_BY_CHANGE, OPENED_BY_CHANGE } from './changeEffects.ts';
import { CHANGES_MADE, MANUAL_CHANGES } from './changesMade.ts';
import { CONTRADICTIONS } from './contradictions.ts';
import { DEFAULT_DENIES } from './defaultDenies.ts';
import { ENFORCEMENT_LAG } from './enforcementLag.ts';
import { FEED_COVERAGE } from './feedCoverage.ts';
import { FEED_GAPS } from './feedGaps.ts';
import { GHOST_POLICIES } from './ghostPolicies.ts';
import { MANIFEST_MISMATCHES } from './manifestMismatches.ts';
import { NAMESPACE_ISOLATION } from './namespaceIsolation.ts';
import { NOISIEST_SOURCES } from './noisiestSources.ts';
import { NOT_IN_FORCE } from './notInForce.ts';
import { NOT_NAMED } from './notNamed.ts';
import { POLICY_STATISTICS, RULE_STATISTICS } from './policyStatistics.ts';
import { REJECTS } from './rejects.ts';
import { STILL_DENIED } from './stillDenied.ts';
import type { SavedQuery } from './savedQuery.ts';
import { UNUSED_POLICIES } from './unusedPolicies.ts';
import { UNUSED_RULES } from './unusedRules.ts';

export const CATALOGUE: readonly SavedQuery[] = [
  AUDITED_DENIES,
  AUDITED_DENY_SPIKES,
  AUDIT_MODE,
  AUDIT_MODE_NODES,
  STILL_DENIED,
  BROKEN_BY_CHANGE,
  OPENED_BY_CHANGE,
  CHANGES_MADE,
  MANUAL_CHANGES,
  ATTEMPTS,
  CONTRADICTIONS,
  ENFORCEMENT_LAG,
  GHOST_POLICIES,
  POLICY_STATISTICS,
  RULE_STATISTICS,
  UNUSED_POLICIES,
  UNUSED_RULES,
  NOT_IN_FORCE,
  MANIFEST_MISMATCHES,
  DEFAULT_DENIES,
  NOISIEST_SOURCES,
  NOT_NAMED,
  NAMESPACE_ISOLATION,
  FEED_COVERAGE,
  FEED_GAPS,
  REJECTS,
];

export function queryNamed(name: string): SavedQuery | undefined {
  return CATALOGUE.find((query) => query.name === name);
}
