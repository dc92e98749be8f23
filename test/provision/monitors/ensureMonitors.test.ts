// `setup --monitors` against the API of the alerting plugin.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALERT_NAMES } from '../../../src/provision/alerts.ts';
import { readAlertSettings } from '../../../src/provision/alertSettings.ts';
import { ensureMonitors } from '../../../src/provision/monitors/ensureMonitors.ts';
import type { SetupLine } from '../../../src/provision/setupLine.ts';
import { type Connection, openConnection } from '../../../src/stores/opensearch/connection.ts';
import { OPENSEARCH_DEFAULTS } from '../../../src/stores/opensearch/settings.ts';
import type { Setup } from '../../../src/stores/opensearch/templateSetup.ts';
import { type AlertingPlugin, startAlertingPlugin, type StoredMonitor } from './alertingPlugin.ts';

const CALM = new AbortController().signal;

let plugin: AlertingPlugin;
let setup: Setup;

beforeEach(async () => {
  plugin = await startAlertingPlugin();
  const settings = { ...OPENSEARCH_DEFAULTS, urls: [plugin.url] };
  const connection = openConnection(settings);
  setup = { connection, settings, logger: () => {}, random: () => 0.5, dryRun: false, signal: CALM };
});
afterEach(async () => {
  await setup.connection.close();
  await plugin.close();
});

const ensure = (environment: Record<string, string> = {}, change: Partial<Setup> = {}) =>
  ensureMonitors({ ...setup, ...change }, readAlertSettings(new Map(Object.entries(environment))));

const ofMonitors = (lines: readonly SetupLine[]) =>
  lines.filter(({ what }) => what.startsWith('alert monitor')).map(({ what, state }) => `${state} ${what}`);

const all = (state: string, end: string) =>
  ALERT_NAMES.map((name) => `${state} alert monitor netpol-${name}: ${end}`);

/** What somebody does in Dashboards. */
function alter(name: string, change: (monitor: StoredMonitor['monitor']) => Record<string, unknown>): void {
  for (const stored of plugin.monitors.values()) {
    if (stored.monitor['name'] !== name) continue;
    const monitor = { ...stored.monitor, ...change(stored.monitor) };
    plugin.monitors.set(stored.id, { ...stored, sequence: stored.sequence + 1, monitor });
  }
}

function stored(name: string): StoredMonitor {
  const found = [...plugin.monitors.values()].find(({ monitor }) => monitor['name'] === name);
  if (found === undefined) throw new Error(`no monitor ${name}`);
  return found;
}

const SPIKE = 'netpol-audited-deny-spike: other clusters';

describe('the monitors', () => {
  it('are made once, one for each alert, and found as wanted from then on', async () => {
    expect(ofMonitors(await ensure())).toEqual(all('create', 'other clusters'));
    const made = plugin.writes.length;
    expect(made).toBe(ALERT_NAMES.length);
    expect(ofMonitors(await ensure())).toEqual(all('fine', 'other clusters'));
    expect(plugin.writes.length).toBe(made);
  });

  it('are only told of on a dry run', async () => {
    expect(ofMonitors(await ensure({}, { dryRun: true }))).toEqual(all('create', 'other clusters'));
    expect(plugin.writes).toEqual([]);
  });

  it('are one more set for each named cluster, and less one when it is named no longer', async () => {
    const named = { ALERT_CLUSTERS: 'prod,stage' };
    expect(ofMonitors(await ensure(named))).toEqual([
      ...all('create', 'prod'),
      ...all('create', 'stage'),
      ...all('create', 'other clusters'),
    ]);
    expect(ofMonitors(await ensure({ ALERT_CLUSTERS: 'prod' }))).toEqual([
      ...all('fine', 'prod'),
      ...all('update', 'other clusters'),
      ...all('delete', 'stage'),
    ]);
    expect([...plugin.monitors.values()].map(({ monitor }) => monitor['name'])).not.toContain(
      'netpol-not-enforced: stage',
    );
  });

  it('are of the clusters that verdicts are stored of, where none is named', async () => {
    plugin.stored.push('stage', 'prod', 'a{{b}}');
    const lines = await ensure();
    expect(lines[0]).toEqual({
      what: 'clusters with alerts of their own',
      state: 'fine',
      detail: 'prod, stage; a new one shares alerts with all others until setup runs again',
      mend: '',
    });
    expect(ofMonitors(lines)).toEqual([
      ...all('create', 'prod'),
      ...all('create', 'stage'),
      ...all('create', 'other clusters'),
    ]);
    plugin.stored.length = 0;
    plugin.stored.push('prod');
    expect(ofMonitors(await ensure())).toEqual([
      ...all('fine', 'prod'),
      ...all('update', 'other clusters'),
      ...all('delete', 'stage'),
    ]);
  });

  it('stay of the clusters that they are of, where nobody may look which are stored', async () => {
    plugin.stored.push('prod');
    await ensure();
    const blind: Connection = {
      ...setup.connection,
      exchange: (request, signal) =>
        request.path.includes('rollups')
          ? Promise.resolve({ kind: 'answer', status: 403, type: '', reason: 'no permissions' })
          : setup.connection.exchange(request, signal),
    };
    const lines = await ensure({}, { connection: blind });
    expect(ofMonitors(lines)).toEqual([...all('fine', 'prod'), ...all('fine', 'other clusters')]);
  });

  it('say what it means that all clusters share one set', async () => {
    expect((await ensure())[0]).toMatchObject({
      what: 'clusters with alerts of their own',
      state: 'advice',
      detail: expect.stringContaining('hides those of all others'),
      mend: expect.stringContaining('ALERT_CLUSTERS'),
    });
  });

  it('keep their ids when a setting changes, and the others stay as they are', async () => {
    await ensure();
    const before = stored(SPIKE);
    const lines = ofMonitors(await ensure({ ALERT_SPIKE_FLOOR: '7' }));
    expect(lines.filter((line) => !line.startsWith('fine'))).toEqual([`update alert monitor ${SPIKE}`]);
    const after = stored(SPIKE);
    expect(after.id).toBe(before.id);
    expect(JSON.stringify(after.monitor)).toContain('"floor":7');
  });

  it('of another installation are not touched', async () => {
    await ensure({}, { settings: { ...setup.settings, indexPrefix: 'other-' } });
    const before = new Map(plugin.monitors);
    await ensure({ ALERT_CLUSTERS: 'prod' });
    for (const [id, monitor] of before) expect(plugin.monitors.get(id)).toBe(monitor);
  });

  it('that somebody made by hand under such a name are not deleted', async () => {
    await ensure();
    plugin.monitors.set('mine', { id: 'mine', sequence: 1, monitor: { name: 'netpol-not-enforced: mine' } });
    await ensure();
    expect(plugin.monitors.has('mine')).toBe(true);
  });

  it('say why where the server has no alerting plugin', async () => {
    const nowhere = { exchange: () => Promise.resolve(NO_HANDLER), close: () => Promise.resolve() };
    expect(await ensure({}, { connection: nowhere })).toEqual([
      {
        what: 'alert monitors',
        state: 'wrong',
        detail: 'this OpenSearch has no alerting plugin',
        mend: expect.stringContaining('deploy/prometheus/rules.yaml'),
      },
    ]);
  });
});

