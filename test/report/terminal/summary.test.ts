import stringWidth from 'string-width';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../../src/queries/summary.ts';
import type { Caveat, Findings } from '../../../src/report/findings.ts';
import { summaryLines } from '../../../src/report/terminal/lines.ts';
import { renderSummary } from '../../../src/report/terminal/summary.ts';
import { at, change, DENIED, rollup, causedBy, summaryOf } from '../../queries/scene.ts';
import { MORNING, MORNING_FINDINGS, NOTHING_READ } from './morning.ts';

const WIDE = { columns: 100, colour: false };
const SGR = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, 'g');

let morning: Summary;
let empty: Summary;
beforeAll(async () => {
  morning = await summaryOf(MORNING);
  empty = await summaryOf({});
});

function withCaveat(findings: Findings, code: Caveat['code']): Findings {
  return { ...findings, caveats: [{ code, message: 'what cannot be told', remedy: 'what mends it' }] };
}

function answerTo(title: string, text: string): string {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => line.startsWith(title));
  return `${lines[index] ?? ''} ${lines[index + 1] ?? ''}`;
}

describe('the summary of a morning', () => {
  it('reads so at 100 columns', async () => {
    const text = renderSummary(morning, MORNING_FINDINGS, WIDE);
    await expect(text).toMatchFileSnapshot('golden/morning-100.txt');
  });

  it('reads so at 60 columns', async () => {
    const text = renderSummary(morning, MORNING_FINDINGS, { columns: 60, colour: false });
    await expect(text).toMatchFileSnapshot('golden/morning-60.txt');
  });

  it('says the same with colour as without', () => {
    const coloured = renderSummary(morning, MORNING_FINDINGS, { columns: 100, colour: true });
    expect(coloured).toMatch(SGR);
    expect(coloured.replace(SGR, '')).toBe(renderSummary(morning, MORNING_FINDINGS, WIDE));
  });

  it('never leaves the screen, whatever its width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 140 }), (columns) => {
        const text = renderSummary(morning, MORNING_FINDINGS, { columns, colour: false });
        for (const line of text.split('\n'))
          expect(stringWidth(line)).toBeLessThanOrEqual(Math.min(100, columns));
      }),
    );
  });
});

describe('STILL DENIED', () => {
  it('counts both ends of a conversation that one end denies, and nobody who is enforced by now', () => {
    const text = renderSummary(morning, MORNING_FINDINGS, WIDE);
    expect(answerTo('STILL DENIED', text)).toContain('6 of 73 audited denies, 1 conversation');
    expect(text).toContain('67 more audited: 66 of workloads that are enforced by now and 1 that');
  });

  it('is no "none" while some are undecided', () => {
    const [row] = MORNING_FINDINGS.auditedNow;
    if (row === undefined) throw new Error('nothing audited');
    const findings = { ...MORNING_FINDINGS, auditedNow: [{ ...row, declaredNow: 'unknown' as const }] };
    const text = renderSummary(morning, findings, WIDE);
    expect(answerTo('STILL DENIED', text)).toContain('CANNOT TELL: 4 of 4 audited denies undecided');
  });
});

describe('an empty answer', () => {
  const read = (): Findings => ({ ...MORNING_FINDINGS, caveats: [], auditedNow: [] });

  it('is "none" where it was checked', async () => {
    const quiet = await summaryOf({ rollups: [rollup('8:00')] });
    const text = renderSummary(quiet, read(), WIDE);
    for (const title of ['STILL DENIED', 'BROKEN', 'OPENED', 'NOT AS', 'NOT IN FORCE', 'CHANGED BY HAND'])
      expect(answerTo(title, text)).toMatch(/^\S.* none\b/);
  });

  it.each([
    ['OPENED', 'no-forwarded-flows'],
    ['BROKEN', 'no-audit-log'],
    ['CHANGED BY HAND', 'no-audit-log'],
    ['NOT AS', 'no-snapshot'],
    ['BROKEN', 'clusters-do-not-meet'],
  ] as const)('of %s is CANNOT TELL with caveat %s', async (title, code) => {
    const quiet = await summaryOf({ rollups: [rollup('8:00')] });
    expect(answerTo(title, renderSummary(quiet, withCaveat(read(), code), WIDE))).toContain('CANNOT TELL: ');
  });

  it('says what weakens it', async () => {
    const quiet = await summaryOf({ rollups: [rollup('8:00')] });
    const text = renderSummary(quiet, withCaveat(read(), 'lost-events'), WIDE);
    expect(answerTo('BROKEN', text)).toContain('none seen, but Hubble lost events');
  });

  it('is CANNOT TELL for everything about flows when no verdict was read', () => {
    const text = renderSummary(empty, NOTHING_READ, WIDE);
    for (const title of ['STILL DENIED', 'BROKEN', 'OPENED', 'NOT AS'])
      expect(answerTo(title, text)).toContain('CANNOT TELL: no policy verdicts were read');
    expect(answerTo('NOT IN FORCE', text)).toContain('CANNOT TELL');
  });
});

it('nothing is called still broken where the flows hold denials only', () => {
  const text = renderSummary(morning, withCaveat(MORNING_FINDINGS, 'no-forwarded-flows'), WIDE);
  expect(text).not.toContain('STILL BROKEN');
  expect(answerTo('BROKEN', text)).toContain('not the whole answer: the flows hold no allowed traffic');
});

it('caveats stand before every answer, each with what mends it', () => {
  const lines = renderSummary(empty, withCaveat(NOTHING_READ, 'no-audit-log'), WIDE).split('\n');
  expect(lines.slice(1, 3)).toEqual(['! what cannot be told', '  → what mends it']);
});

