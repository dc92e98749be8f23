// Audit mode for machines: one object for each workload that was ever audited, with since when and on what
// evidence, and one for each write of `cilium-config` that switched it.
import type { JsonObject } from '../../model/json.ts';
import { formatInstant } from '../../model/time.ts';
import type { AuditedWorkload, AuditMode, Turn } from '../../queries/auditMode.ts';
import { changeLine } from '../changeLine.ts';
import { endRecord } from './endRecord.ts';

export function auditModeRecords({ workloads, configs }: AuditMode): readonly JsonObject[] {
  return [
    ...workloads.map(workloadRecord),
    ...configs.flatMap(({ switches }) =>
      switches.map(({ change, on, isProven }) => ({
        section: 'audit-switch',
        audit_mode: on ? 'on' : 'off',
        before_is_known: isProven,
        ...changeLine(change),
      })),
    ),
  ];
}

function workloadRecord(workload: AuditedWorkload): JsonObject {
  const { cluster, subject, audited, firstAudited, lastAudited, unauditedUntil, entered, isPartly, left } =
    workload;
  return {
    section: 'audit-mode',
    'orchestrator.cluster.name': cluster,
    ...endRecord('subject', subject),
    state: left === null ? 'audited' : 'left',
    some_pods_only: isPartly,
    audited,
    first_audited: formatInstant(firstAudited),
    last_audited: formatInstant(lastAudited),
    unaudited_until: unauditedUntil === null ? undefined : formatInstant(unauditedUntil),
    since: formatInstant(entered.at),
    since_evidence: entered.evidence,
    ...switched('switched_on', entered),
    ...(left === null
      ? {}
      : {
          left_at: formatInstant(left.at),
          left_evidence: left.evidence,
          left_as: left.as,
          ...switched('switched_off', left),
        }),
  };
}

function switched(name: string, { change }: Turn): JsonObject {
  return change === null ? {} : { [name]: changeLine(change) };
}
