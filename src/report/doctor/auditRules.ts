// What the audit log lacks: levels, bodies, answers, signs of life, order. The rules of an audit policy that
// has none of these faults are in deploy/audit-policy.yaml; remedies name the one that counts.

import type { AuditInspection } from '../../model/inspection.ts';
import { isPolicyKind, kindFacts, type TrackedKind } from '../../model/refs.ts';
import { counted, figure, listText } from '../terminal/wording.ts';
import { limits } from './answers.ts';
import type { DoctorFacts, Rule } from './facts.ts';

const POLICY_FILE = 'deploy/audit-policy.yaml';
/** The webhook backend may hold events back for 30 s (kube-apiserver --audit-webhook-batch-max-wait). */
const MOST_DISORDER_MS = 35_000;

const noAudit: Rule = (facts) => {
  if (facts.audit !== null) return [];
  const judged = ['which-policy', 'not-enforced', 'unused-policies', 'safe-to-enforce'] as const;
  return [
    {
      code: 'no-audit-log',
      clause: 'no audit log given',
      why: 'No audit log was given: which change made it so, and who made it, cannot be told.',
      remedy: `pass the API server’s audit log with --audit; ${POLICY_FILE} says what to log`,
      limits: limits({
        no: ['who-changed', 'broken', 'opened', 'in-time', ...(hasBaseline(facts) ? [] : judged)],
        partly: judged.filter(() => hasBaseline(facts)),
      }),
    },
  ];
};

const noPolicyWrites: Rule = ({ audit }) => {
  if (audit === null || writes(audit, isPolicyKind).all > 0 || audit.received > 0) return [];
  return [
    {
      code: 'no-policy-writes',
      clause: 'no policy write is logged',
      why: `The audit log (${counted(audit.events, 'event')}) holds no write of a policy: either nobody changed one, or none is logged.`,
      remedy: `if somebody did: log policies at level RequestResponse (${POLICY_FILE})`,
      limits: limits({ partly: ['who-changed', 'broken', 'opened', 'in-time'] }),
    },
  ];
};

const metadataLevel: Rule = ({ audit }) => {
  if (audit === null) return [];
  const { all, bare } = writes(audit, isPolicyKind);
  if (bare === 0) return [];
  const changes = ['broken', 'opened'] as const;
  const judged = ['which-policy', 'not-enforced', 'safe-to-enforce'] as const;
  const isMost = bare * 2 > all;
  return [
    {
      code: 'metadata-level',
      clause: 'audit level Metadata',
      why: `${figure(bare)} of ${counted(all, 'policy write')} are logged at level Metadata: who wrote is known, what they wrote is not.`,
      remedy: `audit policy: level: RequestResponse for ${groupsText(audit)} (${POLICY_FILE})`,
      limits: limits({
        no: isMost ? changes : [],
        partly: ['who-changed', ...(isMost ? [] : changes), ...judged],
      }),
    },
  ];
};

const requestLevel: Rule = ({ audit }) => {
  if (audit === null) return [];
  const { all, requests } = writes(audit, isPolicyKind);
  if (requests === 0) return [];
  return [
    {
      code: 'request-level',
      clause: 'audit level Request',
      why: `${figure(requests)} of ${counted(all, 'policy write')} are logged without their answer: what a patch made of a policy is worked out, not seen.`,
      remedy: `audit policy: level: RequestResponse for ${groupsText(audit)} (${POLICY_FILE})`,
      limits: limits({ partly: ['which-policy', 'broken', 'opened', 'not-enforced'] }),
    },
  ];
};

const metadataBeside: Rule = ({ audit }) => {
  if (audit === null) return [];
  const kinds = [...audit.levels.keys()].filter(
    (kind) => !isPolicyKind(kind) && writes(audit, (each) => each === kind).bare > 0,
  );
  if (kinds.length === 0) return [];
  const names = listText(
    kinds.map((kind) => (kind === 'ConfigMap' ? 'cilium-config' : kindFacts(kind).resource)),
  );
  return [
    {
      code: 'metadata-level-beside',
      clause: `${names} at level Metadata`,
      why: `Writes of ${names} are logged without their bodies: what hangs on them after such a write is not known.`,
      remedy: `audit policy: level: RequestResponse for ${names} (${POLICY_FILE})`,
      limits: limits({ partly: ['which-policy', 'broken', 'opened', 'safe-to-enforce'] }),
    },
  ];
};