describe('names from the logs', () => {
  const EVIL = 'x\u001b[2J\u001b]0;pwned\u0007\r\n\u202Etxt.exe\u200B\u0085\u2028';

  it('cannot move the cursor, forge a line or turn the text around', async () => {
    const fields = {
      'subject.namespace': EVIL,
      'subject.workload': EVIL,
      'peer.workload': EVIL,
      'network.transport': EVIL,
      'policy.reported': [EVIL],
      'policy.isolating': [`NetworkPolicy/${EVIL}/${EVIL}`],
    };
    const summary = await summaryOf({
      rollups: [
        rollup('9:01', { ...DENIED, ...causedBy('break', '9:00', 'denied-by-change'), ...fields }),
        rollup('9:02', { ...fields, drift: ['unknown-policy', 'not-enforced'] }),
        rollup('9:03', { ...DENIED, 'verdict.observed': 'audited', ...fields }),
      ],
      changes: [
        change('break', '9:00', {
          'actor.user': EVIL,
          'actor.impersonator': EVIL,
          'change.verb': EVIL,
          'policy.ref': EVIL,
          'policy.managed_by': EVIL,
          'change.cause': EVIL,
          'change.diff': [EVIL],
          'change.spec_before': { a: 1 },
          'change.spec_after': { a: 2 },
          drift: ['manual-change'],
        }),
      ],
      policies: [{ 'policy.ref': EVIL, 'policy.problem': EVIL, drift: ['not-in-force'] }],
      feeds: [
        {
          'feed.name': 'flows',
          'observer.name': EVIL,
          'feed.from': at('9:00'),
          'feed.count_kind': 'lost',
          count: 1,
        },
      ],
    });
    const findings: Findings = {
      ...MORNING_FINDINGS,
      clusters: [EVIL],
      caveats: [{ code: 'stopped', message: EVIL, remedy: EVIL }],
      auditedNow: MORNING_FINDINGS.auditedNow.map((row) => ({
        ...row,
        subjectWorkload: EVIL,
        peerEntity: EVIL,
      })),
      monitor: [{ words: EVIL, policyName: EVIL, count: 1 }],
      kept: { store: EVIL, documents: EVIL, rejects: EVIL, report: EVIL },
    };
    const text = renderSummary(summary, findings, WIDE);
    expect(text).toContain('\\x1b[2J');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.split('\n').filter((line) => line.startsWith('txt.exe'))).toEqual([]);
  });

  it('of double width keep the columns and the screen', async () => {
    const wide = {
      'subject.namespace': '測試環境',
      'subject.workload': '資料庫服務器',
      drift: ['not-enforced'],
    };
    const summary = await summaryOf({
      rollups: [rollup('9:00', wide), rollup('9:01', { drift: ['not-enforced'] })],
    });
    const lines = renderSummary(summary, MORNING_FINDINGS, WIDE).split('\n');
    const columns = lines
      .filter((line) => line.includes('lets denied'))
      .map((line) => stringWidth(line.slice(0, line.indexOf('lets denied'))));
    expect(columns).toHaveLength(2);
    expect(new Set(columns).size).toBe(1);
  });
});

it('each row names its cluster where there are several', async () => {
  const drift = ['not-enforced'];
  const summary = await summaryOf({
    rollups: [rollup('9:00', { drift }), rollup('9:01', { drift, 'orchestrator.cluster.name': 'prod-us1' })],
  });
  const findings = { ...MORNING_FINDINGS, clusters: ['prod-eu1', 'prod-us1'] };
  const text = renderSummary(summary, findings, WIDE);
  expect(text).toMatch(/^ {2}prod-eu1: shop\/cart /m);
  expect(text).toMatch(/^ {2}prod-us1: shop\/cart /m);
});

it('5,000 workloads are five rows and a count', async () => {
  const rollups = Array.from({ length: 5_000 }, (_, index) =>
    rollup('9:00', { 'subject.workload': `worker-${index}`, drift: ['not-enforced'] }),
  );
  const text = renderSummary(await summaryOf({ rollups }), MORNING_FINDINGS, WIDE);
  expect(text).toContain('5,000 verdicts of 5,000 workloads');
  expect(text).toContain('… 4,995 more findings: --format json lists all');
  expect(text.split('\n').length).toBeLessThan(60);
});

describe('the caches of the join', () => {
  const cache = { cluster: 'prod-eu1', name: 'decisions', hits: 900, misses: 100, entries: 50 } as const;
  const textWith = (evictions: number): string =>
    renderSummary(morning, { ...MORNING_FINDINGS, caches: [{ ...cache, evictions }] }, WIDE);

  it('are no matter for a person while they are large enough', () => {
    expect(textWith(100)).toBe(renderSummary(morning, MORNING_FINDINGS, WIDE));
  });

  it('are named when forgetting makes more than a tenth of the work be done again', () => {
    expect(textWith(101)).toContain(
      '! the join was slow: more different conversations than it remembers; it forgot 101 and made 100 of',
    );
  });

  it('are always told to machines', () => {
    const findings = { ...MORNING_FINDINGS, caches: [{ ...cache, evictions: 0 }] };
    expect(summaryLines(morning, findings)).toContainEqual({
      section: 'caches',
      'orchestrator.cluster.name': 'prod-eu1',
      cache: 'decisions',
      hits: 900,
      misses: 100,
      hit_rate: 0.9,
      evictions: 0,
      entries: 50,
    });
  });
});
