// Which topics setup creates, which it leaves, and which make it stop.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TopicState } from '../../../src/kafka/log.ts';
import { type Found, planTopics, type TopicFinding } from '../../../src/provision/topics/topicPlan.ts';
import { wantedTopics } from '../../../src/provision/topics/wantedTopics.ts';
import { topicsOf } from '../../../src/workers/topics.ts';

const WANTED = wantedTopics({
  topics: topicsOf(),
  flowTopics: ['hubble.flows'],
  auditTopics: ['k8s.audit'],
  partitions: 6,
});
const OPTIONS = { replication: 3, brokers: 'kafka:9092' };

/** What a broker tells of the topics that were just created. */
function created(findings: readonly TopicFinding[]): Map<string, Found> {
  return new Map(
    findings.flatMap((finding): [string, Found][] =>
      finding.finding === 'missing'
        ? [[finding.topic, { start: 0, state: { ...finding.spec, replicationFactor: 3 } }]]
        : [],
    ),
  );
}

const fresh = created(planTopics(WANTED, new Map(), OPTIONS));

function planWith(topic: string, change: Partial<TopicState> & { start?: number }) {
  const found = new Map(fresh);
  const before = found.get(topic);
  if (before === undefined || before.state === null) throw new Error(`no topic ${topic}`);
  const { start = 0, config = new Map(), ...rest } = change;
  const state = { ...before.state, ...rest, config: new Map([...before.state.config, ...config]) };
  found.set(topic, { state, start });
  return planTopics(WANTED, found, OPTIONS).filter(({ finding }) => finding !== 'fine');
}

describe('on an empty Kafka', () => {
  it('all topics are missing, with the settings that the join relies on', () => {
    const findings = planTopics(WANTED, new Map(), OPTIONS);
    expect(
      findings.map((finding) => [
        finding.topic,
        finding.finding === 'missing' ? Object.fromEntries(finding.spec.config) : finding.finding,
        finding.finding === 'missing' ? finding.spec.partitions : 0,
      ]),
    ).toEqual([
      ['hubble.flows', { 'message.timestamp.type': 'LogAppendTime', 'min.insync.replicas': '2' }, 6],
      [
        'k8s.audit',
        {
          'message.timestamp.type': 'LogAppendTime',
          'max.message.bytes': '4194304',
          'min.insync.replicas': '2',
        },
        3,
      ],
      [
        'netpol.events',
        {
          'message.timestamp.type': 'LogAppendTime',
          'cleanup.policy': 'delete',
          'retention.ms': '604800000',
          'min.insync.replicas': '2',
        },
        6,
      ],
      [
        'netpol.policy-changes',
        {
          'cleanup.policy': 'delete',
          'retention.ms': '-1',
          'retention.bytes': '-1',
          'max.message.bytes': '8388608',
          'min.insync.replicas': '2',
        },
        1,
      ],
      [
        'netpol.watermarks',
        { 'cleanup.policy': 'compact', 'segment.ms': '3600000', 'min.insync.replicas': '2' },
        1,
      ],
      [
        'netpol.dead-letters',
        {
          'cleanup.policy': 'delete',
          'max.message.bytes': '27262976',
          'retention.ms': '259200000',
          'message.timestamp.type': 'LogAppendTime',
          'min.insync.replicas': '2',
        },
        1,
      ],
    ]);
  });

  it('a single broker is asked for what a single broker can give', () => {
    const findings = planTopics(WANTED, new Map(), { ...OPTIONS, replication: 1 });
    const specs = findings.flatMap((finding) => (finding.finding === 'missing' ? [finding.spec] : []));
    expect(specs.map(({ config }) => config.get('min.insync.replicas'))).toEqual(specs.map(() => undefined));
  });
});

