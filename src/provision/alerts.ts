// The alerts: which there are, how grave each is, and when it goes off. OpenSearch's monitors and Prometheus' rules
// are both made from this, so that whoever alerts in either is woken by the same things.

export const ALERT_NAMES = [
  'audited-deny-spike',
  'regression-after-change',
  'not-enforced',
  'manual-change',
  'feed-silent',
] as const;
export type AlertName = (typeof ALERT_NAMES)[number];

/**
 *   critical  something is broken or open now
 *   warning   something would break, or answers are about to go stale
 *   info      somebody should know today
 */
export type Severity = 'critical' | 'warning' | 'info';

export interface Alert {
  readonly name: AlertName;
  readonly severity: Severity;
  /** What happened, as the beginning of a sentence about a cluster. */
  readonly title: string;
  /** What to do first. */
  readonly act: string;
  /** Minutes between two notifications about one alert that goes on. */
  readonly repeatMinutes: number;
}

export const ALERTS: Readonly<Record<AlertName, Alert>> = {
  'audited-deny-spike': {
    name: 'audited-deny-spike',
    severity: 'warning',
    title: 'more connections than usual would be denied if audit mode ended',
    act: 'Look at the conversations of the policy that leads the list: a new application, or a policy that grew too narrow?',
    repeatMinutes: 60,
  },
  'regression-after-change': {
    name: 'regression-after-change',
    severity: 'critical',
    title: 'a policy change has denied connections that were allowed before it',
    act: 'Ask whoever made the change whether it was meant; netpol-drift query broken-by-change shows what it changed, and whether that is mended.',
    repeatMinutes: 15,
  },
  'not-enforced': {
    name: 'not-enforced',
    severity: 'critical',
    title: 'connections get through that the policies deny',
    act: 'Is the node in audit mode, or its agent behind? netpol-drift why names the rule that should have stopped one of them.',
    repeatMinutes: 60,
  },
  'manual-change': {
    name: 'manual-change',
    severity: 'info',
    title: 'a person has changed a policy that a GitOps controller or Helm manages',
    act: 'Bring the change into Git, or it will be reverted by the next sync.',
    repeatMinutes: 15,
  },
  'feed-silent': {
    name: 'feed-silent',
    severity: 'warning',
    title: 'a feed that spoke today says nothing any more',
    act: 'Is the exporter or the log shipper of that cluster up? Until it speaks again no answer includes what it would tell.',
    repeatMinutes: 60,
  },
};

/** Where it is told what an alert means and how to tune it. */
export function runbook(name: AlertName): string {
  return `docs/alerts.md#${name}`;
}

/** What operators may set. Counts are of verdicts, by weight, and of one cluster. */
export interface Thresholds {
  /** Audited denials of an hour against the mean of the same hour of the days before. */
  readonly spikeRatio: number;
  /** Fewer in an hour are no spike, whatever the ratio. */
  readonly spikeFloor: number;
  /** Verdicts that one change has to have denied. */
  readonly regressionFloor: number;
  readonly notEnforcedFloor: number;
  readonly silentMinutes: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  spikeRatio: 3,
  spikeFloor: 100,
  regressionFloor: 5,
  notEnforcedFloor: 5,
  silentMinutes: 30,
};

/** Days whose same hour makes the baseline of a spike. */
export const BASELINE_DAYS = 7;

/** A denial so long after the change that caused it is its doing; later ones somebody has noticed. */
export const REGRESSION_MINUTES = 15;

/** What the workers' metrics call such an age of a change. */
export const JUST_NOW = '15m';

/** How far back the alerts about single events look. An alert ends so long after the last of them. */
export const RECENT_MINUTES = 30;

/** A feed that said nothing for so long is forgotten: the cluster is gone. */
export const FEED_MEMORY_HOURS = 24;

/** Verdicts are in the store so long after they were given: the gate, a flush, a refresh. */
export const SETTLE_MINUTES = 2;
