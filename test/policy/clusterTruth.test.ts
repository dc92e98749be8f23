// The simulated cluster before its first policy change: 51 policies, and for each verdict what is true of
// it. Cilium's own engine agrees with these answers.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evaluateWorld } from '../../src/cli/evaluate/world.ts';
import { at, isObject, type JsonObject, text, texts } from '../../src/model/json.ts';

const FIRST_CHANGE = '2026-11-02T08:41:00Z';
const folder = new URL('../samples/cluster/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const object = (json: string): JsonObject => {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) throw new TypeError('a sample line must be an object');
  return value;
};
const lines = (name: string): readonly JsonObject[] => read(name).trimEnd().split('\n').map(object);

const truths = lines('truth.ndjson').filter(
  (truth) => truth['cause'] === null && text(truth['time']) < FIRST_CHANGE,
);
const flows = new Map<string, JsonObject>(
  lines('flows.ndjson')
    .filter((line) => at(line, 'flow', 'event_type', 'type') === 5)
    .map((line) => [text(at(line, 'flow', 'uuid')), line]),
);
const flowOf = (truth: JsonObject): readonly JsonObject[] => {
  const line = flows.get(text(truth['id']));
  return line === undefined ? [] : [line];
};
const snapshot = object(read('snapshot.json'));
const answer = evaluateWorld({
  id: 'cluster',
  policies: [snapshot],
  flows: truths.flatMap((truth) => flowOf(truth)),
});
const byId = new Map(answer.results.map((result) => [result.id, result]));

test('every policy of the snapshot is valid', () => {
  expect(answer.invalid).toEqual([]);
});

test('every verdict before the first change is declared as it truly is', () => {
  expect(answer.results).toHaveLength(truths.length);
  expect(truths.length).toBeGreaterThan(100);
  for (const truth of truths) {
    const result = byId.get(text(truth['id']));
    expect.soft(result).toMatchObject({
      declared: truth['declared'],
      selecting: truth['selecting'],
      deciding: truth['deciding'],
      ...(truth['settled'] === undefined ? { reason: truth['reason'] } : {}),
      ...(truth['isolating'] === undefined ? {} : { isolating: texts(truth['isolating']) }),
    });
  }
});

test('isolating policies are among the selecting ones', () => {
  for (const { isolating, selecting } of answer.results)
    expect(selecting).toEqual(expect.arrayContaining([...isolating]));
});
