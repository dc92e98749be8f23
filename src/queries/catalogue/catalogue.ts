// All saved queries. Names are for ever: dashboards, scripts and people remember them.
import { AUDITED_DENIES } from './auditedDenies.ts';
import { BROKEN_BY_CHANGE, OPENED_BY_CHANGE } from './changeEffects.ts';
import { CHANGES_MADE, MANUAL_CHANGES } from './changesMade.ts';
import { DEFAULT_DENIES } from './defaultDenies.ts';
import type { SavedQuery } from './savedQuery.ts';

export const CATALOGUE: readonly SavedQuery[] = [
  AUDITED_DENIES,
  BROKEN_BY_CHANGE,
  OPENED_BY_CHANGE,
  DEFAULT_DENIES,
  CHANGES_MADE,
  MANUAL_CHANGES,
];

export function queryNamed(name: string): SavedQuery | undefined {
  return CATALOGUE.find((query) => query.name === name);
}
