// Brings the monitors of the alerting plugin to what the settings say. The plugin gives out the ids, so ours are found
// by name, and known to be as wanted by the digest that we leave in them: the plugin writes queries anew in its own
// way, and they cannot be compared. What operators do to a monitor stays: actions that they added, the channel that
// they chose where ALERT_CHANNEL names none, and whether it is switched on.
import { at, field, isObject, text } from '../../model/json.ts';
import { ask } from '../../stores/opensearch/patience.ts';
import type { Setup, SetupStep } from '../../stores/opensearch/templateSetup.ts';
import { ALERT_NAMES } from '../alerts.ts';
import type { AlertSettings } from '../alertSettings.ts';
import { type SetupLine, stepLine } from '../setupLine.ts';
import { chooseClusters } from './clusters.ts';
import { type Monitor, monitorJson, monitors, OTHERS, sendTo, type StoredAction } from './monitors.ts';

const PLUGIN = '/_plugins/_alerting';
const MONITORS = `${PLUGIN}/monitors`;

/** "no handler found for uri": 400; 404 and 405 from what stands before a server. */
const NO_PLUGIN = [400, 404, 405];

/** The plugin's own limit of monitors. */
const MOST_MONITORS = 1_000;

/** Ours, or what bears the name of one of ours. */
interface StoredMonitor {
  readonly id: string;
  readonly name: string;
  /** '' when somebody saved it in Dashboards, which drops it. */
  readonly digest: string;
  readonly actions: readonly StoredAction[];
  readonly isEnabled: boolean;
}

/** @throws Fault `opensearch-refused` */
export async function ensureMonitors(setup: Setup, alerts: AlertSettings): Promise<readonly SetupLine[]> {
  const stored = await findMonitors(setup);
  if (stored === null) return [WITHOUT_PLUGIN];
  const { clusters, line } = await chooseClusters(setup, alerts.clusters, clustersOf(stored, setup));
  const wanted = monitors({ ...alerts, clusters }, setup.settings);
  const lines: SetupLine[] = line === null ? [] : [line];
  for (const monitor of wanted) {
    const same = stored.find(({ name }) => name === monitor.name) ?? null;
    lines.push(stepLine(await ensureMonitor(setup, alerts.channel, monitor, same)));
  }
  const names = new Set(wanted.map(({ name }) => name));
  for (const old of stored.filter(({ name, digest }) => !names.has(name) && digest !== ''))
    lines.push(stepLine(await removeMonitor(setup, old)));
  return [...lines, ...(await checkChannel(setup, alerts.channel))];
}

const WITHOUT_PLUGIN: SetupLine = {
  what: 'alert monitors',
  state: 'wrong',
  detail: 'this OpenSearch has no alerting plugin',
  mend: 'install opensearch-alerting on every node, or alert in Prometheus: deploy/prometheus/rules.yaml',
};

/** @returns null without the plugin */
async function findMonitors(setup: Setup): Promise<readonly StoredMonitor[] | null> {
  const { indexPrefix } = setup.settings;
  const names = ALERT_NAMES.map((alert) => ({
    prefix: { 'monitor.name.keyword': `${indexPrefix}${alert}: ` },
  }));
  const body = { size: MOST_MONITORS, query: { bool: { should: names } } };
  const search = {
    method: 'POST',
    path: `${MONITORS}/_search`,
    body: JSON.stringify(body),
    nullOn: NO_PLUGIN,
  } as const;
  const found = await ask(setup, search, 'the look at alert monitors', setup.signal);
  if (found !== null) return list(at(found, 'hits', 'hits')).map(readMonitor);
  // With the plugin it is 404, too, until there is a first monitor.
  const stats = { method: 'GET', path: `${PLUGIN}/stats`, nullOn: NO_PLUGIN } as const;
  const isThere = (await ask(setup, stats, 'the look at the alerting plugin', setup.signal)) !== null;
  return isThere ? [] : null;
}

/** Clusters that have monitors of ours. */
function clustersOf(stored: readonly StoredMonitor[], { settings }: Setup): readonly string[] {
  const ours = stored.filter(({ digest }) => digest !== '');
  const clusters = ours.flatMap(({ name }) =>
    ALERT_NAMES.map((alert) => `${settings.indexPrefix}${alert}: `)
      .filter((start) => name.startsWith(start))
      .map((start) => name.slice(start.length)),
  );
  return [...new Set(clusters)].filter((cluster) => cluster !== OTHERS);
}

