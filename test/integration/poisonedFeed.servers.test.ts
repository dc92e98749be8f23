// When most of what comes is poison, something is wrong with the reading or the writing, not with single records: the
// worker stops and says what to do, before everything lies in the dead letters. Nor does it ever go on without a
// record of the policy log.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectKafka } from '../../src/kafka/client/connect.ts';
import type { Log } from '../../src/kafka/log.ts';
import { eventually } from '../support/eventually.ts';
import { kafkaAddress, openSearchAddress } from '../support/servers/addresses.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import { audit, spoilDay, spoiltFlow, UNKNOWN_FINGERPRINT, UNKNOWN_SCHEMA } from './poison.ts';

const kafka = kafkaAddress() ?? '';
const openSearch = openSearchAddress() ?? '';
const SOON = { withinMs: 60_000, everyMs: 200 };
const POISONED = 5_000;
/** So many are needed to say that it is not single ones. */
const ENOUGH = 1_000;

describe.skipIf(kafka === '' || openSearch === '')('a worker', () => {
  let log: Log;
  let installation: Installation;

  const topic = (name: string): string => `${installation.settings['TOPIC_PREFIX']}${name}`;
  const letters = async (): Promise<number> => {
    const partitions = await log.admin.offsets(topic('dead-letters'));
    return partitions.reduce((sum, { start, end }) => sum + end - start, 0);
  };
  const toPolicyLog = (value: Uint8Array): Promise<number> =>
    log.sender.send({ topic: topic('policy-changes'), partition: 0 }, [{ key: null, value }]);

  beforeEach(async () => {
    log = connectKafka({ brokers: kafka.split(',') }, () => {});
    installation = install({ kafka, openSearch }, { CLUSTER: 'prod' });
    await installation.setup(1, 1);
  });
  afterEach(async () => {
    await log.close();
    await installation.remove();
  });

  it('stops when a raw topic holds garbage', async () => {
    await installation.produce('flows', Array(POISONED).fill('<html>502 Bad Gateway</html>'));
    const { code, lastLine } = await ended(installation.work('all'));
    expect(code).toBe(3);
    expect(lastLine).toMatch(
      /^netpol-drift: normalise: \S+hubble\.flows: 1000 of the last 1000 records could not be used: .*not-json, 1000\)\. Stopped before .* mend what writes the topic/,
    );
    expect(await letters()).toBeLessThan(ENOUGH);
  });

  it('stops when OpenSearch refuses most documents', async () => {
    await spoilDay(openSearch, installation.settings['INDEX_PREFIX'] ?? '');
    await installation.produce('audit', [audit('09:00:30')]);
    await installation.produce(
      'flows',
      Array.from({ length: POISONED }, (_, index) => spoiltFlow(index)),
    );
    const { code, lastLine } = await ended(installation.work('all'));
    expect(code).toBe(3);
    expect(lastLine).toMatch(
      /^netpol-drift: join: OpenSearch: \d+ of the last \d+ documents were refused: mapper_parsing_exception \(\d+\)\. Stopped before .* run "netpol-drift setup"/,
    );
    expect(await letters()).toBeLessThan(ENOUGH);
  });

  it('stops at a broken record of the policy log until it is told to pass over it', async () => {
    const offset = await toPolicyLog(Buffer.from('no event of ours'));
    const { code, lastLine } = await ended(installation.work('join'));
    expect([code, lastLine]).toEqual([
      3,
      expect.stringMatching(/^netpol-drift: join: \S+policy-changes, offset 0: .*POLICY_LOG_SKIP=0$/),
    ]);
    const worker = installation.work('join', { POLICY_LOG_SKIP: String(offset) });
    await eventually(() => expect(worker.output()).toContain('"the policy log is read"'), SOON);
    expect(worker.output()).toContain('"a record of the policy log was passed over, as told"');
    expect(await worker.kill('SIGTERM')).toBe(0);
  });

  it.each([
    ['join', 'the policy log is read'],
    ['repair', 'this worker repairs'],
  ])('of role %s stops at a schema that it does not know in the policy log, and names it', async (role, begun) => {
    const worker = installation.work(role);
    await eventually(() => expect(worker.output()).toContain(`"${begun}"`), SOON);
    await toPolicyLog(UNKNOWN_SCHEMA);
    const { code, lastLine } = await ended(worker);
    expect(code).toBe(3);
    expect(lastLine).toMatch(
      new RegExp(
        `^netpol-drift: ${role}: \\S+policy-changes, offset 0: .*${UNKNOWN_FINGERPRINT}.*Update netpol-drift`,
      ),
    );
  });
});

async function ended(
  worker: WorkerProcess,
): Promise<{ readonly code: number | null; readonly lastLine: string }> {
  await eventually(() => !worker.isRunning(), SOON);
  const code = await worker.kill('SIGKILL');
  return { code, lastLine: worker.output().trimEnd().split('\n').at(-1) ?? '' };
}
