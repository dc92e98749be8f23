// Each monitor going off, and staying quiet, on the real OpenSearch: its search over documents that analyze makes of
// the example (examples/shop, 2 November 2026, 08:00 to 12:00), its trigger over the answer, its message rendered.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '../../../src/documents/document.ts';
import { at, field, texts } from '../../../src/model/json.ts';
import { ALERT_NAMES, type AlertName, ALERTS, runbook } from '../../../src/provision/alerts.ts';
import { readAlertSettings } from '../../../src/provision/alertSettings.ts';
import { ensureMonitors } from '../../../src/provision/monitors/ensureMonitors.ts';
import { type Monitor, monitors } from '../../../src/provision/monitors/monitors.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { makeFolder, removeFolder, run } from '../../support/command.ts';
import { CALM, describeOnServer, type Server, serverForTests } from '../../stores/opensearch/realServer.ts';
import { rollup } from '../../stores/opensearch/someDocuments.ts';
import { analyseExample, retold } from './exampleDocuments.ts';
import { clustersOf, commandsOf, runMonitor, searchMonitor } from './monitorRun.ts';

const CLUSTER = 'prod-eu1';
/** The example is small: these are below what it holds. */
const SMALL = { ALERT_SPIKE_FLOOR: '5', ALERT_NOT_ENFORCED_FLOOR: '1' };

