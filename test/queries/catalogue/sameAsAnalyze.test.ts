// What `analyze` and the saved queries both answer, they answer alike: `analyze` evaluates policies again, saved
// queries have the documents only.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, number, text } from '../../../src/model/json.ts';
import type { Row } from '../../../src/queries/catalogue/savedQuery.ts';
import { type Analysed, analysed } from './analysedDocuments.ts';
import { type AskedStore, storeAsked } from './storeAsked.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe.each([
  ['the example', join(ROOT, 'examples', 'shop'), 'policies.json', { denied: 8, unknown: 4, allowed: 3 }],
  [
    'the lab cluster',
    join(ROOT, 'test', 'samples', 'cluster'),
    'snapshot.json',
    { denied: 8, unknown: 19, allowed: 7 },
  ],
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

  test('nothing else is called denied, and what is denied is at least unknown', async () => {
    const rows = await store.rows('still-denied');
    const denied = talks(rows.filter(({ now }) => now === 'denied'));
    const undecided = talks(rows.filter(({ now }) => now === 'unknown'));
    const told = new Set(found('still-denied').slice(1).map(talkOfFinding));
    expect([...denied].filter((talk) => !told.has(talk))).toEqual([]);
    expect([...told].filter((talk) => !denied.has(talk) && !undecided.has(talk))).toEqual([]);
    for (const [state, count] of Object.entries(now))
      expect([state, counted(rows, state)]).toEqual([state, count]);
    expect(now.denied + now.unknown + now.allowed).toBe(total('count') + total('allowed_now'));
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

function talks(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(
    rows.map((row) => `${String(row['source'])} ${String(row['destination'])} ${String(row['service'])}`),
  );
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
