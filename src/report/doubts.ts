// Which answers a caveat takes away or weakens. Said in one place, so that terminal and machine output can
// never disagree on the difference between "checked, none" and "this input cannot show it".

import type { Summary } from '../queries/summary.ts';
import type { Caveat, Findings } from './findings.ts';
import type { SectionName } from './terminal/section.ts';

export interface Doubt {
  /**
   * forbids  without findings the answer is CANNOT TELL, never "none"
   * weakens  the answer may be incomplete, with findings as without
   * bounds   findings stand; only "none" is less than certain
   */
  readonly weight: 'forbids' | 'weakens' | 'bounds';
  readonly because: Caveat['code'] | 'no-verdicts' | 'no-policies' | 'no-manifests' | 'not-all-compared';
  /** A clause for a person. */
  readonly clause: string;
}

interface Reach {
  readonly clause: string;
  readonly forbids?: readonly SectionName[];
  readonly weakens?: readonly SectionName[];
  readonly bounds?: readonly SectionName[];
}

const JOINED: readonly SectionName[] = ['broken', 'opened'];
const OF_FLOWS: readonly SectionName[] = ['still-denied', 'broken', 'opened', 'misfits'];

const REACH: Readonly<Record<Caveat['code'], Reach>> = {
  'no-audit-log': {
    clause: 'no audit log was given',
    forbids: [...JOINED, 'changed-by-hand'],
    weakens: ['still-denied', 'misfits'],
  },
  'no-audit-events': {
    clause: 'what was passed with --audit holds no audit event',
    forbids: [...JOINED, 'changed-by-hand'],
    weakens: ['still-denied', 'misfits'],
  },
  'no-policy-in-snapshot': { clause: 'what was passed with --policies holds no policy' },
  'kinds-not-in-snapshot': {
    clause: 'the snapshot lacks a kind of policies that the logs name',
    forbids: ['still-denied', 'misfits'],
    weakens: ['broken', 'opened', 'not-in-force', 'manifests'],
  },
  'no-snapshot': {
    clause: 'without a snapshot, policies older than the audit log are invisible',
    forbids: ['still-denied', 'misfits'],
    weakens: ['broken', 'opened', 'not-in-force', 'manifests'],
  },
  'no-verdict-events': { clause: 'the flows hold no policy verdicts', forbids: OF_FLOWS },
  'no-forwarded-flows': {
    clause: 'the flows hold no allowed traffic',
    forbids: ['opened'],
    weakens: ['broken', 'misfits'],
  },
  'clusters-do-not-meet': {
    clause: 'flows and audit log are not of the same cluster',
    forbids: JOINED,
    weakens: ['still-denied', 'misfits'],
  },
  'cluster-without-audit': {
    clause: 'of one cluster there is no audit log',
    weakens: [...JOINED, 'changed-by-hand', 'still-denied', 'misfits'],
  },
  'audit-without-cluster': {
    clause: 'audit records that name no cluster were rejected',
    weakens: [...OF_FLOWS, 'changed-by-hand'],
  },
  'metadata-level': {
    clause: 'the audit log does not hold what all policies said',
    bounds: [...OF_FLOWS, 'not-in-force', 'manifests'],
  },
  'masked-labels': { clause: 'the flows carry no labels', weakens: OF_FLOWS },
  'clocks-apart': { clause: 'clocks of nodes and API server differ', weakens: [...JOINED, 'misfits'] },
  'feeds-do-not-overlap': {
    clause: 'flows and audit log are not of the same time',
    forbids: JOINED,
    weakens: ['still-denied', 'misfits'],
  },
  'lost-events': { clause: 'Hubble lost events', bounds: OF_FLOWS },
  'gaps-in-audit': {
    clause: 'policy writes are missing from the audit log',
    weakens: JOINED,
    bounds: ['still-denied', 'misfits', 'changed-by-hand'],
  },
  'no-time': { clause: 'lines without time cannot be joined', forbids: OF_FLOWS },
  'beyond-logs': { clause: 'the time asked about is not of the logs' },
  rejected: { clause: 'records were rejected', bounds: [...OF_FLOWS, 'changed-by-hand'] },
  'store-limits': { clause: 'a store does not keep everything', weakens: ['still-denied'] },
  stopped: { clause: 'the job was stopped early', weakens: [...OF_FLOWS, 'changed-by-hand'] },
};

/** Heaviest first. */
export function doubtsAbout(section: SectionName, summary: Summary, findings: Findings): readonly Doubt[] {
  const doubts: Doubt[] = [];
  for (const weight of ['forbids', 'weakens', 'bounds'] as const) {
    for (const { code } of findings.caveats) {
      const reach = REACH[code];
      const known = doubts.some(({ because }) => because === code);
      if (!known && reach[weight]?.includes(section) === true)
        doubts.push({ weight, because: code, clause: reach.clause });
    }
    if (weight === 'forbids' && doubts.length === 0) doubts.push(...emptyInput(section, summary, findings));
  }
  return section === 'manifests' ? [...doubts, ...incomparable(findings)] : doubts;
}

function emptyInput(section: SectionName, summary: Summary, findings: Findings): readonly Doubt[] {
  if (OF_FLOWS.includes(section) && summary.verdicts.verdicts === 0)
    return [{ weight: 'forbids', because: 'no-verdicts', clause: 'no policy verdicts were read' }];
  const ofPolicies = section === 'not-in-force' || section === 'manifests';
  const unread = ofPolicies ? whyNoPolicies(findings) : '';
  if (unread !== '') return [{ weight: 'forbids', because: 'no-policies', clause: unread }];
  if (section === 'manifests' && findings.manifests?.policies === 0)
    return [{ weight: 'forbids', because: 'no-manifests', clause: 'the manifests hold no policy' }];
  return [];
}

/** Why nothing that was read could hold a policy; '' where something could. */
function whyNoPolicies({ audit, snapshotObjects, caveats }: Findings): string {
  const isFlawed = (code: Caveat['code']): boolean => caveats.some((caveat) => caveat.code === code);
  const noAudit = audit === null || isFlawed('no-audit-events');
  const noSnapshot = snapshotObjects === null || isFlawed('no-policy-in-snapshot');
  if (!noAudit || !noSnapshot) return '';
  const flaws = (['no-audit-events', 'no-policy-in-snapshot'] as const).filter(isFlawed);
  return flaws.length === 0
    ? 'neither audit log nor snapshot was given'
    : flaws.map((code) => REACH[code].clause).join('; ');
}

function incomparable({ manifests }: Findings): readonly Doubt[] {
  if (manifests === null) return [];
  const { templates, kustomizations, problems, uncompared } = manifests;
  return templates.length + kustomizations.length + problems + uncompared === 0
    ? []
    : [{ weight: 'bounds', because: 'not-all-compared', clause: 'not everything could be compared' }];
}
