// What the flow export lacks. The fields and events wanted are Cilium's own: see the Helm values
// hubble.export.static.* (install/kubernetes/cilium/values.yaml) and observer filters (api/v1/flow/flow.proto,
// FlowFilter). Absence is judged by shares, because some flows lack some fields in every healthy cluster.

import type { FlowInspection, VerdictField } from '../../model/inspection.ts';
import { counted, figure, listText } from '../terminal/wording.ts';
import { type Answer, type Answerable, limits } from './answers.ts';
import type { Cause, Rule } from './facts.ts';

const OF_FLOWS: readonly Answer[] = [
  'which-policy',
  'broken',
  'opened',
  'not-enforced',
  'unused-policies',
  'audit-mode',
  'safe-to-enforce',
  'in-time',
];
const JUDGED: readonly Answer[] = ['which-policy', 'broken', 'opened', 'not-enforced', 'safe-to-enforce'];

/** Fewer lacking than this are flows of endpoints that went away. */
const A_FEW = 0.05;
/** Of fields that no flow lacks by itself. */
const HARDLY_ANY = 0.001;

const ALLOW_VERDICTS = `hubble.export.static.allowList: ['{"event_type":[{"type":5}]}']`;
const NO_MASK = 'hubble.export.static.fieldMask: []';

const noFlows: Rule = ({ flows }) =>
  flows === null
    ? [
        {
          code: 'no-flows',
          clause: 'no flows given',
          why: 'No flow export was given: nothing can be said about traffic.',
          remedy: 'pass Hubble’s export with --flows',
          limits: limits({ no: OF_FLOWS }),
        },
      ]
    : [];

const noTime: Rule = ({ flows }) =>
  flows !== null && flows.monitor > 0 && verdictsOf(flows) === 0
    ? [
        {
          code: 'no-time',
          clause: 'cilium monitor prints no time',
          why: 'The flows are text of cilium monitor, without time, node or namespace: they give figures per policy, and nothing can be joined.',
          remedy: 'take the exporter’s file, or hubble observe -o jsonpb --type policy-verdict',
          limits: limits({ no: OF_FLOWS }),
        },
      ]
    : [];

const noVerdicts: Rule = (facts) => {
  const { flows } = facts;
  if (flows === null || verdictsOf(flows) > 0 || flows.monitor > 0) return [];
  const untyped = flows.kinds.get('untyped') ?? 0;
  if (untyped > 0) return [maskedEventType(flows, untyped, 'no')];
  const drops = flows.kinds.get('policy-drop') ?? 0;
  return [
    {
      code: 'no-verdict-events',
      clause: 'no policy verdicts',
      why:
        drops > 0
          ? `The flows hold no policy verdicts (event type 5), though ${counted(drops, 'drop')} by policy: a filter leaves them out.`
          : 'The flows hold no policy verdicts (event type 5): a filter leaves them out, or no policy selects anything.',
      remedy:
        ALLOW_VERDICTS + (drops > 0 ? '; for this file analyze --drop-events count judges the drops' : ''),
      limits: limits({ no: OF_FLOWS }),
    },
  ];
};

const someUntyped: Rule = ({ flows }) => {
  const untyped = flows?.kinds.get('untyped') ?? 0;
  if (flows === null || untyped === 0 || verdictsOf(flows) === 0) return [];
  return untyped / flows.records < A_FEW ? [] : [maskedEventType(flows, untyped, 'partly')];
};

function maskedEventType(flows: FlowInspection, untyped: number, verdict: 'partly' | 'no'): Cause {
  return {
    code: 'masked-event-type',
    clause: 'the field mask hides event_type',
    why: `${figure(untyped)} of ${counted(flows.records, 'flow')} have no event_type: whether they judge a policy cannot be told.`,
    remedy: `${NO_MASK}, or take event_type into it`,
    limits: limits({ [verdict]: OF_FLOWS }),
  };
}

