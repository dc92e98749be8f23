// The settings of the alerts: what `setup --monitors` reads out of the environment. The table in docs/alerts.md is
// made from these.
import { createSettingsReader } from '../workers/settings/reading.ts';
import { list, type Range, text, whole } from '../workers/settings/setting.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from './alerts.ts';

export interface AlertSettings {
  readonly thresholds: Thresholds;
  /** Clusters that get alerts of their own; all others share one set. None: those that are stored. */
  readonly clusters: readonly string[];
  /** Id of the notification channel; '' = alerts are shown in Dashboards and sent nowhere. */
  readonly channel: string;
  /** The options of `netpol-drift why` that say where it reads; '' = OpenSearch. */
  readonly whyInput: string;
}

const VERDICTS: Range = { from: 1, to: 1_000_000_000, unit: 'verdicts' };

/** As many monitors as five alerts of each make stay within the plugin's limit of 1,000. */
export const MOST_ALERT_CLUSTERS = 150;

/** Whether a cluster can have monitors of its own: its name stands in names and in templates of theirs. */
export function isClusterName(name: string): boolean {
  return /^[^\p{C}{}"\\]{1,200}$/u.test(name);
}

export const ALERT_SETTINGS = {
  clusters: list('ALERT_CLUSTERS', '', {
    doc: 'Clusters that get monitors, and so alerts, of their own; all others share one set. Not set: those that verdicts are stored of when setup runs.',
    expects: 'names of clusters, separated by commas',
    item: (each) => (isClusterName(each) ? each : undefined),
  }),
  channel: text('ALERT_CHANNEL', '', {
    doc: 'Id of the notification channel that messages go to; not set: alerts are only shown in Dashboards.',
    expects: 'the id of a channel',
    like: /^[A-Za-z0-9_-]{1,512}$/,
  }),
  whyInput: text('ALERT_WHY_INPUT', '', {
    doc: 'Where `why` reads, as its options say it: a store that analyze kept, or the logs; not set: OpenSearch, as the queries do.',
    expects: 'options of netpol-drift why, without braces',
    like: /^[^\p{C}{}]{1,500}$/u,
  }),
  spikeRatio: whole(
    'ALERT_SPIKE_RATIO',
    DEFAULT_THRESHOLDS.spikeRatio,
    { from: 1, to: 1_000, unit: '' },
    'audited-deny-spike: so many times the mean of the same hour of the previous seven days.',
  ),
  spikeFloor: whole(
    'ALERT_SPIKE_FLOOR',
    DEFAULT_THRESHOLDS.spikeFloor,
    VERDICTS,
    'audited-deny-spike: fewer in an hour are no spike.',
  ),
  regressionFloor: whole(
    'ALERT_REGRESSION_FLOOR',
    DEFAULT_THRESHOLDS.regressionFloor,
    VERDICTS,
    'regression-after-change: so many must one change have denied.',
  ),
  notEnforcedFloor: whole(
    'ALERT_NOT_ENFORCED_FLOOR',
    DEFAULT_THRESHOLDS.notEnforcedFloor,
    VERDICTS,
    'not-enforced: so many must have got through.',
  ),
  silentMinutes: whole(
    'ALERT_SILENT_MINUTES',
    DEFAULT_THRESHOLDS.silentMinutes,
    { from: 5, to: 1_440, unit: 'minutes' },
    'feed-silent: after so long without a record.',
  ),
} as const;

/** @throws Fault `settings` that tells everything that is wrong */
export function readAlertSettings(environment: ReadonlyMap<string, string>): AlertSettings {
  const { read, refuse, check } = createSettingsReader(environment, []);
  const { clusters, channel, whyInput, ...floors } = ALERT_SETTINGS;
  const named = [...new Set(read(clusters))].toSorted();
  if (named.length > MOST_ALERT_CLUSTERS)
    refuse(`${clusters.name} names ${named.length} clusters: ${MOST_ALERT_CLUSTERS} at most`);
  const settings: AlertSettings = {
    clusters: named,
    channel: read(channel),
    whyInput: read(whyInput),
    thresholds: {
      spikeRatio: read(floors.spikeRatio),
      spikeFloor: read(floors.spikeFloor),
      regressionFloor: read(floors.regressionFloor),
      notEnforcedFloor: read(floors.notEnforcedFloor),
      silentMinutes: read(floors.silentMinutes),
    },
  };
  check();
  return settings;
}
