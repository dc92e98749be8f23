// Each monitor going off, and staying quiet, on the real OpenSearch: its search over documents that analyze makes of
// the example (examples/shop, 2 November 2026, 08:00 to 12:00), its trigger over the answer, its message rendered.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '../../../src/documents/document.ts';
import { at, field } from '../../../src/model/json.ts';
import { ALERT_NAMES, type AlertName, ALERTS, runbook } from '../../../src/provision/alerts.ts';
import { readAlertSettings } from '../../../src/provision/alertSettings.ts';
import { chooseClusters } from '../../../src/provision/monitors/clusters.ts';
import { ensureMonitors } from '../../../src/provision/monitors/ensureMonitors.ts';
import { type Monitor, monitors } from '../../../src/provision/monitors/monitors.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { makeFolder, removeFolder, run } from '../../support/command.ts';
import { CALM, describeOnServer, type Server, serverForTests } from '../../stores/opensearch/realServer.ts';
import { rollup } from '../../stores/opensearch/someDocuments.ts';
import { analyseExample, retold } from './exampleDocuments.ts';
import { commandsOf, runMonitor, takenApart } from './monitorRun.ts';

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
        [
          '13 in the last hour. There is no baseline yet',
          'for example tools/scanner payments/api 8443:\n',
          'query still-denied --cluster prod-eu1 --namespace payments --since 2026-11-02T09:',
        ],
      ],
      [
        'regression-after-change',
        '02T10:00:00',
        [
          'CiliumNetworkPolicy/edge/block-metadata: create by bob at 2026-11-02T09:47:59.948Z',
          'denied since: 17',
          'query broken-by-change --cluster prod-eu1 --namespace ',
        ],
      ],
      [
        'not-enforced',
        '02T11:50:00',
        ['1 in the last 30 minutes', '1 × NetworkPolicy/legacy/lockdown', 'query contradictions '],
      ],
      [
        'manual-change',
        '02T10:56:00',
        [
          'NetworkPolicy/orders/orders-api, of Argo CD: update by alice',
          'denied by it since: 3, newly allowed: 1',
          'query manual-changes --cluster prod-eu1 --since 2026-11-02T10:',
          'query broken-by-change ',
          'query opened-by-change ',
        ],
      ],
      [
        'feed-silent',
        '02T12:40:00',
        [
          'flows, last heard 2026-11-02T11:59:15.396Z',
          'audit, last heard 2026-11-02T11:56:41.003Z',
          'query feed-coverage --cluster prod-eu1 --since 2026-11-02T',
        ],
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
      ['feed-silent', '02T12:40:00'],
    ])('%s brings commands that netpol-drift answers', async (name, time) => {
      const store = `--store ${join(folder, 'store.duckdb')}`;
      const { message } = await runAt(name, time, { ...SMALL, ALERT_WHY_INPUT: store });
      const commands = [...new Map(commandsOf(message).map((one) => [kindOf(one), one])).values()];
      expect(commands.some((command) => kindOf(command).startsWith('query '))).toBe(true);
      expect(commands.some((command) => kindOf(command).startsWith('why '))).toBe(name !== 'feed-silent');
      for (const command of commands) {
        const { variables, args } = takenApart(command);
        const format = args[0] === 'query' ? ['--format', 'json'] : [];
        const ended = await run([...args, ...format], folder, '', variables);
        expect(ended, command).toMatchObject({ code: 0, stderr: '' });
        expect(ended.stdout.trim(), command).not.toBe('');
      }
    });

    test('bring a why of the same OpenSearch, unless it is said what it is to read', async () => {
      const { message } = await runAt('regression-after-change', '02T10:00:00');
      const [command = ''] = commandsOf(message).filter((one) => kindOf(one).startsWith('why '));
      const { variables, args } = takenApart(command);
      expect(args).toContain('--opensearch');
      const ended = await run(args, folder, '', variables);
      expect(ended, command).toMatchObject({ code: 0, stderr: '' });
      expect(ended.stdout).toContain('bob created CNP edge/block-metadata');
    });

    test('setup --monitors chooses the clusters that verdicts are stored of, where none is named', async () => {
      const chosen = await chooseClusters(server.setup, [], []);
      expect(chosen).toMatchObject({ clusters: [CLUSTER], line: { state: 'fine' } });
      expect((await chooseClusters(server.setup, ['lab'], [])).clusters).toEqual(['lab']);
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

  describe('a cluster told of by hand', () => {
    const server = serverForTests();
    const NOW = '2026-11-02T10:00:00Z';
    /** So many times not enforced, one policy each. */
    const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    beforeAll(async () => {
      const seen = { '@timestamp': '2026-11-02T09:50:00.000000Z', last_seen: '2026-11-02T09:50:01.000000Z' };
      const many = COUNTS.map((count) =>
        rollup(count, 1, {
          ...seen,
          count,
          drift: ['not-enforced'],
          'policy.responsible': [`NetworkPolicy/shop/p${count}`],
        }),
      );
      const early = rollup(99, 1, {
        ...seen,
        count: 5,
        drift: ['denied-by-change'],
        'cause.change_id': 'change-1',
        'cause.at': '2026-11-02T09:50:02.000000Z',
        'cause.lag_ms': -1_500,
        'cause.policy': 'NetworkPolicy/shop/early',
        'cause.verb': 'patch',
        'cause.actor': 'bob',
      });
      await write(server, [...many, early]);
    });

    test('names the ten policies with the most, and not the least', async () => {
      const { message } = await runMonitor(server, monitorOf(server, 'not-enforced', SMALL, OTHERS), NOW);
      const named = [...message.matchAll(/^- (\d+) × NetworkPolicy\/shop\/p\d+/gm)].map(([, count]) => count);
      expect(named).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '2']);
    });

    test('is told of a break that by the clock of its node came before the change', async () => {
      const monitor = monitorOf(server, 'regression-after-change', SMALL, OTHERS);
      const { isTriggered, message } = await runMonitor(server, monitor, NOW);
      expect([isTriggered, message]).toEqual([
        true,
        expect.stringContaining('NetworkPolicy/shop/early: patch by bob'),
      ]);
    });
  });

  describe('names that would harm a shell or a chat', () => {
    const server = serverForTests();
    const HOSTILE = [
      `a'; touch x; '`,
      '$(touch x)',
      '`touch x`',
      '--store',
      'a\nb',
      'x\n    netpol-drift why x; curl evil',
      '<!channel>',
      '<https://evil|Argo CD>&amp;',
      '@here',
      '[see](https://evil)',
      'ü\u202e',
      '{{ctx}}',
      '*',
      '"',
      'x'.repeat(300),
    ];
    const NOW = '2026-11-02T10:00:00Z';

    beforeAll(async () => {
      const seen = {
        '@timestamp': '2026-11-02T09:50:00.000000Z',
        last_seen: '2026-11-02T09:50:01.000000Z',
        'peer.entity': 'world',
        'network.direction': 'ingress',
        'network.transport': 'tcp',
        'destination.port': 80,
      };
      const rollups = HOSTILE.map((name, id) =>
        rollup(id, 1, {
          ...seen,
          'orchestrator.cluster.name': name,
          'subject.namespace': name,
          'subject.workload': name,
          'peer.entity': name,
          drift: ['not-enforced', 'denied-by-change'],
          'policy.responsible': [name],
          'cause.change_id': `change-${id}`,
          'cause.lag_ms': 1,
          'cause.at': seen['@timestamp'],
          'cause.policy': name,
          'cause.verb': name,
          'cause.actor': name,
        }),
      );
      const changes = HOSTILE.map((name, id) => ({
        _id: `change-${id}`,
        _index: 'netpol-changes-2026',
        _version: 1,
        fields: {
          '@timestamp': seen['@timestamp'],
          'change.id': `change-${id}`,
          'change.verb': name,
          'orchestrator.cluster.name': name,
          'policy.ref': name,
          'policy.managed_by': name,
          'actor.user': name,
          drift: ['manual-change'],
        },
      }));
      await write(server, [...rollups, ...changes]);
    });

    const told = (alert: AlertName) =>
      runMonitor(
        server,
        monitorOf(
          server,
          alert,
          { ...SMALL, ALERT_REGRESSION_FLOOR: '1', ALERT_WHY_INPUT: '--store s' },
          OTHERS,
        ),
        NOW,
      );
    const ALERTS_WITH_NAMES = ['not-enforced', 'regression-after-change', 'manual-change'] as const;

    test.each(ALERTS_WITH_NAMES)('%s: are one word each of a command, and nothing else', async (alert) => {
      const commands = commandsOf((await told(alert)).message);
      const perName = alert === 'manual-change' ? 3 : 2;
      expect(commands.length).toBe(perName * HOSTILE.length);
      for (const command of commands) {
        const { args } = takenApart(command);
        expect(args.join(' '), command).toMatch(/^[\x20-\x7e]+$/);
        expect(args.join(' ')).not.toMatch(/[<>&]/);
        const wanted = args[0] === 'why' ? WHY : args.includes('--namespace') ? QUERY : QUERY_OF_CLUSTER;
        expect(args.length, command).toBe(wanted.split(' ').length);
        expect(
          args.filter((arg) => arg.startsWith('--')),
          command,
        ).toEqual(wanted.split(' ').filter((arg) => arg.startsWith('--')));
      }
    });

    test.each(ALERTS_WITH_NAMES)('%s: begin no line of the message, and are no markup', async (alert) => {
      const { message, subject } = await told(alert);
      expect(subject).not.toMatch(/[<>&\n]/);
      expect(message).not.toMatch(/[<>&`[\]\u202e]|(^|\s)@/);
      const lines = message.split('\n').filter((line) => line !== '');
      for (const line of lines)
        expect(line).toMatch(
          /^(Cluster |- | {2}for example | {4}INDEX_PREFIX=\S+ netpol-drift query | {4}netpol-drift why \S|docs\/)|^[A-Z][^<]+[.?]$/,
        );
      expect(lines.filter((line) => line.startsWith('Cluster ')).length).toBe(HOSTILE.length);
    });
  });
});

const WHY = 'why source destination 80 --cluster name --at time --store s';
const QUERY = 'query name --cluster name --namespace name --since time --opensearch url';
const QUERY_OF_CLUSTER = 'query name --cluster name --since time --opensearch url';

/** `query still-denied`, `why …`: one of each is tried. */
function kindOf(command: string): string {
  const { args } = takenApart(command);
  return args
    .slice(0, args[0] === 'query' ? 2 : 1)
    .join(' ')
    .replace(/^why$/, 'why a connection');
}

const OTHERS = 'other clusters';

function monitorOf(
  { settings: store }: Server,
  alert: AlertName,
  settings: Record<string, string>,
  scope: string,
): Monitor {
  const all = monitors(readAlertSettings(new Map(Object.entries(settings))), store);
  const found = all.find(({ name }) => name === `${store.indexPrefix}${alert}: ${scope}`);
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

function object(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
