// What every store of documents keeps to, whoever implements it: workers are tested on the one in memory and run on
// OpenSearch.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document, FieldValue } from '../../src/documents/document.ts';
import { rollupTrace, touchedBlocks } from '../../src/documents/storedTrace.ts';
import { rollupVersion, verdictVersion } from '../../src/documents/versions.ts';
import { FOREVER, formatInstant, parseMicros } from '../../src/model/time.ts';
import type { DocumentStore, RollupSpan, Written } from '../../src/stores/opensearch/documentStore.ts';
import { anId, rollup, verdict } from '../stores/opensearch/someDocuments.ts';

const CALM = new AbortController().signal;

/** @param open a store that holds nothing */
export function describeDocumentStore(open: () => DocumentStore): void {
  let store: DocumentStore;
  beforeAll(() => {
    store = open();
  });
  afterAll(() => store.close());

  const write = (...documents: readonly Document[]): Promise<Written> => store.write(documents, CALM);

  test('knows no policy offset while it is empty, and then the highest', async () => {
    expect(await store.highestPolicyOffset(CALM)).toBe(-1);
    await write(rollup(1, rollupVersion(32_768, 3)), rollup(2, rollupVersion(1, 4)));
    expect(await store.highestPolicyOffset(CALM)).toBe(4);
    await write(verdict(3, verdictVersion('final', 10), { 'join.policy_offset': 10 }));
    expect(await store.highestPolicyOffset(CALM)).toBe(10);
    await write({ ...rollup(6, rollupVersion(7, 20)), _index: 'netpol-rollups-2025.01' });
    expect(await store.highestPolicyOffset(CALM)).toBe(20);
  });

  describe('a document written again', () => {
    const statusOf = async (id: number) => [
      ...(
        await store.verdictStatuses([{ id: anId(id), index: 'netpol-verdicts-2026.11.02' }], CALM)
      ).values(),
    ];
    const status = (word: string): Record<string, FieldValue> => ({ 'join.status': word });

    test.each<[string, number, Partial<Written>, string]>([
      ['by a higher version stands', 6, { acknowledged: 1, superseded: 0 }, 'final'],
      ['by an equal version stands', 5, { acknowledged: 1, superseded: 0 }, 'final'],
      ['by a lower version is superseded', 4, { acknowledged: 0, superseded: 1 }, 'provisional'],
    ])('%s', async (_, version, outcome, stands) => {
      await write(verdict(20 + version, 5, status('provisional')));
      expect(await write(verdict(20 + version, version, status('final')))).toMatchObject(outcome);
      expect(await statusOf(20 + version)).toEqual([stands]);
    });

    test('is told apart by versions next to the highest', async () => {
      const highest = verdictVersion('final', 2 ** 37 - 2);
      await write(verdict(30, highest));
      expect(await write(verdict(30, highest - 1))).toMatchObject({ superseded: 1 });
      expect(await write(verdict(30, highest))).toMatchObject({ acknowledged: 1 });
    });
  });

  test('takes no documents, too', async () => {
    expect(await write()).toEqual({ acknowledged: 0, superseded: 0, refused: [] });
  });

  test('does nothing once the signal is raised', async () => {
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(store.write([rollup(39, 1)], stopped)).rejects.toThrow('enough');
    await expect(store.rollupsOfBlock('p', 1, stopped)).rejects.toThrow('enough');
    await expect(
      store.verdictStatuses([{ id: anId(1), index: 'netpol-verdicts-2026.11.02' }], stopped),
    ).rejects.toThrow('enough');
    await expect(all(store.provisionalUpTo('lab', FOREVER, stopped))).rejects.toThrow('enough');
  });

  test('finds the rollups of a block that still count, at once after they were written', async () => {
    const mine = { 'block.partition': 'netpol.events/3', 'block.number': 12 };
    await write(
      rollup(40, 1, mine),
      { ...rollup(41, 1, mine), _index: 'netpol-rollups-2026.12' },
      rollup(42, 1, { ...mine, count: 0 }),
      rollup(43, 1, { ...mine, 'block.number': 13 }),
      rollup(44, 1, { ...mine, 'block.partition': 'netpol.events/30' }),
    );
    const timestamp = '2026-11-02T09:00:00.000000Z';
    expect(await store.rollupsOfBlock('netpol.events/3', 12, CALM)).toEqual(
      new Map([
        [anId(40), { index: 'netpol-rollups-2026.11', timestamp }],
        [anId(41), { index: 'netpol-rollups-2026.12', timestamp }],
      ]),
    );
  });

  test('tells which verdicts are stored, at once after they were written', async () => {
    await write(verdict(50, 1, { 'join.status': 'provisional' }), verdict(51, 1));
    const wanted = [50, 51, 52].map((id) => ({ id: anId(id), index: 'netpol-verdicts-2026.11.02' }));
    const elsewhere = { id: anId(53), index: 'netpol-verdicts-1999.01.01' };
    expect(await store.verdictStatuses([...wanted, elsewhere], CALM)).toEqual(
      new Map([
        [anId(50), 'provisional'],
        [anId(51), 'final'],
      ]),
    );
    expect(await store.verdictStatuses([], CALM)).toEqual(new Map());
  });

  describe('the rollups of a span', () => {
    const MINUTE = 60_000_000;
    const TEN = parseMicros('2026-11-02T10:00:00Z') ?? 0;
    /** Of the minute that begins so many minutes after ten. */
    const inMinute = (minute: number, fields: Record<string, FieldValue> = {}): Document =>
      rollup(60 + minute, rollupVersion(3, minute), {
        '@timestamp': formatInstant(TEN + minute * MINUTE),
        'window.start': formatInstant(TEN + minute * MINUTE),
        'window.end': formatInstant(TEN + (minute + 1) * MINUTE),
        'orchestrator.cluster.name': 'spans',
        ...fields,
      });
    beforeAll(() =>
      write(
        inMinute(4, { 'policy.reported': ['NetworkPolicy/shop/web', 'NetworkPolicy/shop/api'] }),
        ...[3, 2, 1, 0].map((minute) => inMinute(minute)),
        inMinute(5, { drift: ['not-enforced', 'unknown-policy'] }),
        { ...inMinute(2, { 'orchestrator.cluster.name': 'other' }), _id: anId(79) },
      ),
    );

    test.each<[string, Partial<RollupSpan>, readonly number[]]>([
      [
        'are those whose window meets it, its end not included',
        { from: TEN + MINUTE, until: TEN + 3 * MINUTE },
        [1, 2],
      ],
      ['meet it by a microsecond', { from: TEN + MINUTE - 1, until: TEN + 3 * MINUTE + 1 }, [0, 1, 2, 3]],
      ['are all when it has no bounds', {}, [0, 1, 2, 3, 4, 5]],
      ['are none before it', { until: TEN }, []],
      [
        'are those, too, that name a policy',
        { until: TEN + 1, naming: ['NetworkPolicy/shop/api'] },
        [0, 4, 5],
      ],
      ['are those, too, that name one that nobody knows', { until: TEN, naming: [] }, [5]],
    ])('%s', async (_, span, minutes) => {
      const found = await all(store.rollupsIn({ cluster: 'spans', from: 0, until: FOREVER, ...span }, CALM));
      expect(new Map(found.map(({ _id, _version }) => [_id, _version]))).toEqual(
        new Map(minutes.map((minute) => [anId(60 + minute), rollupVersion(3, minute)])),
      );
    });

    test('tell all that says whether a change can concern them', async () => {
      const full = rollup(80, 1, {
        'orchestrator.cluster.name': 'traces',
        'network.direction': 'egress',
        'subject.namespace': 'shop',
        'subject.labels': ['k8s:app=cart', 'k8s:tier=back'],
        'peer.namespace': 'bank',
        'peer.workload': 'teller',
        'policy.reported': ['CiliumNetworkPolicy/shop/cart'],
        'cause.at': '2026-11-02T08:59:59.123456Z',
        'cause.policy': 'NetworkPolicy/shop/deny-all',
        drift: ['denied-by-change'],
      });
      await write(full);
      const stored = await all(store.rollupsIn({ cluster: 'traces', from: 0, until: FOREVER }, CALM));
      expect(stored.map(rollupTrace)).toEqual([rollupTrace(full)]);
      expect(touchedBlocks(stored, 2, () => true)).toEqual([{ partition: 'netpol.events/0', number: 7 }]);
    });
  });

  test('finds provisional verdicts up to a time, included, oldest first', async () => {
    const at = (fraction: string, status = 'provisional') => ({
      '@timestamp': `2026-11-02T11:00:00.${fraction}Z`,
      'orchestrator.cluster.name': 'waiting',
      'subject.namespace': 'shop',
      'join.status': status,
    });
    await write(
      verdict(92, 1, at('000002')),
      verdict(91, 1, at('000001999')),
      verdict(90, 1, at('000000')),
      verdict(93, 1, at('000001', 'final')),
      verdict(94, 1, { ...at('000000'), 'orchestrator.cluster.name': 'other' }),
    );
    const until = parseMicros('2026-11-02T11:00:00.000001Z') ?? 0;
    const found = await all(store.provisionalUpTo('waiting', until, CALM));
    expect(found.map(({ _id, _index, fields }) => [_id, _index, fields['subject.namespace']])).toEqual(
      [90, 91].map((id) => [anId(id), 'netpol-verdicts-2026.11.02', 'shop']),
    );
  });
}

async function all(pages: AsyncIterable<readonly Document[]>): Promise<readonly Document[]> {
  const documents: Document[] = [];
  for await (const page of pages) documents.push(...page);
  return documents;
}
