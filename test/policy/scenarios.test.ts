// Every rule of the policy semantics as one readable scenario (scenarios/README.md).
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/policy/decide.ts';
import { explain } from '../../src/policy/explain.ts';
import { scenarios } from './scenario.ts';

const all = scenarios();

describe.each([...new Set(all.map(({ file }) => file))])('%s', (file) => {
  for (const scenario of all.filter((one) => one.file === file))
    test(scenario.rule, () => {
      const problems = scenario.parsed.flatMap((parsed) =>
        parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path} ${message}`),
      );
      expect(problems).toEqual(scenario.invalid);
      for (const { title, question, expected } of scenario.flows) {
        const selections = scenario.selections(question);
        const decision = decide(selections, question, scenario.context);
        const explained = explain(selections, question, scenario.context).map(({ text }) => text);
        expect.soft({ ...decision, explained }, title).toMatchObject(expected);
      }
    });
});

test('no two scenarios stand for the same rule', () => {
  expect(new Set(all.map(({ rule }) => rule)).size).toBe(all.length);
});
