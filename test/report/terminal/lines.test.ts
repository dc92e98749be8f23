import { beforeAll, describe, expect, it } from 'vitest';
import { field, type JsonObject } from '../../../src/model/json.ts';
import type { Summary } from '../../../src/queries/summary.ts';
import { summaryLines } from '../../../src/report/terminal/lines.ts';
import { summaryOf } from '../../queries/scene.ts';
import { MORNING, MORNING_FINDINGS, NOTHING_READ } from './morning.ts';

let morning: Summary;
beforeAll(async () => {
  morning = await summaryOf(MORNING);
});

function of(section: string, lines: readonly JsonObject[]): readonly JsonObject[] {
  return lines.filter((line) => field(line, 'section') === section);
}

describe('lines for machines', () => {
  it('say of each section whether it was answered, then its findings', () => {
    const [head, ...found] = of('broken', summaryLines(morning, MORNING_FINDINGS));
    expect(head).toEqual({ section: 'broken', answer: 'found', findings: 2, doubts: ['lost-events'] });
    expect(found).toHaveLength(2);
    expect(found.map((line) => field(line, 'policy.ref'))).toEqual([
      'CiliumNetworkPolicy/edge/block-metadata',
      'NetworkPolicy/shop/cart',
    ]);
  });

  it('tell "cannot tell" from "none"', async () => {
    const lines = summaryLines(await summaryOf({}), NOTHING_READ);
    expect(of('broken', lines)).toMatchObject([{ answer: 'cannot-tell', doubts: ['no-verdicts'] }]);
    expect(of('changed-by-hand', lines)).toMatchObject([{ answer: 'none' }]);
  });

  it('count the audited denies so that the parts make the whole', () => {
    const [head] = of('still-denied', summaryLines(morning, MORNING_FINDINGS));
    expect(head).toMatchObject({
      count: 6,
      audited: 73,
      allowed_now: 1,
      enforced_by_now: 66,
      unknown_now: 0,
    });
  });

  it('hold times in RFC 3339 and no value that JSON cannot keep', () => {
    const lines = summaryLines(morning, MORNING_FINDINGS);
    expect(of('totals', lines)).toMatchObject([{ from: '2026-11-02T08:00:00.000000Z', verdicts: 1_124 }]);
    for (const line of lines) expect(JSON.parse(JSON.stringify(line))).toEqual(withoutUndefined(line));
  });
});

function withoutUndefined(line: JsonObject): JsonObject {
  return structuredClone(line);
}
