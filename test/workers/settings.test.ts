// The settings of the workers: what holds without any, what each refuses, and which do not go together.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/model/fault.ts';
import { readSettings, type Settings } from '../../src/workers/settings.ts';
import { SETTINGS_GROUPS } from '../../src/workers/settings/catalogue.ts';

const ALL = SETTINGS_GROUPS.flatMap(({ settings }) => settings);

function settings(variables: Readonly<Record<string, string>> = {}): Settings {
  return readSettings(new Map(Object.entries(variables)));
}

/** The lines of the refusal; [] when nothing is refused. */
function problems(variables: Readonly<Record<string, string>>): readonly string[] {
  try {
    settings(variables);
    return [];
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'settings') throw cause;
    return cause.message.split('\n  ').filter((line) => line !== 'these settings cannot be used:');
  }
}

describe('without any setting', () => {
  it('workers look for Kafka and OpenSearch on this machine, without encryption or log-in', () => {
    const { kafka, openSearch } = settings();
    expect(kafka).toMatchObject({ brokers: ['localhost:9092'], tls: null, sasl: null });
    expect(openSearch).toMatchObject({
      urls: ['http://localhost:9200'],
      username: '',
      indexPrefix: 'netpol-',
    });
  });

  it('both raw topics are read, and ours begin with netpol.', () => {
    const { normalise, topics, groups } = settings();
    expect(normalise.rawTopics).toEqual([
      { topic: 'hubble.flows', feed: 'flows', cluster: '' },
      { topic: 'k8s.audit', feed: 'audit', cluster: '' },
    ]);
    expect(topics.events).toBe('netpol.events');
    expect(groups.join).toBe('netpol-drift.join');
  });

  it('the audit log comes by webhook, up to 35 seconds out of order', () => {
    const { normalise, join } = settings();
    expect([normalise.auditDisorderMs, join.gate.disorderMs]).toEqual([35_000, 35_000]);
  });
});

describe('a setting', () => {
  it('set to nothing is as if it were not set', () => {
    const nothing = Object.fromEntries(ALL.map(({ name }) => [name, ' ']));
    expect(settings(nothing)).toEqual(settings());
  });

  it.each(
    ALL.filter(({ shownFallback }) => shownFallback !== ''),
  )('$name takes its own fallback as it is shown', ({ name, shownFallback }) => {
    expect(settings({ [name]: shownFallback })).toEqual(settings());
  });

  it.each([
    ['KAFKA_BROKERS', 'kafka'],
    ['KAFKA_BROKERS', 'a:1,,b:2'],
    ['KAFKA_SASL_MECHANISM', 'gssapi'],
    ['OPENSEARCH_URL', 'localhost:9200'],
    ['OPENSEARCH_URL', 'https://user:secret@search:9200'],
    ['INDEX_PREFIX', 'Netpol-'],
    ['TOPIC_PREFIX', 'netpol/'],
    ['FLOW_TOPICS', 'flows eu'],
    ['BLOCK_OFFSETS', '0'],
    ['FLUSH_MS', '5s'],
    ['FLUSH_MS', '-1'],
    ['FLUSH_MS', '1e5'],
    ['MAX_REJECT_SHARE', '1.5'],
    ['KAFKA_TLS', 'yes'],
    ['HTTP_PORT', '65536'],
    ['LOG_LEVEL', 'verbose'],
  ])('%s refuses %s, and says what it expects', (name, value) => {
    const expected = ALL.find((one) => one.name === name)?.expects;
    expect(problems({ [name]: value })).toEqual([`${name}=${value}: expected ${expected}`]);
  });

  it('never makes a fault of another kind, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.string({ unit: 'binary' }), ({ name }, value) => {
        for (const problem of problems({ [name]: value })) expect(problem).not.toBe('');
      }),
    );
  });

  it('says of a secret neither that it was right nor what it was', () => {
    const given = { KAFKA_PASSWORD: 'hunter2', OPENSEARCH_PASSWORD: 'hunter3', FLUSH_MS: 'x' };
    expect(problems(given).join('\n')).not.toMatch(/hunter/);
  });
});

