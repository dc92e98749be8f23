// How many of the verdicts carry each field, of those in which it is due.

import { type Share, VERDICT_FIELDS, type VerdictField } from '../model/inspection.ts';
import type { JsonObject } from '../model/json.ts';
import { verdictFields } from './inspectVerdict.ts';

export interface FieldShares {
  readonly add: (line: JsonObject) => void;
  /** In the order of {@link VERDICT_FIELDS}; a field that was never due is left out. */
  readonly read: () => ReadonlyMap<VerdictField, Share>;
}

const RANK = Object.keys(VERDICT_FIELDS);

export function createFieldShares(): FieldShares {
  const shares = new Map<VerdictField, { present: number; due: number }>();
  return {
    add(line) {
      for (const [name, presence] of verdictFields(line)) {
        if (presence === undefined) continue;
        const share = shares.get(name) ?? { present: 0, due: 0 };
        share.due += 1;
        if (presence) share.present += 1;
        shares.set(name, share);
      }
    },
    read: () => new Map([...shares].sort(([a], [b]) => RANK.indexOf(a) - RANK.indexOf(b))),
  };
}
