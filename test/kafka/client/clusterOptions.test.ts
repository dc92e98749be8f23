// Our settings in the words of kafkajs.
import { describe, expect, test } from 'vitest';
import { clientConfig } from '../../../src/kafka/client/clusterOptions.ts';
import { KAFKA_DEFAULTS, type KafkaSettings, SASL_MECHANISMS } from '../../../src/kafka/settings.ts';

function configOf(settings: Partial<KafkaSettings>) {
  return clientConfig({ ...KAFKA_DEFAULTS, brokers: ['b1:9092', 'b2:9092'], ...settings }, () => {});
}

describe('the client’s configuration', () => {
  test('has no TLS and no credentials unless they are given', () => {
    const config = configOf({});
    expect(config).toMatchObject({ brokers: ['b1:9092', 'b2:9092'], clientId: 'netpol-drift' });
    expect(config).not.toHaveProperty('ssl');
    expect(config).not.toHaveProperty('sasl');
  });

  test('has of TLS what is given, and checks certificates', () => {
    const tls = { ca: 'CA', cert: null, key: null, servername: null, rejectUnauthorized: true };
    expect(configOf({ tls }).ssl).toEqual({ ca: 'CA', rejectUnauthorized: true });
    const mutual = { ca: 'CA', cert: 'CERT', key: 'KEY', servername: 'kafka', rejectUnauthorized: false };
    expect(configOf({ tls: mutual }).ssl).toEqual(mutual);
  });

  test.each(SASL_MECHANISMS)('names the mechanism %s as brokers do', (mechanism) => {
    const sasl = { mechanism, username: 'worker', password: 'secret' } as const;
    expect(configOf({ sasl }).sasl).toEqual(sasl);
  });
});