describe('everything that is wrong', () => {
  it('is told at once', () => {
    expect(problems({ FLUSH_MS: 'x', COMMIT_MS: 'y', KAFKA_USERNAME: 'me' })).toHaveLength(3);
  });
});

describe('topics', () => {
  it('may name the cluster of all their records', () => {
    const { normalise } = settings({
      FLOW_TOPICS: 'flows.eu=prod-eu1, flows.us=prod-us1',
      AUDIT_TOPICS: 'audit',
    });
    expect(normalise.rawTopics).toEqual([
      { topic: 'flows.eu', feed: 'flows', cluster: 'prod-eu1' },
      { topic: 'flows.us', feed: 'flows', cluster: 'prod-us1' },
      { topic: 'audit', feed: 'audit', cluster: '' },
    ]);
  });

  it('hold one feed each, and none of ours is a raw one', () => {
    expect(problems({ FLOW_TOPICS: 'logs', AUDIT_TOPICS: 'logs' })).toEqual([
      expect.stringMatching(/^logs is named more than once/),
    ]);
    expect(problems({ FLOW_TOPICS: 'netpol.events' })).toEqual([
      expect.stringMatching(/^netpol\.events is a topic of ours \(TOPIC_PREFIX\)/),
    ]);
  });
});

describe('the disorder bound', () => {
  it('follows the audit backend unless it is given', () => {
    expect(settings({ AUDIT_BACKEND: 'log' }).normalise.auditDisorderMs).toBe(5_000);
    expect(settings({ AUDIT_BACKEND: 'log', AUDIT_DISORDER_MS: '7000' }).normalise.auditDisorderMs).toBe(
      7_000,
    );
    expect(settings({ AUDIT_DISORDER_MS: '0' }).join.gate.disorderMs).toBe(0);
  });
});

describe('settings that do not go together', () => {
  it('a wait shorter than the watermark can come', () => {
    expect(problems({ MAX_WAIT_MS: '40000' })).toEqual([
      'MAX_WAIT_MS is 40000: it must exceed AUDIT_DISORDER_MS (or AUDIT_BACKEND) + HEARTBEAT_MS (40000), or every verdict would go on before its watermark can come',
    ]);
    expect(problems({ MAX_WAIT_MS: '40000', AUDIT_BACKEND: 'log' })).toEqual([]);
  });

  it('audit sources that count as silent while they are well', () => {
    expect(problems({ IDLE_TIMEOUT_MS: '45000' })).toEqual([
      expect.stringMatching(/^IDLE_TIMEOUT_MS is 45000/),
    ]);
  });

  it.each([
    [{ KAFKA_CERT: 'c', KAFKA_TLS: 'true' }, /KAFKA_CERT and KAFKA_KEY/],
    [{ KAFKA_CA: 'c' }, /KAFKA_CA is set, but KAFKA_TLS is not true/],
    [{ KAFKA_PASSWORD: 'p' }, /KAFKA_PASSWORD is set, but KAFKA_SASL_MECHANISM is not/],
    [{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_USERNAME: 'u' }, /KAFKA_PASSWORD is needed/],
    [{ OPENSEARCH_USERNAME: 'u' }, /OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD/],
    [{ OPENSEARCH_CA: 'c' }, /OPENSEARCH_CA is set, but http:.* is not https/],
  ])('%j', (variables, expected) => {
    expect(problems(variables)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('a log-in and encryption', () => {
  it('reach the connection', () => {
    const { kafka } = settings({
      KAFKA_TLS: 'true',
      KAFKA_CA: 'ca',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_USERNAME: 'writer',
      KAFKA_PASSWORD: 'hunter2',
    });
    expect(kafka.tls).toMatchObject({ ca: 'ca', cert: null, rejectUnauthorized: true });
    expect(kafka.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'writer', password: 'hunter2' });
  });
});

describe('retention', () => {
  it('of 0 days is for ever, and then no flow is too old', () => {
    expect(settings({ RETENTION_DAYS_VERDICTS: '0' }).normalise.retentionDays).toBeNull();
    expect(settings({ RETENTION_DAYS_VERDICTS: '7' })).toMatchObject({
      normalise: { retentionDays: 7 },
      openSearch: { retentionDays: { verdicts: 7 } },
    });
  });
});
