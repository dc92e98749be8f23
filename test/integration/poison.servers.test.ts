// A poisoned message of each kind on real servers: whatever cannot be used is set aside, with its bytes, its reason
// and its place, what comes after it becomes documents, and an operator finds it and sends it back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectKafka } from '../../src/kafka/client/connect.ts';
import type { Log } from '../../src/kafka/log.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import { type Ended, makeFolder, removeFolder, run } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { kafkaAddress, openSearchAddress } from '../support/servers/addresses.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import { audit, goodFlow, spoilDay, spoiltFlow, UNKNOWN_FINGERPRINT, UNKNOWN_SCHEMA } from './poison.ts';

const kafka = kafkaAddress() ?? '';
const openSearch = openSearchAddress() ?? '';
const BLOCK_OFFSETS = 16;
const SOON = { withinMs: 60_000, everyMs: 500 };
/** What a raw topic takes when somebody has raised its limit. */
const RAW_BYTES = 24 * 1024 * 1024;
const HUGE = Buffer.alloc(20 * 1024 * 1024, 'x');
/** Clears the screen, names the window, turns the reading direction: on a terminal that lets it. */
const HOSTILE = '{"flow": \u001b[2J\u001b]0;owned\u0007\u009b31m \u202egnp.exe\r\nDEAD LETTERS in netpol';
/** Everything but a line break that could do something to a terminal. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe.skipIf(kafka === '' || openSearch === '')('a poisoned message', () => {
  let folder = '';
  let log: Log;
  let installation: Installation;
  let worker: WorkerProcess;
  let spoiltIndex = '';

  const setting = (name: string): string => installation.settings[name] ?? '';
  const command = (args: readonly string[], columns = 100): Promise<Ended> =>
    run(['dead-letters', ...args], folder, '', { ...installation.settings, COLUMNS: String(columns) });
  const output = async (args: readonly string[], columns?: number): Promise<string> => {
    const { code, stdout, stderr } = await command(args, columns);
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };
  const listed = async (...args: readonly string[]): Promise<readonly JsonObject[]> =>
    objectsIn(await output(['list', '--format', 'json', ...args]));
  /** Of the newest with that reason, as a person names it. */
  const numberOf = async (reason: string): Promise<string> => {
    const [letter] = await listed('--reason', reason);
    return numberIn(letter);
  };
  /** Of the letter of the hostile flow as it was first set aside: which role sets something aside first is open. */
  const hostile = async (): Promise<string> => {
    const flows = setting('FLOW_TOPICS');
    const found = await listed('--reason', 'not-json');
    return numberIn(
      found.find(({ attempt, from }) => attempt === 1 && isObject(from) && from['topic'] === flows),
    );
  };
  const bytesOf = async (reason: string): Promise<string> =>
    output(['show', await numberOf(reason), '--format', 'raw']);

  beforeAll(async () => {
    folder = makeFolder();
    log = connectKafka({ brokers: kafka.split(',') }, () => {});
    installation = install({ kafka, openSearch }, { BLOCK_OFFSETS: String(BLOCK_OFFSETS), CLUSTER: 'prod' });
    const config = new Map([['max.message.bytes', String(RAW_BYTES)]]);
    await log.admin.create([
      { topic: setting('FLOW_TOPICS'), partitions: 1, replicationFactor: -1, config },
      { topic: setting('AUDIT_TOPICS'), partitions: 1, replicationFactor: -1, config },
    ]);
    await installation.setup(1, 1);
    spoiltIndex = await spoilDay(openSearch, setting('INDEX_PREFIX'));
    worker = installation.work('all');
    await poison();
  });
  afterAll(async () => {
    await installation.remove();
    await log.close();
    removeFolder(folder);
  });

  /** One of each kind, each followed by what is in order. */
  async function poison(): Promise<void> {
    const flows = { topic: setting('FLOW_TOPICS'), partition: 0 };
    const events = { topic: `${setting('TOPIC_PREFIX')}events`, partition: 0 };
    const message = (text: string) => ({ key: null, value: Buffer.from(text) });
    const headers = new Map([['\u001b[1mtrace\u202e', '\u0007']]);
    await log.sender.send(flows, [{ ...message(HOSTILE), key: Buffer.from('\u001bc'), headers }]);
    await log.sender.send(flows, [message(goodFlow(0)), { key: null, value: HUGE }]);
    await log.sender.send(flows, [message(goodFlow(1)), message(spoiltFlow(900))]);
    await installation.produce('audit', ['no audit event', audit('09:00:30')]);
    await log.sender.send(events, [message('no event of ours'), { key: null, value: UNKNOWN_SCHEMA }]);
    await installation.produce(
      'flows',
      Array.from({ length: 2 * BLOCK_OFFSETS }, (_, index) => goodFlow(2 + index)),
    );
  }

  it('of each kind is set aside with its place, and what comes after it becomes documents', async () => {
    const letters = await eventually(async () => {
      if (!worker.isRunning()) throw new Error(worker.output().slice(-4_000));
      const { verdicts } = await installation.documents();
      expect(verdicts).toHaveLength(2 + 2 * BLOCK_OFFSETS);
      const found = await listed();
      expect(found).toHaveLength(6);
      return found;
    }, SOON);
    const of = (reason: string) => letters.filter((letter) => letter['reason'] === reason);
    const flows = { topic: setting('FLOW_TOPICS'), partition: 0 };
    const events = { topic: `${setting('TOPIC_PREFIX')}events`, partition: 0 };
    expect(of('not-json').map(({ from }) => from)).toEqual(
      expect.arrayContaining([
        { ...flows, offset: 0 },
        { topic: setting('AUDIT_TOPICS'), partition: 0, offset: 0 },
      ]),
    );
    const huge = { stage: 'parse', from: { ...flows, offset: 2 }, size: HUGE.length, attempt: 1 };
    expect(of('too-long')).toMatchObject([huge]);
    expect(of('avro-broken')).toMatchObject([{ stage: 'decode', from: events }]);
    expect(of('schema-unknown')).toMatchObject([
      { stage: 'decode', from: events, detail: expect.stringContaining(UNKNOWN_FINGERPRINT) },
    ]);
    expect(of('refused-400')).toMatchObject([
      {
        stage: 'index',
        document: { index: spoiltIndex },
        detail: expect.stringContaining('destination.dns'),
      },
    ]);
  });

  it('keeps its bytes, all of them', async () => {
    expect(await bytesOf('schema-unknown')).toBe(Buffer.from(UNKNOWN_SCHEMA).toString());
    expect(await bytesOf('too-long')).toBe(HUGE.toString());
    expect(JSON.parse(await bytesOf('refused-400'))).toMatchObject({ 'destination.dns': ['db.example'] });
    expect(await output(['show', await hostile(), '--format', 'raw'])).toBe(HOSTILE);
  });

  it('holds no commit back', async () => {
    const { GROUP_PREFIX, TOPIC_PREFIX } = installation.settings;
    await eventually(async () => {
      const [committed] = await log.admin.committed(`${GROUP_PREFIX}join`, `${TOPIC_PREFIX}events`);
      expect(committed?.offset).toBeGreaterThanOrEqual(BLOCK_OFFSETS);
    }, SOON);
  });

  it.each([60, 100])('does nothing to a terminal of %i columns', async (columns) => {
    const list = await output(['list'], columns);
    expect(list).not.toMatch(UNPRINTABLE);
    for (const line of list.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    const shown = await output(['show', await hostile()], columns);
    expect(shown).not.toMatch(UNPRINTABLE);
    expect(shown).toContain(String.raw`{"flow": \x1b[2J\x1b]0;owned\x07\x9b31m \u{202e}gnp.exe\r`);
    expect(shown).toContain(String.raw`\x1b[1mtrace\u{202e}`);
  });

  it('that is sent back unmended is set aside again, as the second attempt', async () => {
    const sent = { outcome: 'sent', to: { topic: setting('FLOW_TOPICS'), partition: 0 } };
    const first = await hostile();
    expect(objectsIn(await output(['retry', first, '--format', 'json']))).toMatchObject([
      { offset: Number(first), ...sent },
    ]);
    const again = await eventually(async () => {
      const found = (await listed('--reason', 'not-json')).find(({ attempt }) => attempt === 2);
      expect(found).toBeDefined();
      return numberIn(found);
    }, SOON);
    const [shown = {}] = objectsIn(await output(['show', again, '--format', 'json']));
    const { key, headers, value } = shown;
    expect({ key, headers, value }).toEqual({
      key: '\u001bc',
      headers: { '\u001b[1mtrace\u202e': '\u0007' },
      value: HOSTILE,
    });
  });

  it('that is a record of our own topics is not sent back, and keeps no other back', async () => {
    const own = await numberOf('schema-unknown');
    const raw = await hostile();
    const { code, stdout } = await command(['retry', own, raw]);
    expect(code).toBe(3);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^${own}  not sent: it is a record of one of our own topics`)),
      expect.stringMatching(new RegExp(String.raw`^${raw}  sent to \S+hubble\.flows/0 offset \d+$`)),
      '',
    ]);
  });

  it('that OpenSearch refused is stored once its index is in order', async () => {
    expect(await worker.kill('SIGTERM')).toBe(0);
    const number = await numberOf('refused-400');
    expect((await command(['retry', number])).stdout).toMatch(
      new RegExp(`^${number}  not sent: OpenSearch still refuses it: .*destination\\.dns`),
    );
    await fetch(`${openSearch}/${spoiltIndex}`, { method: 'DELETE' });
    expect(await output(['retry', '--reason', 'refused-400'])).toMatch(
      new RegExp(`^${number}  stored in ${spoiltIndex} as \\S+\n$`),
    );
    const { verdicts } = await installation.documents();
    expect(verdicts).toMatchObject([{ 'destination.dns': ['db.example'] }]);
  });
});

function numberIn(letter: JsonObject | undefined): string {
  return JSON.stringify(letter?.['offset']);
}

function objectsIn(lines: string): readonly JsonObject[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isObject);
}
