// What `analyze` and the saved queries both answer, they answer alike, though saved queries have the documents only.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, field, number, text, texts } from '../../../src/model/json.ts';
import { policyOfRule } from '../../../src/model/refs.ts';
import type { Row } from '../../../src/queries/catalogue/savedQuery.ts';
import { type Analysed, analysed } from './analysedDocuments.ts';
import { type AskedStore, storeAsked } from './storeAsked.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe.each([
  ['the example', join(ROOT, 'examples', 'shop'), 'policies.json', { denied: 8, allowed: 7 }],
  ['the lab cluster', join(ROOT, 'test', 'samples', 'cluster'), 'snapshot.json', { denied: 27, allowed: 7 }],
] as const)('of %s', (_, folder, policies, now) => {
  let analysis: Analysed;
  let store: AskedStore;
  beforeAll(async () => {
    analysis = await analysed(folder, policies);
    store = await storeAsked(analysis.documents);
  });
  afterAll(() => store.discard());

  const found = (section: string): readonly unknown[] =>
    analysis.findings.filter((finding) => at(finding, 'section') === section);
  const total = (field: string): number => number(at(found('still-denied')[0], field)) ?? Number.NaN;

  test('the same conversations would still be denied, by the same policies, as often', async () => {
    const rows = await store.rows('still-denied');
    expect(cutOff(rows.filter(({ now }) => now === 'denied'))).toEqual(
      new Map(found('still-denied').slice(1).map(cutOffOfFinding)),
    );
    for (const [state, count] of Object.entries(now))
      expect([state, counted(rows, state)]).toEqual([state, count]);
    expect([now.denied, now.allowed]).toEqual([total('count'), total('allowed_now')]);
    expect([counted(rows, 'unknown'), total('unknown_now')]).toEqual([0, 0]);
    expect(counted(rows, 'enforced')).toBe(total('enforced_by_now'));
  });

  test('the same changes opened something, and the same of them gave back what another had broken', async () => {
    const rows = await store.rows('opened-by-change');
    const told = found('opened').slice(1);
    expect(rows).toHaveLength(told.length);
    expect(new Set(rows.map((row) => row['change.id']))).toEqual(new Set(told.map(changeId)));
    const mending = new Set(
      found('broken')
        .slice(1)
        .map((finding) => text(at(finding, 'ended_by.change_id'))),
    );
    expect(new Set(rows.filter((row) => row['mends'] !== null).map((row) => row['change.id']))).toEqual(
      new Set(told.map(changeId).filter((id) => mending.has(id))),
    );
  });
});

function changeId(finding: unknown): string {
  return text(at(finding, 'change.id'));
}

function counted(rows: readonly Row[], now: string): number {
  return rows.filter((row) => row['now'] === now).reduce((sum, row) => sum + Number(row['count']), 0);
}

interface CutOff {
  readonly count: number;
  readonly by: readonly string[];
}

function cutOff(rows: readonly Row[]): ReadonlyMap<string, CutOff> {
  const talks = Map.groupBy(
    rows,
    (row) => `${String(row['source'])} ${String(row['destination'])} ${String(row['service'])}`,
  );
  return new Map(
    [...talks].map(([talk, same]) => [
      talk,
      {
        count: same.reduce((sum, row) => sum + Number(row['count']), 0),
        by: [...new Set(same.flatMap((row) => texts(row['policy.denying'])))].toSorted(),
      },
    ]),
  );
}

function cutOffOfFinding(finding: unknown): [string, CutOff] {
  const denials: unknown = at(finding, 'denials');
  const by = (Array.isArray(denials) ? denials : []).flatMap((denial: unknown) =>
    field(denial, 'verdict.reason') === 'default-deny'
      ? texts(field(denial, 'policy.isolating'))
      : texts(field(denial, 'policy.deciding')).map(policyOfRule),
  );
  return [
    talkOfFinding(finding),
    { count: number(at(finding, 'count')) ?? Number.NaN, by: [...new Set(by)].toSorted() },
  ];
}

/** Both directions of a conversation are one finding. */
function talkOfFinding(finding: unknown): string {
  const end = (name: string): string => {
    const said = (field: string): string => text(at(finding, `${name}.${field}`));
    const [inside, outside] = [`${said('namespace')}/${said('workload')}`, `${said('entity')} ${said('ip')}`];
    return said('namespace') === '' ? outside : inside;
  };
  const isEgress = text(at(finding, 'network.direction')) === 'egress';
  const ends = isEgress ? [end('subject'), end('peer')] : [end('peer'), end('subject')];
  const port = number(at(finding, 'destination.port')) ?? 0;
  const transport = text(at(finding, 'network.transport'));
  return [...ends, port === 0 ? transport : `${transport} ${port}`].join(' ');
}