/** Fields without which a verdict is refused, or rules cannot be decided. */
const NEEDED: readonly { readonly field: VerdictField; readonly takes: readonly Answer[] }[] = [
  { field: 'time', takes: OF_FLOWS },
  { field: 'verdict', takes: OF_FLOWS },
  { field: 'traffic_direction', takes: OF_FLOWS },
  { field: 'node_name', takes: ['audit-mode', 'not-enforced', 'in-time'] },
  { field: 'IP', takes: JUDGED },
  { field: 'l4', takes: JUDGED },
];
/** Refused without them: no part of the answer is left. */
const VITAL: readonly VerdictField[] = ['time', 'verdict', 'traffic_direction'];

const maskedFields: Rule = ({ flows }) => {
  const lacking = NEEDED.filter(
    ({ field }) => lackOf(flows, field) >= (VITAL.includes(field) ? HARDLY_ANY : A_FEW),
  );
  if (lacking.length === 0) return [];
  const names = lacking.map(({ field }) => field);
  const vital = lacking.filter(({ field }) => VITAL.includes(field) && lackOf(flows, field) > 1 - A_FEW);
  return [
    {
      code: 'masked-fields',
      clause: `the field mask hides ${listText(names)}`,
      why: `Verdicts come without ${listText(names)}: the field mask of the export leaves ${names.length === 1 ? 'it' : 'them'} out.`,
      remedy: `${NO_MASK}, or take ${listText(names)} into it`,
      limits: limits({
        partly: lacking.flatMap(({ takes }) => takes),
        no: vital.flatMap(({ takes }) => takes),
      }),
    },
  ];
};

const maskedLabels: Rule = ({ flows }) => {
  const lack = Math.max(lackOf(flows, 'labels of the subject'), lackOf(flows, 'labels of the peer'));
  if (lack < A_FEW) return [];
  const verdict: Answerable = lack > 0.5 ? 'no' : 'partly';
  return [
    {
      code: 'masked-labels',
      clause: 'flows carry no labels',
      why: `${percent(lack)} of the verdicts lack labels of one end or both: which policies select it, and which rules match, cannot be told.`,
      remedy: `${NO_MASK}, or take source.labels and destination.labels into it`,
      limits: limits({ [verdict]: JUDGED }),
    },
  ];
};

const noAttribution: Rule = ({ flows }) => {
  const share = flows?.fields.get('*_allowed_by');
  if (share === undefined || share.due === 0 || share.present > 0) return [];
  return [
    {
      code: 'no-attribution',
      clause: 'Hubble names no policies',
      why: `Hubble names no policy in ${counted(share.due, 'allowed verdict')}: what the policies say cannot be checked against what the datapath says.`,
      remedy:
        'hubble.networkPolicyCorrelation.enabled: true (Cilium 1.15 or newer), and ingress_allowed_by, egress_allowed_by, ingress_denied_by, egress_denied_by in the field mask, if there is one',
      limits: limits({ partly: ['which-policy', 'not-enforced', 'unused-policies'] }),
    },
  ];
};

const noDnsNames: Rule = ({ flows, snapshot }) => {
  const share = flows?.fields.get('destination_names');
  const policies = snapshot?.namingDns ?? 0;
  if (policies === 0 || share === undefined || share.present > 0) return [];
  return [
    {
      code: 'no-dns-names',
      clause: 'no DNS names in the flows',
      why: `${counted(policies, 'policy decides', 'policies decide')} by DNS names, and none of ${counted(share.due, 'connection')} to the outside carries one: what they allow cannot be told.`,
      remedy:
        'a rule with rules.dns beside each toFQDNs (Cilium learns names from its DNS proxy alone), and destination_names in the field mask, if there is one',
      limits: limits({ partly: ['which-policy', 'broken', 'opened', 'not-enforced', 'safe-to-enforce'] }),
    },
  ];
};