describeOnServer('the monitors', () => {
  const folder = makeFolder();
  let example: readonly Document[] = [];

  beforeAll(async () => {
    example = await analyseExample(folder);
  });
  afterAll(() => removeFolder(folder));

  describe('over the example', () => {
    const server = serverForTests();
    beforeAll(() => write(server, example));

    const runAt = (
      alert: AlertName,
      time: string,
      settings: Record<string, string> = SMALL,
      scope = OTHERS,
    ) => runMonitor(server, monitorOf(server, alert, settings, scope), `2026-11-${time}Z`);

    test.each(
      ALERT_NAMES,
    )('%s asks what OpenSearch can read before its template is filled in', async (name) => {
      const [input] = monitorOf(server, name, SMALL, OTHERS).inputs;
      const query = at(input, 'search', 'query');
      const path = `/${server.settings.indexPrefix}nothing-*/_search`;
      expect(await server.ask('POST', path, object(query))).toMatchObject({ timed_out: false });
    });

    test.each<[AlertName, string, readonly string[]]>([
      [
        'audited-deny-spike',
        '02T10:00:00',
        ['13 in the last hour. There is no baseline yet', 'why tools/scanner payments/api 8443'],
      ],
      [
        'regression-after-change',
        '02T10:00:00',
        [
          'CiliumNetworkPolicy/edge/block-metadata: create by bob at 2026-11-02T09:47:59.948Z',
          'denied since: 17',
        ],
      ],
      ['not-enforced', '02T11:50:00', ['1 in the last 30 minutes', '1 × NetworkPolicy/legacy/lockdown']],
      [
        'manual-change',
        '02T10:56:00',
        [
          'NetworkPolicy/orders/orders-api, of Argo CD: update by alice',
          'denied by it since: 3, newly allowed: 1',
        ],
      ],
      [
        'feed-silent',
        '02T12:40:00',
        ['flows, last heard 2026-11-02T11:59:15.396Z', 'audit, last heard 2026-11-02T11:56:41.003Z'],
      ],
    ])('%s goes off at %s, and says what and where', async (name, time, said) => {
      const ran = await runAt(name, time);
      expect(ran.isTriggered).toBe(true);
      expect(ran.subject.trim()).toBe(`netpol-drift ${name}: ${CLUSTER}`);
      expect(ran.message).toContain(`Cluster ${CLUSTER}: ${ALERTS[name].title}`);
      for (const part of said) expect(ran.message).toContain(part);
      expect(ran.message.endsWith(`\n${ALERTS[name].act}\n${runbook(name)}`)).toBe(true);
      expect(ran.message).not.toMatch(/\{\{|undefined|null|\bNaN\b/);
    });

    test.each<[AlertName, string, string]>([
      ['audited-deny-spike', '02T13:10:00', 'an hour of silence'],
      ['regression-after-change', '02T11:22:00', 'denials more than a quarter of an hour after the change'],
      ['regression-after-change', '02T10:40:00', 'a break of more than half an hour ago'],
      ['not-enforced', '02T08:15:00', 'a quarter of an hour in which all was enforced'],
      ['manual-change', '02T10:43:00', 'a change by hand more than half an hour ago'],
      ['feed-silent', '02T12:20:00', 'twenty minutes of silence'],
      ['feed-silent', '03T12:10:00', 'a cluster that has been gone for a day'],
    ])('%s is quiet at %s: %s', async (name, time) => {
      expect(await runAt(name, time)).toMatchObject({ isTriggered: false, clusters: [] });
    });

    test.each<[AlertName, string, Record<string, string>]>([
      ['audited-deny-spike', '02T10:00:00', { ALERT_SPIKE_FLOOR: '14' }],
      ['regression-after-change', '02T10:00:00', { ALERT_REGRESSION_FLOOR: '18' }],
      ['not-enforced', '02T11:50:00', { ALERT_NOT_ENFORCED_FLOOR: '2' }],
      ['feed-silent', '02T12:40:00', { ALERT_SILENT_MINUTES: '45' }],
    ])('%s is quiet at %s below what is set: %o', async (name, time, settings) => {
      expect(await runAt(name, time, settings)).toMatchObject({ isTriggered: false });
    });

    test.each<[AlertName, string]>([
      ['regression-after-change', '02T10:00:00'],
      ['manual-change', '02T10:56:00'],
    ])('%s of a named cluster is the business of its own monitor alone', async (name, time) => {
      const settings = { ...SMALL, ALERT_CLUSTERS: `${CLUSTER},lab` };
      const triggered = await Promise.all(
        [CLUSTER, 'lab', OTHERS].map(async (scope) => (await runAt(name, time, settings, scope)).isTriggered),
      );
      expect(triggered).toEqual([true, false, false]);
    });

    test.each<[AlertName, string]>([
      ['audited-deny-spike', '02T10:00:00'],
      ['regression-after-change', '02T10:00:00'],
      ['not-enforced', '02T11:50:00'],
      ['manual-change', '02T10:56:00'],
    ])('%s brings commands that netpol-drift answers', async (name, time) => {
      const store = `--store ${join(folder, 'store.duckdb')}`;
      const { message } = await runAt(name, time, { ...SMALL, ALERT_WHY_INPUT: store });
      const commands = commandsOf(message);
      expect(commands).not.toEqual([]);
      for (const command of commands.slice(0, 2)) {
        const ended = await run(command.split(' '), folder);
        expect(ended, command).toMatchObject({ code: 0, stderr: '' });
      }
    });
  });

  describe('before the first document', () => {
    const server = serverForTests();

    test.each(ALERT_NAMES)('%s is quiet', async (name) => {
      const monitor = monitorOf(server, name, SMALL, OTHERS);
      expect(await runMonitor(server, monitor, '2026-11-02T10:00:00Z')).toMatchObject({ isTriggered: false });
    });

    test('setup says that this server has no alerting plugin', async () => {
      const [line, ...more] = await ensureMonitors(server.setup, readAlertSettings(new Map()));
      expect(line).toMatchObject({ what: 'alert monitors', state: 'wrong' });
      expect(more).toEqual([]);
    });
  });

  describe('audited-deny-spike with a baseline', () => {
    const server = serverForTests();
    const NOW = '2026-11-02T10:00:00Z';
    const spike = () => runMonitor(server, monitorOf(server, 'audited-deny-spike', SMALL, OTHERS), NOW);

    beforeAll(async () => {
      const days = [1, 2, 3].flatMap((daysBefore) => retold(example, { daysBefore, cluster: 'same' }));
      await write(server, [...retold(example, { cluster: 'same' }), ...days]);
    });

    test('is quiet about what every day brings, and days without verdicts do not make it less', async () => {
      expect(await spike()).toMatchObject({ isTriggered: false, clusters: [] });
    });

    test('goes off for a cluster that has three times as much, and for that alone', async () => {
      const usual = [1, 4, 7].flatMap((daysBefore) => retold(example, { daysBefore, cluster: 'more' }));
      await write(server, [...retold(example, { cluster: 'more', times: 3 }), ...usual]);
      const ran = await spike();
      expect(ran.clusters.map((cluster) => field(cluster, 'key'))).toEqual(['more']);
      expect(ran.message).toContain('39 in the last hour; at this hour of the previous days 13 on average.');
    });

    test('goes off where verdicts came each day and none was audited, without a word of a missing baseline', async () => {
      const calm = retold(example, { daysBefore: 1, cluster: 'calm' }).filter(
        ({ fields }) => fields['verdict.observed'] !== 'audited',
      );
      await write(server, [...calm, ...retold(example, { cluster: 'calm' })]);
      const { message } = await spike();
      expect(message).toContain('Cluster calm: ');
      expect(message).toContain('13 in the last hour; at this hour of the previous days 0 on average.');
    });
  });

  describe('names that would harm a shell', () => {
    const server = serverForTests();
    const HOSTILE = [
      `a'; touch x; '`,
      '$(touch x)',
      '`touch x`',
      '--store',
      'a\nb',
      'ü\u202e',
      '*',
      '"',
      'x'.repeat(300),
    ];

    test('are one word each of the command, and nothing else', async () => {
      const documents = HOSTILE.map((workload, id) =>
        rollup(id, 1, {
          '@timestamp': '2026-11-02T09:50:00.000000Z',
          last_seen: '2026-11-02T09:50:01.000000Z',
          'orchestrator.cluster.name': workload,
          'subject.namespace': workload,
          'subject.workload': workload,
          'peer.entity': workload,
          'network.direction': 'ingress',
          'network.transport': 'tcp',
          'destination.port': 80,
          drift: ['not-enforced'],
          'policy.isolating': ['NetworkPolicy/shop/web'],
        }),
      );
      await write(server, documents);
      const monitor = monitorOf(server, 'not-enforced', SMALL, OTHERS);
      const answer = await searchMonitor(server, monitor, '2026-11-02T10:00:00Z');
      const keys = clustersOf(answer).flatMap(conversations);
      expect(keys.length).toBe(HOSTILE.length);
      for (const key of keys) {
        const words = execFileSync('bash', ['-c', `printf '%s\\0' ${key}`], {
          cwd: folder,
          encoding: 'utf8',
        });
        expect(words.split('\0').length, key).toBe(
          'source destination port --cluster name'.split(' ').length + 1,
        );
        expect(words).toMatch(/^[\x20-\x7e\0]+$/);
        expect(words.startsWith('-')).toBe(false);
      }
    });
  });
});

const OTHERS = 'other clusters';

function monitorOf(
  { settings: { indexPrefix } }: Server,
  alert: AlertName,
  settings: Record<string, string>,
  scope: string,
): Monitor {
  const all = monitors(readAlertSettings(new Map(Object.entries(settings))), indexPrefix);
  const found = all.find(({ name }) => name === `${indexPrefix}${alert}: ${scope}`);
  if (found === undefined) throw new Error(`no monitor ${alert}`);
  return found;
}

async function write(server: Server, documents: readonly Document[]): Promise<void> {
  const store = openDocumentStore(server.settings, () => {});
  const written = await store.write(documents, CALM);
  await store.close();
  expect(written).toMatchObject({ acknowledged: documents.length, refused: [] });
  await server.ask('POST', `/${server.settings.indexPrefix}*/_refresh`);
}

function conversations(cluster: unknown): readonly string[] {
  const policies = at(cluster, 'policies', 'buckets');
  const buckets = Array.isArray(policies)
    ? policies.flatMap((policy) => at(policy, 'conversations', 'buckets') ?? [])
    : [];
  return texts(buckets.map((bucket) => field(bucket, 'key') ?? null));
}

function object(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
