// Records without a time belong to no time: not to 1970, as their documents say for want of another.
import { expect, test } from 'vitest';
import type { FieldValue } from '../../src/documents/document.ts';
import { parseMicros } from '../../src/model/time.ts';
import { REPORTERS } from '../../src/queries/coverage.ts';
import { AUDIT_RANGES } from '../../src/queries/history.ts';
import { asking, at } from './scene.ts';

const EPOCH = '1970-01-01T00:00:00.000000Z';

function feed(
  name: string,
  kind: string,
  [from, until]: readonly [string, string],
): Readonly<Record<string, FieldValue>> {
  return {
    '@timestamp': from,
    'orchestrator.cluster.name': 'prod-eu1',
    'feed.name': name,
    'observer.name': 'node-1',
    'feed.from': from,
    'feed.until': until,
    'feed.count_kind': kind,
    count: 5,
  };
}

const MORNING = [at('8:00'), at('9:00')] as const;
const NO_TIME = [EPOCH, EPOCH] as const;
const [FROM, UNTIL] = MORNING.map((time) => parseMicros(time));

test('an audit log with lines that could not be read begins with the first that tells a time', async () => {
  const feeds = [feed('audit', 'change', MORNING), feed('audit', 'rejected:not-json', NO_TIME)];
  const ranges = await asking({ feeds }, async (ask) => AUDIT_RANGES.read(await ask(AUDIT_RANGES.sql)));
  expect(ranges).toEqual([{ cluster: 'prod-eu1', from: FROM, until: UNTIL }]);
});

test('an audit log of which nothing tells a time covers none', async () => {
  const feeds = [feed('audit', 'rejected:not-json', NO_TIME)];
  expect(await asking({ feeds }, async (ask) => AUDIT_RANGES.read(await ask(AUDIT_RANGES.sql)))).toEqual([]);
});

test('losses without a time count, and widen no span', async () => {
  const reporters = (feeds: readonly ReturnType<typeof feed>[]) =>
    asking({ feeds }, async (ask) => REPORTERS.read(await ask(REPORTERS.sql)));
  const timeless = feed('flows', 'lost', NO_TIME);
  expect(await reporters([feed('flows', 'lost', MORNING), timeless])).toMatchObject([
    { lost: 10, gaps: 2, lostFrom: FROM, lostUntil: UNTIL },
  ]);
  expect(await reporters([timeless])).toMatchObject([{ lost: 5, lostFrom: null, lostUntil: null }]);
});
