import { describe, expect, test } from 'vitest';
import { createAuditCoverage } from '../../../src/workers/normalise/auditCoverage.ts';
import { createAuditMarks, watermarkKey } from '../../../src/workers/normalise/watermarks.ts';

const AT = { topic: 'k8s.audit', partition: 2 };
const ORIGIN = { source: 'k8s.audit', partition: 2, offset: 9, index: 1_000_000 };
const SECOND = 1_000_000;

describe('a watermark', () => {
  test('is the highest stage time less the disorder, for each cluster, and names the policy offset', () => {
    const marks = createAuditMarks(AT, 35_000);
    marks.see('prod', 100 * SECOND);
    marks.see('prod', 90 * SECOND);
    marks.see('test', 50 * SECOND);
    const risen = marks.risen(17, 9);
    expect(risen.map(({ cluster, body }) => [cluster, body.completeUntil])).toEqual([
      ['prod', 65 * SECOND],
      ['test', 15 * SECOND],
    ]);
    expect(risen[0]?.body).toMatchObject({ auditSource: 'k8s.audit/2', policyOffset: 17, assumed: false });
    expect(risen.map(watermarkKey)).toEqual(['prod\nk8s.audit/2', 'test\nk8s.audit/2']);
  });

  test('is told again only when it has risen', () => {
    const marks = createAuditMarks(AT, 0);
    marks.see('prod', 100);
    expect(marks.risen(0, 0)).toHaveLength(1);
    marks.see('prod', 100);
    expect(marks.risen(0, 0)).toEqual([]);
    marks.see('prod', 101);
    expect(marks.risen(0, 0)).toHaveLength(1);
  });

  test('of an idle partition is the time of the clock, names no cluster, and is assumed', () => {
    const { cluster, body } = createAuditMarks(AT, 35_000).idle(17, 9, 100_000);
    expect([cluster, body]).toEqual([
      '',
      {
        kind: 'Watermark',
        auditSource: 'k8s.audit/2',
        completeUntil: 65 * SECOND,
        policyOffset: 17,
        assumed: true,
      },
    ]);
  });

  test('is not told of a cluster that nobody named', () => {
    const marks = createAuditMarks(AT, 0);
    marks.see('', 100);
    expect(marks.risen(0, 0)).toEqual([]);
  });
});

describe('the reach of an audit log', () => {
  const MINUTE_MS = 60_000;

  test('is told at once for a cluster that is new, then once an interval if it has grown', () => {
    const coverage = createAuditCoverage(10 * MINUTE_MS);
    coverage.see('prod', 100);
    expect(reaches(coverage.due(0, ORIGIN))).toEqual([['prod', 100, 100]]);
    coverage.see('prod', 200);
    coverage.see('test', 150);
    expect(reaches(coverage.due(MINUTE_MS, ORIGIN))).toEqual([['test', 150, 150]]);
    expect(reaches(coverage.due(10 * MINUTE_MS, ORIGIN))).toEqual([['prod', 100, 200]]);
    expect(coverage.due(30 * MINUTE_MS, ORIGIN)).toEqual([]);
  });

  test('is told whole at the end, without waiting', () => {
    const coverage = createAuditCoverage(10 * MINUTE_MS);
    coverage.see('prod', 100);
    coverage.due(0, ORIGIN);
    coverage.see('prod', 50);
    coverage.see('prod', 200);
    expect(reaches(coverage.rest(ORIGIN))).toEqual([['prod', 50, 200]]);
    expect(coverage.rest(ORIGIN)).toEqual([]);
  });

  function reaches(statuses: ReturnType<ReturnType<typeof createAuditCoverage>['rest']>) {
    return statuses.map(({ cluster, body }) => [cluster, body.from, body.until]);
  }
});
