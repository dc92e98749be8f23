// Who switched policy audit mode on or off for a whole cluster: the writes of `cilium-config` after which it
// says otherwise. A body without the key says off (Cilium's default). Agents read it when they start, so
// when a switch took effect is for verdicts to tell.

import { at, field, isObject, type JsonValue } from '../model/json.ts';
import { type Change, CHANGE_COLUMNS, changeOf } from './changes.ts';
import type { Question } from './question.ts';

export interface AuditSwitch {
  readonly change: Change;
  readonly on: boolean;
  /** What it said before is known, too. Else this is the first write whose outcome the log holds. */
  readonly isProven: boolean;
}

export interface AuditConfig {
  readonly cluster: string;
  /** What the newest version says; null when the log does not hold its body. */
  readonly on: boolean | null;
  /** In order of time. */
  readonly switches: readonly AuditSwitch[];
}

/** By cluster; only those whose `cilium-config` was ever seen. */
export const AUDIT_CONFIGS: Question<readonly AuditConfig[]> = {
  sql: `SELECT ${CHANGE_COLUMNS} FROM changes
    WHERE "policy.ref" = 'ConfigMap/kube-system/cilium-config' AND "change.outcome" IN ('version', 'tombstone', 'gap')
    ORDER BY cluster, made_at, id`,
  read: (rows) => auditConfigsOf(rows.map(changeOf)),
};

/** @param changes of `cilium-config`, of each cluster in order of time */
export function auditConfigsOf(changes: readonly Change[]): readonly AuditConfig[] {
  return [...Map.groupBy(changes, ({ cluster }) => cluster)].map(([cluster, writes]) => ({
    cluster,
    on: modeOf(writes.at(-1)?.specAfter ?? null),
    switches: switchesOf(writes),
  }));
}

function switchesOf(changes: readonly Change[]): readonly AuditSwitch[] {
  let mode: boolean | null = null;
  return changes.flatMap((change): readonly AuditSwitch[] => {
    const before: boolean | null = change.creates ? false : (mode ?? modeOf(change.specBefore));
    const after = modeOf(change.specAfter);
    mode = after;
    const isWrite = change.author.user !== '';
    return after === null || after === before || !isWrite
      ? []
      : [{ change, on: after, isProven: before !== null }];
  });
}

function modeOf(content: JsonValue): boolean | null {
  return isObject(field(content, 'data')) ? at(content, 'data', 'policy-audit-mode') === 'true' : null;
}