const truncated: Rule = ({ audit }) =>
  audit !== null && audit.truncated > 0
    ? [
        {
          code: 'truncated-bodies',
          clause: `${counted(audit.truncated, 'body was', 'bodies were')} cut`,
          why: `The bodies of ${counted(audit.truncated, 'event')} were too long and cut away: what those policies said is not known.`,
          remedy: 'kube-apiserver --audit-log-truncate-max-event-size=1048576 (--audit-webhook-… likewise)',
          limits: limits({ partly: ['which-policy', 'broken', 'opened'] }),
        },
      ]
    : [];

const lostAnswers: Rule = ({ audit }) =>
  audit !== null && audit.unanswered > 0
    ? [
        {
          code: 'lost-answers',
          clause: 'policy writes without outcome',
          why: `${counted(audit.unanswered, 'policy write')} came in and the log does not say what became of ${audit.unanswered === 1 ? 'it' : 'them'}: events were lost, or a body could not be encoded.`,
          remedy: 'look for “Error in audit plugin” in the log of kube-apiserver; it names each of them',
          limits: limits({ partly: ['who-changed', 'broken', 'opened'] }),
        },
      ]
    : [];

const noReceivedStage: Rule = ({ audit }) =>
  audit !== null && audit.received === 0 && writes(audit, isPolicyKind).all > 0
    ? [
        {
          code: 'no-received-stage',
          clause: 'stage RequestReceived is left out',
          why: 'Policy writes are logged at their end only: one whose body cannot be encoded (a YAML apply, a malformed patch) leaves no trace.',
          remedy: `audit policy: no omitStages: [RequestReceived] on the rule for policies (${POLICY_FILE})`,
          limits: limits({ partly: ['who-changed'] }),
        },
      ]
    : [];

const noProofOfLife: Rule = ({ audit }) =>
  audit !== null && audit.apiServers.length === 0
    ? [
        {
          code: 'no-proof-of-life',
          clause: 'API servers show no sign of life',
          why: 'No API server’s identity lease (kube-system/apiserver-…) is logged: between two writes, silence and loss look alike; live answers have to guess how long to wait.',
          remedy: `audit policy: level: Metadata for updates of leases by system:apiserver (${POLICY_FILE})`,
          limits: limits({ partly: ['in-time'] }),
        },
      ]
    : [];

const outOfOrder: Rule = ({ audit }) =>
  audit !== null && audit.disorderMs > MOST_DISORDER_MS
    ? [
        {
          code: 'out-of-order',
          clause: 'audit events come late',
          why: `Audit events come up to ${figure(Math.ceil(audit.disorderMs / 1_000))} s after younger ones: answers given earlier are mended later.`,
          remedy: `AUDIT_DISORDER_MS=${Math.ceil(audit.disorderMs / 1_000) * 1_000} for the workers`,
          limits: limits({ partly: ['in-time'] }),
        },
      ]
    : [];

export const AUDIT_RULES: readonly Rule[] = [
  noAudit,
  noPolicyWrites,
  metadataLevel,
  requestLevel,
  metadataBeside,
  truncated,
  lostAnswers,
  noReceivedStage,
  noProofOfLife,
  outOfOrder,
];

/** What was in force before the audit log is known: by a snapshot, or by lists in the log itself. */
export function hasBaseline({ snapshot, audit }: DoctorFacts): boolean {
  return (snapshot?.policies ?? 0) > 0 || (audit?.listed.some(isPolicyKind) ?? false);
}

function writes(
  audit: AuditInspection,
  isWanted: (kind: TrackedKind) => boolean,
): { readonly all: number; readonly bare: number; readonly requests: number } {
  const sum = { all: 0, bare: 0, requests: 0 };
  for (const [kind, levels] of audit.levels) {
    if (!isWanted(kind)) continue;
    for (const [level, count] of levels) {
      sum.all += count;
      if (level === 'Metadata') sum.bare += count;
      if (level === 'Request') sum.requests += count;
    }
  }
  return sum;
}

function groupsText(audit: AuditInspection): string {
  const resources = [...audit.levels]
    .filter(
      ([kind, levels]) =>
        isPolicyKind(kind) && [...levels.keys()].some((level) => level !== 'RequestResponse'),
    )
    .map(([kind]) => kindFacts(kind).resource);
  return listText(resources.toSorted());
}