function readMonitor(hit: unknown): StoredMonitor {
  const source = field(hit, '_source');
  const monitor = field(source, 'monitor') ?? source;
  const triggers = list(field(monitor, 'triggers')).map((trigger) => field(trigger, 'query_level_trigger'));
  return {
    id: text(field(hit, '_id')),
    name: text(field(monitor, 'name')),
    digest: text(at(monitor, 'ui_metadata', 'netpol_drift', 'digest')),
    actions: list(field(triggers[0], 'actions')).flatMap((action) =>
      isObject(action) ? [{ ...action, id: text(field(action, 'id')) }] : [],
    ),
    isEnabled: field(monitor, 'enabled') !== false,
  };
}

async function ensureMonitor(
  setup: Setup,
  channel: string,
  monitor: Monitor,
  stored: StoredMonitor | null,
): Promise<SetupStep> {
  const what = `alert monitor ${monitor.name}`;
  const actions = actionsFor(channel, monitor, stored?.actions ?? []);
  const body = JSON.stringify(monitorJson(monitor, actions, stored?.isEnabled));
  if (stored === null) {
    if (!setup.dryRun) await ask(setup, { method: 'POST', path: MONITORS, body }, what, setup.signal);
    return { what, change: 'create', details: channel === '' ? ['without a channel'] : [`to ${channel}`] };
  }
  const details = [
    ...(stored.digest === monitor.digest ? [] : ['is of other settings, or was altered']),
    ...(destination(stored.actions, monitor) === destination(actions, monitor) ? [] : [`to ${channel}`]),
  ];
  if (details.length === 0) return { what, change: 'none', details };
  if (!setup.dryRun) await replace(setup, { what, id: stored.id, body });
  return { what, change: 'update', details };
}

/** Ours first; those that operators added stay as they are. */
function actionsFor(
  channel: string,
  monitor: Monitor,
  stored: readonly StoredAction[],
): readonly StoredAction[] {
  const added = stored.filter(({ id }) => id !== monitor.action.id);
  const target = channel === '' ? destination(stored, monitor) : channel;
  return target === '' ? added : [sendTo(target, monitor), ...added];
}

/** Channel of our action; '' without one. */
function destination(actions: readonly StoredAction[], { action }: Monitor): string {
  return text(actions.find(({ id }) => id === action.id)?.['destination_id']);
}

/** Only what was read: somebody who alters it in the meantime wins, and setup says that it was refused. */
async function replace(
  setup: Setup,
  { what, id, body }: { readonly what: string; readonly id: string; readonly body: string },
): Promise<void> {
  const path = `${MONITORS}/${encodeURIComponent(id)}`;
  const read = await ask(setup, { method: 'GET', path }, what, setup.signal);
  const query = {
    if_seq_no: Number(field(read, '_seq_no')),
    if_primary_term: Number(field(read, '_primary_term')),
  };
  await ask(setup, { method: 'PUT', path, query, body }, what, setup.signal);
}

/** Of a cluster that is no longer chosen: the monitors of the others watch it now. */
async function removeMonitor(setup: Setup, { id, name }: StoredMonitor): Promise<SetupStep> {
  const what = `alert monitor ${name}`;
  const path = `${MONITORS}/${encodeURIComponent(id)}`;
  if (!setup.dryRun) await ask(setup, { method: 'DELETE', path, nullOn: [404] }, what, setup.signal);
  return { what, change: 'delete', details: ['its cluster is neither named nor stored any more'] };
}

async function checkChannel(setup: Setup, channel: string): Promise<readonly SetupLine[]> {
  if (channel === '') return [WITHOUT_CHANNEL];
  const what = `notification channel ${channel}`;
  const path = `/_plugins/_notifications/configs/${encodeURIComponent(channel)}`;
  if ((await ask(setup, { method: 'GET', path, nullOn: NO_PLUGIN }, what, setup.signal)) !== null)
    return [{ what, state: 'fine', detail: '', mend: '' }];
  const mend = 'create it in Dashboards (Notifications), and set ALERT_CHANNEL to its id';
  return [{ what, state: 'advice', detail: 'is not there: messages reach nobody', mend }];
}

const WITHOUT_CHANNEL: SetupLine = {
  what: 'notification channel',
  state: 'advice',
  detail: 'none is named: alerts are shown in Dashboards and sent nowhere',
  mend: 'set ALERT_CHANNEL to the id of one, and run setup again',
};

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
