import { expect, test } from 'vitest';
import { workloadOfPod } from '../../src/normalise/workload.ts';

test.each([
  ['Deployment', 'orders-api-7d9c5f8b6-x2x4z', 'orders-api'],
  ['Deployment with a short hash', 'web-5d9f8c-x2x4z', 'web'],
  ['DaemonSet', 'node-exporter-x2x4z', 'node-exporter'],
  ['StatefulSet', 'kafka-broker-12', 'kafka-broker'],
  ['CronJob', 'nightly-29878920-4jdl7', 'nightly'],
  ['CronJob of long ago', 'nightly-1602345600-4jdl7', 'nightly'],
  ['a name with a version', 'producer-v2-dfckj6fsr-857jz', 'producer-v2'],
  ['words, which have vowels', 'redis-cache', 'redis-cache'],
  ['one word', 'debug', 'debug'],
  ['nothing', '', ''],
])('%s: %s belongs to %s', (_, pod, workload) => {
  expect(workloadOfPod(pod)).toBe(workload);
});

test('a name longer than Kubernetes allows is left alone', () => {
  const name = `${'a-'.repeat(200)}0`;
  expect(workloadOfPod(name)).toBe(name);
});
