// The monitors of OpenSearch's alerting plugin: for each alert one for each named cluster, and one for all others.
//
// Query-level, since such a monitor has one alert at a time, which is notified, throttled and acknowledged as one.
// Bucket-level monitors would make the alerts per cluster out of one search, but ignore their throttle above 50 buckets,
// just when a cluster-wide deny lands (opensearch-project/alerting#1544). One query-level monitor over all clusters
// would be silent about the second cluster while the alert of the first is acknowledged or throttled. Hence one for
// each cluster that matters enough to be named, and, so that no new cluster goes unwatched, one for the rest.
import { indexPattern } from '../../stores/opensearch/indexNames.ts';
import { hashHex } from '../../model/hash.ts';
import { ALERT_NAMES, ALERTS, type AlertName, runbook, type Severity } from '../alerts.ts';
import type { AlertSettings } from '../alertSettings.ts';
import { type AskedStore, commandsFor } from './commands.ts';
import { each, fact } from './mustache.ts';
import { ANY_CLUSTER } from './scripts.ts';
import { type Clause, type Scope, scriptJson, searchOf, type Watch } from './search.ts';
import { watchOf } from './watches.ts';

export interface Monitor {
  readonly alert: AlertName;
  readonly scope: Scope;
  /** Of the installation: the plugin itself gives out the ids, so monitors are found again by name. */
  readonly name: string;
  /** Of all that we say; what operators add in Dashboards is no part of it. */
  readonly digest: string;
  readonly schedule: Clause;
  readonly inputs: readonly Clause[];
  readonly trigger: Clause;
  readonly action: Action;
}

/** A message, and how often at most. */
export interface Action {
  readonly id: string;
  readonly name: string;
  readonly subject_template: Clause;
  readonly message_template: Clause;
  readonly throttle_enabled: true;
  readonly throttle: Clause;
}

/** `1` is the gravest of the plugin's. */
const SEVERITIES: Readonly<Record<Severity, string>> = { critical: '1', warning: '3', info: '4' };

/** Stands in names where those of the others have their cluster. */
export const OTHERS = 'other clusters';

export function monitors(settings: AlertSettings, store: AskedStore): readonly Monitor[] {
  const scopes: readonly Scope[] = [
    ...settings.clusters.map((cluster): Scope => ({ kind: 'one', cluster })),
    { kind: 'others', named: settings.clusters },
  ];
  return scopes.flatMap((scope) => ALERT_NAMES.map((alert) => monitorOf(alert, scope, settings, store)));
}

function monitorOf(
  alert: AlertName,
  scope: Scope,
  { thresholds, whyInput }: AlertSettings,
  store: AskedStore,
): Monitor {
  const watch = watchOf(alert, thresholds, commandsFor(store, whyInput));
  const { indexPrefix } = store;
  const indices = watch.tables.map((table) => indexPattern(table, indexPrefix));
  const content = {
    alert,
    scope,
    name: `${indexPrefix}${alert}: ${scope.kind === 'one' ? scope.cluster : OTHERS}`,
    schedule: { period: { interval: watch.everyMinutes, unit: 'MINUTES' } },
    inputs: [{ search: { indices, query: searchOf(watch, scope) } }],
    trigger: triggerOf(alert),
    action: actionOf(alert, watch),
  };
  return { ...content, digest: hashHex(64, [JSON.stringify(content)]) };
}

/** Ids of our own: with new ones at each update, alerts that are under way would be given up. */
function triggerOf(alert: AlertName): Clause {
  return {
    id: `netpol-drift-${alert}`,
    name: alert,
    severity: SEVERITIES[ALERTS[alert].severity],
    condition: { script: scriptJson(ANY_CLUSTER) },
  };
}

function actionOf(alert: AlertName, { message }: Watch): Action {
  const { act, repeatMinutes } = ALERTS[alert];
  const clusters = 'ctx.results.0.aggregations.clusters';
  const told = each(clusters, `Cluster ${fact('itself', 'name')}: ${message}\n\n`);
  return {
    id: `netpol-drift-${alert}-message`,
    name: 'netpol-drift message',
    subject_template: mustache(`netpol-drift ${alert}: ${each(clusters, `${fact('itself', 'name')} `)}`),
    message_template: mustache(`${told}${act}\n${runbook(alert)}`),
    throttle_enabled: true,
    throttle: { value: repeatMinutes, unit: 'MINUTES' },
  };
}

function mustache(source: string): Clause {
  return { lang: 'mustache', source };
}

/** An action with the channel that it sends to. */
export interface StoredAction {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** What the API takes. @param actions of the trigger: ours, when there is a channel, and what operators added */
export function monitorJson(monitor: Monitor, actions: readonly StoredAction[], isEnabled = true) {
  const { name, digest, schedule, inputs, trigger } = monitor;
  return {
    type: 'monitor',
    monitor_type: 'query_level_monitor',
    name,
    enabled: isEnabled,
    schedule,
    inputs,
    triggers: [{ query_level_trigger: { ...trigger, actions } }],
    ui_metadata: { netpol_drift: { digest } },
  };
}

/** Ours, sent to a channel. */
export function sendTo(channel: string, { action }: Monitor): StoredAction {
  return { ...action, destination_id: channel };
}
