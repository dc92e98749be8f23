// Label selectors as lists of requirements that must all hold (cilium/cilium pkg/policy/types/
// requirements.go). A key names its source (`k8s:app`) or none, which means any source; NotIn and
// DoesNotExist hold where the key is absent.

import { type PartyLabels, valueOf } from './partyLabels.ts';
import { and, not, type Truth } from './truth.ts';

export interface Requirement {
  /** `source:key`; `any:key` where the selector names no source. */
  readonly key: string;
  readonly operator: 'in' | 'not-in' | 'exists' | 'not-exists';
  /** Of `in` and `not-in`; else []. */
  readonly values: readonly string[];
}

export function equals(key: string, value: string): Requirement {
  return { key, operator: 'in', values: [value] };
}

export function exists(key: string): Requirement {
  return { key, operator: 'exists', values: [] };
}

/** No requirements at all: every party meets them. */
export function meetsAll(requirements: readonly Requirement[], party: PartyLabels): Truth {
  let truth: Truth = true;
  for (const requirement of requirements) {
    truth = and(truth, meets(requirement, party));
    if (truth === false) return false;
  }
  return truth;
}

export function meets(requirement: Requirement, party: PartyLabels): Truth {
  const value = valueOf(party, requirement.key);
  if (value !== undefined && typeof value !== 'string') return value;
  switch (requirement.operator) {
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case 'not-in':
      return not(value !== undefined && requirement.values.includes(value));
    case 'exists':
      return value !== undefined;
    case 'not-exists':
      return value === undefined;
  }
}

export function hasKey(requirements: readonly Requirement[], ...keys: readonly string[]): boolean {
  return requirements.some((requirement) => keys.includes(requirement.key));
}

export function hasKeyPrefix(requirements: readonly Requirement[], ...prefixes: readonly string[]): boolean {
  return requirements.some((requirement) => prefixes.some((prefix) => requirement.key.startsWith(prefix)));
}
