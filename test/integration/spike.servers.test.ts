// What a stream of real servers does to the rules of blocks, versions and repair: a producer that sends again, an
// owner that dies with a block open, a change that comes when all is closed, an audit log that says nothing. Each
// ends with the documents that `analyze` writes from the same files.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { kafkaAddress, openSearchAddress } from '../support/servers/addresses.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import { analysed } from '../support/stream/reference.ts';
import { differences, type Documents } from '../support/stream/sameDocuments.ts';
import type { WorkerProcess } from '../support/stream/workerProcess.ts';
import { linesOf, SHOP_CLUSTER, SHOP_FILES } from './shop.ts';

const BLOCK_OFFSETS = 256;
const LIMIT_MS = 120_000;
const WITHIN = { withinMs: LIMIT_MS, everyMs: 500 };
/** For what is not to be committed before a worker is killed. */
const NEVER_MS = '600000';

const kafka = kafkaAddress();
const openSearch = openSearchAddress();
const flows = linesOf(SHOP_FILES.flows);
const audit = linesOf(SHOP_FILES.audit);

describe.skipIf(kafka === null || openSearch === null)('in blocks of 256', { timeout: 3 * LIMIT_MS }, () => {
  let reference: Documents;
  let verdicts: number;
  let installation: Installation;

  beforeAll(async () => {
    reference = await analysed(SHOP_FILES);
    verdicts = countOf(reference);
  });
  beforeEach(async () => {
    const servers = { kafka: kafka ?? '', openSearch: openSearch ?? '' };
    installation = install(servers, { BLOCK_OFFSETS: String(BLOCK_OFFSETS), CLUSTER: SHOP_CLUSTER });
    await installation.setup(2, 1);
    await installation.snapshot(SHOP_FILES.policies, SHOP_CLUSTER);
  });
  afterEach(() => installation.remove());

  it('events that a killed normaliser had sent and not committed are counted once', async () => {
    await installation.produce('audit', audit);
    await installation.produce('flows', flows);
    const first = installation.work('normalise', { COMMIT_MS: NEVER_MS });
    await becomes(async () => expect(await eventsSent()).toBeGreaterThanOrEqual(verdicts));
    await first.kill('SIGKILL');
    await expectReference(started('normalise', 'join', 'repair'));
    expect(await eventsSent()).toBeGreaterThanOrEqual(2 * verdicts);
  });

  it('a block that was open when its owner was killed is finished by the next', async () => {
    await installation.produce('audit', audit);
    await installation.produce('flows', flows.slice(0, flows.length / 2));
    const others = started('normalise', 'repair');
    const owner = installation.work('join');
    await becomes(async () => expect(countOf(await installation.documents())).toBeGreaterThan(0));
    await owner.kill('SIGKILL');
    expect(await committed()).toBeLessThan(BLOCK_OFFSETS);
    await installation.produce('flows', flows.slice(flows.length / 2));
    await expectReference([...others, ...started('join')]);
    await becomes(async () => expect(await committed()).toBeGreaterThanOrEqual(BLOCK_OFFSETS));
  });

  it('blocks that were closed before a change was heard of are repaired', async () => {
    const half = audit.length / 2;
    await installation.produce('audit', audit.slice(0, half));
    await installation.produce('flows', flows);
    const workers = started('normalise', 'join', 'repair');
    await becomes(async () => expect(await committed()).toBeGreaterThanOrEqual(BLOCK_OFFSETS));
    await becomes(async () => expect(countOf(await installation.documents())).toBe(verdicts));
    expect(differences(reference, await installation.documents())).not.toEqual([]);
    await installation.produce('audit', audit.slice(half));
    await expectReference(workers);
  });

  it('verdicts do not wait for an audit log that says nothing, and are made final when it speaks', async () => {
    const workers = started('normalise', 'join', 'repair');
    await installation.produce('flows', flows);
    await becomes(async () => {
      const documents = await installation.documents();
      expect(countOf(documents)).toBe(verdicts);
      expect(new Set(documents.verdicts.map((one) => one['join.status']))).toEqual(new Set(['provisional']));
    });
    await installation.produce('audit', audit);
    await expectReference(workers);
  });

  function started(...roles: readonly string[]): readonly WorkerProcess[] {
    return roles.map((role) => installation.work(role));
  }

  async function eventsSent(): Promise<number> {
    const [only] = await installation.log.admin.offsets(installation.topics.events);
    return only?.end ?? 0;
  }

  /** Where the role `join` would go on. */
  async function committed(): Promise<number> {
    const { groups, topics, log } = installation;
    const [only] = await log.admin.committed(groups.join, topics.events);
    return only?.offset ?? 0;
  }

  async function becomes(check: () => Promise<unknown>): Promise<void> {
    try {
      await eventually(async () => {
        await check();
      }, WITHIN);
    } catch (cause) {
      throw new Error(installation.outputs(), { cause });
    }
  }

  async function expectReference(workers: readonly WorkerProcess[]): Promise<void> {
    await becomes(async () =>
      expect(differences(reference, await installation.documents()).slice(0, 5)).toEqual([]),
    );
    expect(workers.map((worker) => worker.isRunning())).not.toContain(false);
  }
});

function countOf({ rollups }: Documents): number {
  return rollups.reduce((sum, rollup) => sum + Number(rollup['count']), 0);
}