describe('on topics as setup creates them', () => {
  it('nothing is left to do', () => {
    const findings = planTopics(WANTED, fresh, OPTIONS);
    expect(findings.map(({ finding }) => finding)).toEqual(WANTED.map(() => 'fine'));
  });

  it('only what is missing is created, whichever that is', () => {
    fc.assert(
      fc.property(fc.subarray([...fresh.keys()]), (gone) => {
        const left = new Map([...fresh].filter(([topic]) => !gone.includes(topic)));
        const findings = planTopics(WANTED, left, OPTIONS);
        expect(findings.filter(({ finding }) => finding === 'missing').map(({ topic }) => topic)).toEqual(
          gone,
        );
      }),
    );
  });
});

describe('setup stops at', () => {
  it.each([
    ['netpol.policy-changes', 'cleanup.policy', 'compact'],
    ['netpol.policy-changes', 'cleanup.policy', 'compact,delete'],
    ['netpol.policy-changes', 'retention.ms', '604800000'],
    ['netpol.policy-changes', 'retention.bytes', '1073741824'],
    ['netpol.events', 'message.timestamp.type', 'CreateTime'],
    ['netpol.events', 'cleanup.policy', 'compact'],
    ['netpol.watermarks', 'cleanup.policy', 'delete'],
    ['netpol.dead-letters', 'cleanup.policy', 'compact'],
    ['netpol.dead-letters', 'max.message.bytes', '1048588'],
  ])('%s with %s=%s, and prints the command that mends it', (topic, setting, value) => {
    const findings = planWith(topic, { config: new Map([[setting, value]]) });
    const [wrong] = findings;
    expect(wrong).toMatchObject({ finding: 'wrong', topic });
    expect(wrong?.detail).toContain(`${setting} is ${value}, must be`);
    const mend = wrong?.finding === 'wrong' ? wrong.mend : '';
    expect(mend).toContain(
      `kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics --entity-name ${topic} --add-config ${setting}=`,
    );
    // What the command sets is what setup then takes.
    const [, after = ''] = mend.split(`${setting}=`);
    expect(planWith(topic, { config: new Map([[setting, after]]) })).toEqual([]);
  });

  it.each(['policy-changes', 'watermarks'])('%s of several partitions, which no setting mends', (name) => {
    const topic = `netpol.${name}`;
    const [wrong] = planWith(topic, { partitions: 3 });
    expect(wrong).toMatchObject({ finding: 'wrong', topic });
    expect(wrong?.detail).toContain('has 3 partitions, must have 1');
    expect(wrong?.finding === 'wrong' && wrong.mend).toContain(
      `--delete --topic ${topic}, then setup again; `,
    );
  });

  it('raw records that would not fit into the dead letters', () => {
    const findings = planWith('k8s.audit', { config: new Map([['max.message.bytes', '104857600']]) });
    expect(findings).toEqual([
      expect.objectContaining({
        finding: 'wrong',
        topic: 'netpol.dead-letters',
        mend: expect.stringContaining('max.message.bytes=105906176'),
      }),
    ]);
  });
});

describe('setup goes on, and gives advice, at', () => {
  it.each([
    ['hubble.flows', { config: new Map([['message.timestamp.type', 'CreateTime']]) }, 'wrong clock'],
    ['netpol.events', { config: new Map([['retention.ms', '3600000']]) }, 'only what Kafka still holds'],
    ['netpol.dead-letters', { config: new Map([['retention.ms', '-1']]) }, 'secrets'],
    ['netpol.policy-changes', { start: 40 }, 'begins at offset 40'],
    ['netpol.policy-changes', { config: new Map([['min.insync.replicas', '1']]) }, 'lost with it'],
  ] as const)('%s that works, and could be better: %o', (topic, change, why) => {
    expect(planWith(topic, change)).toEqual([
      expect.objectContaining({ finding: 'advice', topic, detail: expect.stringContaining(why) }),
    ]);
  });

  it('more or fewer partitions of the events: they are the owner’s choice', () => {
    expect(planWith('netpol.events', { partitions: 24 })).toEqual([]);
  });
});
