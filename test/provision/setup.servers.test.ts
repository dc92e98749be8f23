// `netpol-drift setup`, `snapshot` and `manifests` as processes, on real servers.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectKafka } from '../../src/kafka/client/connect.ts';
import type { Log } from '../../src/kafka/log.ts';
import { at } from '../../src/model/json.ts';
import { makeFolder, removeFolder, run, type Variables } from '../support/command.ts';
import { kafkaAddress, openSearchAddress } from '../support/servers/addresses.ts';

const kafka = kafkaAddress();
const openSearch = openSearchAddress();
const POLICIES = fileURLToPath(new URL('../../examples/shop/policies.json', import.meta.url));

describe.skipIf(kafka === null || openSearch === null)('on real servers', () => {
  const brokers = (kafka ?? '').split(',');
  let folder = '';
  let log: Log;
  let installations = 0;

  beforeAll(() => {
    folder = makeFolder();
    log = connectKafka({ brokers }, () => {});
  });
  afterAll(async () => {
    removeFolder(folder);
    await log.close();
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopics({
      topics: (await admin.listTopics()).filter((topic) => topic.startsWith(NAME)),
    });
    await admin.disconnect();
    await fetch(`${openSearch}/_index_template/${NAME}*`, { method: 'DELETE' });
  });

  /** An installation of its own: other topics, other indices. */
  function installation(more: Variables = {}) {
    installations += 1;
    const name = `${NAME}-${installations}`;
    const variables: Variables = {
      KAFKA_BROKERS: brokers.join(','),
      OPENSEARCH_URL: openSearch ?? '',
      TOPIC_PREFIX: `${name}.`,
      FLOW_TOPICS: `${name}.flows`,
      AUDIT_TOPICS: `${name}.audit`,
      INDEX_PREFIX: `${name}-`,
      ...more,
    };
    return {
      topic: (end: string) => `${name}.${end}`,
      run: (args: readonly string[], input = '') => run(args, folder, input, variables),
    };
  }

  it('setup tells what it would do, does it, and then finds nothing to do', async () => {
    const { run, topic } = installation();
    const planned = await run(['setup', '--dry-run', '--partitions', '2']);
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    expect(planned.stdout).toContain(`would create  topic ${topic('events')}: 2 partitions`);
    expect(await log.admin.describe(topic('events'))).toBeNull();

    const done = await run(['setup', '--partitions', '2']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toBe(planned.stdout.replaceAll('would create  ', 'created       '));
    const state = await log.admin.describe(topic('policy-changes'));
    expect([
      state?.partitions,
      state?.config.get('cleanup.policy'),
      state?.config.get('retention.ms'),
    ]).toEqual([1, 'delete', '-1']);

    const again = await run(['setup', '--format', 'json']);
    expect(again.code).toBe(0);
    const lines = again.stdout.split('\n').filter((line) => line !== '');
    const states = lines.map((line): unknown => at(JSON.parse(line), 'state'));
    expect(states.filter((one) => one !== 'advice')).toEqual(lines.slice(0, 11).map(() => 'fine'));
  });

  it('setup stops at a topic that cannot serve, and has done nothing', async () => {
    const { run, topic } = installation();
    const config = new Map([['cleanup.policy', 'compact']]);
    await log.admin.create([{ topic: topic('policy-changes'), partitions: 1, replicationFactor: 1, config }]);
    const ended = await run(['setup']);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain(
      `WRONG         topic ${topic('policy-changes')}: cleanup.policy is compact`,
    );
    expect(ended.stdout).toContain(
      `→ kafka-configs.sh --bootstrap-server ${brokers.join(',')} --alter --entity-type topics --entity-name ${topic('policy-changes')} --add-config cleanup.policy=delete`,
    );
    expect(ended.stderr).toContain('must be mended first');
    expect(await log.admin.describe(topic('events'))).toBeNull();
  });

  it('setup --monitors does all else, and says that this OpenSearch lacks the plugin', async () => {
    const { run } = installation();
    const ended = await run(['setup', '--monitors']);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('created       index template');
    expect(ended.stdout).toContain('WRONG         alert monitors: this OpenSearch has no alerting plugin');
    expect(ended.stderr).toContain('one thing above must be mended; the rest is done');
  });

  it('setup --monitors refuses thresholds that cannot be, before it does anything', async () => {
    const { run, topic } = installation({ ALERT_SPIKE_RATIO: '0', ALERT_CLUSTERS: 'a,{{b}}' });
    const ended = await run(['setup', '--monitors']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('ALERT_SPIKE_RATIO=0: expected a whole number, 1 to 1,000');
    expect(ended.stderr).toContain('ALERT_CLUSTERS=a,{{b}}: expected names of clusters');
    expect(await log.admin.describe(topic('events'))).toBeNull();
  });

  it('snapshot and manifests publish what the log lacks, and nothing the second time', async () => {
    const { run, topic } = installation();
    const policyLog = topic('policy-changes');
    await log.admin.create([{ topic: policyLog, partitions: 1, replicationFactor: 1, config: new Map() }]);
    const end = async () => (await log.admin.offsets(policyLog))[0]?.end;

    const snapshot = ['snapshot', '--cluster', 'shop'];
    const first = await run(snapshot, readFileSync(POLICIES, 'utf8'));
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('14 seen, 14 new');
    const manifests = ['manifests', '--cluster', 'shop', '--path', POLICIES];
    expect((await run(manifests)).stdout).toContain('32 new or altered, 0 gone');

    const before = await end();
    expect((await run(snapshot, readFileSync(POLICIES, 'utf8'))).stdout).toContain(
      'the policy log knew all of it',
    );
    expect((await run(manifests)).stdout).toContain('the policy log knew all of it');
    expect(await end()).toBe(before);
  });

  it('snapshot says so when the policy log was never made', async () => {
    const { run, topic } = installation();
    const ended = await run(['snapshot', '--cluster', 'shop', '--file', POLICIES]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(topic('policy-changes'));
  });
});

const NAME = `provision-${Math.random().toString(36).slice(2, 8)}`;