const onlyDenials: Rule = ({ flows }) => {
  if (flows === null || verdictsOf(flows) === 0 || flows.observed.size === 0) return [];
  const seen = (word: string): boolean => (flows.observed.get(word) ?? 0) > 0;
  if (seen('FORWARDED') || seen('REDIRECTED')) return [];
  const forwarded: Cause = {
    code: 'no-forwarded-flows',
    clause: 'only denials are exported',
    why: 'No verdict lets anything through: a filter exports denials only. What is allowed, opened, not enforced or unused does not show.',
    remedy: `${ALLOW_VERDICTS}, without a verdict filter`,
    limits: limits({
      no: ['opened', 'not-enforced', 'unused-policies'],
      partly: ['which-policy', 'broken', 'safe-to-enforce'],
    }),
  };
  if (seen('AUDIT') || !seen('DROPPED')) return [forwarded];
  const audited: Cause = {
    code: 'no-audited-flows',
    clause: 'the export may leave AUDIT out',
    why: 'Only drops are exported: whether anything was audited does not show.',
    remedy: `${ALLOW_VERDICTS}, without a verdict filter`,
    limits: limits({ no: ['audit-mode', 'safe-to-enforce'] }),
  };
  return [forwarded, audited];
};

const aggregated: Rule = ({ flows }) =>
  flows !== null && flows.aggregated > 0
    ? [
        {
          code: 'aggregated-flows',
          clause: 'flows are aggregated',
          why: `${counted(flows.aggregated, 'verdict line')} stand for several flows each, at the time of the first: they come late, and what happened within a window is not told apart.`,
          remedy: 'switch off hubble-export-aggregation-interval',
          limits: limits({ partly: ['broken', 'opened', 'in-time'] }),
        },
      ]
    : [];

const exportedTwice: Rule = ({ flows }) =>
  flows !== null && flows.copies > 0
    ? [
        {
          code: 'exported-twice',
          clause: 'two exporters write the same flows',
          why: `${counted(flows.copies, 'verdict')} of one file are in another one, too: counts are too high.`,
          remedy:
            'pass the files of one exporter only (hubble.export.static or one of hubble.export.dynamic)',
          limits: limits({ partly: ['broken', 'opened', 'unused-policies'] }),
        },
      ]
    : [];

/** Where Hubble loses events, and the Helm value that gives room there. */
const ROOM: ReadonlyMap<string, string> = new Map([
  [
    'PERF_EVENT_RING_BUFFER',
    'bpf.events.trace.enabled: false (traces judge no policy and crowd out verdicts)',
  ],
  ['OBSERVER_EVENTS_QUEUE', 'hubble.eventQueueSize: "65536"'],
  ['HUBBLE_RING_BUFFER', 'hubble.eventBufferCapacity: "65535"'],
]);

const lostEvents: Rule = ({ flows }) => {
  const losses = [...(flows?.lost ?? [])].toSorted(([, a], [, b]) => b - a);
  const total = losses.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  const where = losses[0]?.[0] ?? '';
  return [
    {
      code: 'lost-events',
      clause: `Hubble lost ${counted(total, 'event')}`,
      why: `Hubble lost ${counted(total, 'event')}, most at ${where}: counts are lower bounds, and a policy without traffic may have had some.`,
      remedy: ROOM.get(where) ?? 'hubble.eventQueueSize: "65536"',
      limits: limits({ partly: ['unused-policies', 'safe-to-enforce'] }),
    },
  ];
};

export const FLOW_RULES: readonly Rule[] = [
  noFlows,
  noTime,
  noVerdicts,
  someUntyped,
  maskedFields,
  maskedLabels,
  onlyDenials,
  noAttribution,
  noDnsNames,
  aggregated,
  exportedTwice,
  lostEvents,
];

function verdictsOf(flows: FlowInspection): number {
  return flows.kinds.get('verdict') ?? 0;
}

/** 0–1: the share of the flows that lack a field though it is due. */
function lackOf(flows: FlowInspection | null, field: VerdictField): number {
  const share = flows?.fields.get(field);
  return share === undefined || share.due === 0 ? 0 : 1 - share.present / share.due;
}

export function percent(share: number): string {
  // Never 100 % or 0 % for what is only nearly so.
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return '>99 %';
  return rounded === 0 && share > 0 ? '<1 %' : `${rounded} %`;
}
