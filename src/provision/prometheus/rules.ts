// The alerts as rules for Prometheus, from what the workers count. deploy/prometheus/rules.yaml is made from this.
//
// A counter that a worker has just made (a namespace's first drift, or a restart) begins at what happened, not at 0, and
// `increase` does not see its first step. So what was not there before counts whole; all else by its increase.
import { JOINING } from '../../runtime/metrics/joining.ts';
import { INTAKE } from '../../runtime/metrics/intake.ts';
import { WRITING } from '../../runtime/metrics/writing.ts';
import {
  ALERTS,
  type AlertName,
  BASELINE_DAYS,
  FEED_MEMORY_HOURS,
  JUST_NOW,
  RECENT_MINUTES,
  REGRESSION_MINUTES,
  runbook,
  type Thresholds,
} from '../alerts.ts';

interface Recording {
  readonly record: string;
  readonly expr: string;
}

interface Alerting {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly (Recording | Alerting)[] }[];
}

const AUDITED = 'netpol_drift:audited_verdicts:increase1h';
const AUDITED_IN = 'netpol_drift:audited_verdicts_in_namespace:increase1h';
const USUAL = 'netpol_drift:audited_verdicts:usual1h';
const REGRESSIONS = `netpol_drift:regressions:increase${RECENT_MINUTES}m`;
const NOT_ENFORCED = `netpol_drift:not_enforced:increase${RECENT_MINUTES}m`;
const MANUAL = `netpol_drift:manual_changes:increase${RECENT_MINUTES}m`;
const NEWEST = `netpol_drift:feed_newest_timestamp_seconds:max${FEED_MEMORY_HOURS}h`;

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3_600;
const CLUSTER = '{{ $labels.cluster }}';
const VALUE = '{{ $value | humanize }}';

/** One group: its rules are evaluated in this order, so that alerts see the figures of the same moment. */
export function prometheusRules(thresholds: Thresholds): RuleFile {
  return { groups: [{ name: 'netpol-drift', rules: [...FIGURES, ...alertings(thresholds)] }] };
}

const FIGURES: readonly Recording[] = [
  {
    // 0 where verdicts came and none was audited; nothing where none came: such an hour was not covered.
    record: AUDITED,
    expr: `(
  sum by (cluster) (increase(${JOINING.verdicts.name}{observed="audited"}[1h]))
  or sum by (cluster) (increase(${JOINING.verdicts.name}[1h])) * 0
)
and sum by (cluster) (increase(${JOINING.verdicts.name}[1h])) > 0`,
  },
  {
    record: AUDITED_IN,
    expr: `sum by (cluster, namespace) (increase(${JOINING.denials.name}{observed="audited"}[1h])) > 0`,
  },
  {
    record: USUAL,
    expr: `avg by (cluster) (\n  ${daysBefore(AUDITED).join('\n  or ')}\n)`,
  },
  { record: REGRESSIONS, expr: grown(`${JOINING.regressions.name}{cause_age="${JUST_NOW}"}`) },
  { record: NOT_ENFORCED, expr: grown(`${JOINING.drifts.name}{drift="not-enforced"}`) },
  { record: MANUAL, expr: grown(`${WRITING.changeDrifts.name}{drift="manual-change"}`) },
  {
    record: NEWEST,
    expr: `max by (cluster, feed) (max_over_time(${INTAKE.feedNewest.name}[${FEED_MEMORY_HOURS}h]))`,
  },
];

/** The same hour of each day, told apart by a label so that none hides another. */
function daysBefore(figure: string): readonly string[] {
  return Array.from(
    { length: BASELINE_DAYS },
    (_, before) => `label_replace(${figure} offset ${before + 1}d, "day", "${before + 1}", "", "")`,
  );
}

/** By cluster and namespace, where it is more than nothing. */
function grown(series: string): string {
  const span = `${RECENT_MINUTES}m`;
  return `sum by (cluster, namespace) (
  (${series} unless last_over_time(${series}[${span}] offset ${span}))
  or increase(${series}[${span}])
) > 0`;
}

function alertings(thresholds: Thresholds): readonly Alerting[] {
  const { spikeRatio, spikeFloor, regressionFloor, notEnforcedFloor, silentMinutes } = thresholds;
  return [
    alerting('audited-deny-spike', {
      expr: `${AUDITED} >= ${spikeFloor}
and (
  ${AUDITED} >= ${spikeRatio} * ${USUAL}
  or (${AUDITED} unless ${USUAL})
)`,
      figures: `${VALUE} in the last hour.${usualText(spikeFloor)}`,
      ...topNamespaces(AUDITED_IN),
    }),
    alerting('regression-after-change', {
      expr: `sum by (cluster) (${REGRESSIONS}) >= ${regressionFloor}`,
      figures: `${VALUE} in the last ${RECENT_MINUTES} minutes, within ${REGRESSION_MINUTES} minutes of the change.`,
      ...topNamespaces(REGRESSIONS),
    }),
    alerting('not-enforced', {
      expr: `sum by (cluster) (${NOT_ENFORCED}) >= ${notEnforcedFloor}`,
      figures: `${VALUE} in the last ${RECENT_MINUTES} minutes.`,
      ...topNamespaces(NOT_ENFORCED),
    }),
    alerting('manual-change', {
      expr: `sum by (cluster) (${MANUAL}) > 0`,
      figures: `${VALUE} in the last ${RECENT_MINUTES} minutes.`,
      ...topNamespaces(MANUAL),
    }),
    alerting('feed-silent', {
      expr: `(time() - ${NEWEST} > ${silentMinutes * SECONDS_PER_MINUTE}) < ${FEED_MEMORY_HOURS * SECONDS_PER_HOUR}`,
      figures: `{{ $labels.feed }}, for {{ $value | humanizeDuration }}.`,
    }),
  ];
}

interface Telling {
  readonly expr: string;
  readonly figures: string;
  readonly namespaces?: string;
}

function alerting(name: AlertName, { expr, figures, namespaces }: Telling): Alerting {
  const { title, act, severity } = ALERTS[name];
  return {
    alert: `NetpolDrift${name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    expr,
    labels: { severity },
    annotations: {
      summary: `Cluster ${CLUSTER}: ${title}.`,
      description: figures,
      ...(namespaces === undefined ? {} : { namespaces }),
      action: act,
      runbook: runbook(name),
    },
  };
}

/** The ten namespaces with the most, and how much: `shop (12) edge (3)`. Policies are too many for labels. */
function topNamespaces(figure: string): { readonly namespaces: string } {
  const ask = `printf "topk(10, ${figure}{cluster=%q})" $labels.cluster | query | sortByLabel "namespace"`;
  return {
    namespaces: `{{ range ${ask} }}{{ .Labels.namespace }} ({{ .Value | humanize }}) {{ end }}`,
  };
}

function usualText(floor: number): string {
  const ask = `printf "${USUAL}{cluster=%q}" $labels.cluster | query`;
  const none = ` There is no baseline yet (no verdicts of the previous ${BASELINE_DAYS} days at this hour), so ${floor} an hour set this off alone.`;
  return `{{ with ${ask} }} At this hour of the previous days {{ . | first | value | humanize }} on average.{{ else }}${none}{{ end }}`;
}