const NO_HANDLER = { kind: 'answer', status: 400, type: '', reason: 'no handler found for uri' } as const;

describe('what operators did in Dashboards', () => {
  it('is put right, where it is ours', async () => {
    await ensure();
    alter(SPIKE, () => ({ inputs: [], ui_metadata: { search: {} } }));
    expect(ofMonitors(await ensure())).toContain(`update alert monitor ${SPIKE}`);
    expect(stored(SPIKE).monitor['inputs']).not.toEqual([]);
  });

  it('stays, where it is an action of their own or a monitor switched off', async () => {
    await ensure({ ALERT_CHANNEL: 'oncall' });
    const added = { id: 'theirs', name: 'to a ticket', destination_id: 'tickets' };
    alter(SPIKE, (monitor) => ({ enabled: false, triggers: withAction(monitor, added) }));
    await ensure({ ALERT_CHANNEL: 'oncall', ALERT_SPIKE_FLOOR: '7' });
    expect(stored(SPIKE).monitor['enabled']).toBe(false);
    expect(actionsOf(SPIKE)).toEqual([
      ['netpol-drift-audited-deny-spike-message', 'oncall'],
      ['theirs', 'tickets'],
    ]);
  });

  it('is not lost to a setup that read before them', async () => {
    await ensure();
    const racing: Connection = {
      ...setup.connection,
      exchange(request, signal) {
        if (request.method === 'PUT') alter(SPIKE, () => ({}));
        return setup.connection.exchange(request, signal);
      },
    };
    await expect(ensure({ ALERT_SPIKE_FLOOR: '7' }, { connection: racing })).rejects.toMatchObject({
      code: 'opensearch-refused',
    });
  });
});

describe('the channel', () => {
  it('gets the messages, and a new one when another is named', async () => {
    plugin.channels.add('oncall');
    expect((await ensure({ ALERT_CHANNEL: 'oncall' })).at(-1)).toMatchObject({
      what: 'notification channel oncall',
      state: 'fine',
    });
    expect(actionsOf(SPIKE)).toEqual([['netpol-drift-audited-deny-spike-message', 'oncall']]);
    expect(ofMonitors(await ensure({ ALERT_CHANNEL: 'night' }))).toEqual(all('update', 'other clusters'));
    expect(actionsOf(SPIKE)).toEqual([['netpol-drift-audited-deny-spike-message', 'night']]);
  });

  it('that is chosen already stays, where none is named', async () => {
    await ensure({ ALERT_CHANNEL: 'oncall' });
    expect(ofMonitors(await ensure())).toEqual(all('fine', 'other clusters'));
    await ensure({ ALERT_SPIKE_FLOOR: '7' });
    expect(actionsOf(SPIKE)).toEqual([['netpol-drift-audited-deny-spike-message', 'oncall']]);
  });

  it.each([
    ['is missing', { ALERT_CHANNEL: 'nobody' }, 'is not there: messages reach nobody'],
    ['is not named', {}, 'none is named: alerts are shown in Dashboards and sent nowhere'],
  ])('is told of when it %s', async (_, environment, detail) => {
    expect((await ensure(environment)).at(-1)).toMatchObject({ state: 'advice', detail });
  });
});

function triggersOf(monitor: StoredMonitor['monitor']) {
  const triggers: readonly { readonly query_level_trigger: { readonly actions: readonly Action[] } }[] =
    JSON.parse(JSON.stringify(monitor['triggers']));
  return triggers;
}

interface Action {
  readonly id: string;
  readonly destination_id: string;
}

function withAction(monitor: StoredMonitor['monitor'], added: Action) {
  return triggersOf(monitor).map(({ query_level_trigger: trigger }) => ({
    query_level_trigger: { ...trigger, actions: [...trigger.actions, added] },
  }));
}

function actionsOf(name: string) {
  return triggersOf(stored(name).monitor).flatMap(({ query_level_trigger: { actions } }) =>
    actions.map((action) => [action.id, action.destination_id]),
  );
}
