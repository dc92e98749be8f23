// The report as a text: what it says, what it may do, and that nothing out of a log can become part of it.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chosenChanges, chosenFlows } from '../../../src/report/page/choose.ts';
import { EVERYTHING, parseView } from '../../../src/report/page/view.ts';
import { renderSummary } from '../../../src/report/terminal/summary.ts';
import { MORNING, MORNING_FINDINGS } from '../terminal/morning.ts';
import { HOSTILE, hostileFindings, hostileScene } from './hostile.ts';
import { dataOf, inputOf, pageOf, SCRIPTS } from './pageOf.ts';

const page = await pageOf(MORNING, MORNING_FINDINGS);

/** What a reader sees of the plain HTML, tags taken out. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script)\b.*?<\/\1>/gs, '')
    .replace(/<\/?a\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');
}

function answerOf(html: string): string {
  return /<section id="answer".*?<\/section>/s.exec(html)?.[0] ?? '';
}

/** Those that hold a figure: below the titles of the cards, and below their rows. */
function lines(answer: string): readonly string[] {
  return [...answer.matchAll(/<p class="(?:figure|rest)">(.*?)<\/p>/gs)].map(([, line = '']) => line);
}

describe('the report', () => {
  it('gives the figures of the terminal, in its words', async () => {
    const { summary, findings } = await inputOf(MORNING, MORNING_FINDINGS);
    const terminal = renderSummary(summary, findings, { columns: 100, colour: false });
    const figures = [
      ...terminal.matchAll(/^(?:STILL DENIED|BROKEN|OPENED|NOT AS|NOT IN FORCE|CHANGED).*? {2,}(\S.*)$/gm),
    ];
    expect(figures).toHaveLength(6);
    for (const [, figure = ''] of figures)
      expect(textOf(page)).toContain(figure.replace(/^(\S+)/, '$1').trim());
  });

  it('leads from every figure of the answer to as many verdicts, or changes', () => {
    const data = dataOf(page);
    const count = (hash: string): number => {
      const view = parseView(hash.replaceAll('&amp;', '&'));
      return view.show === 'changes'
        ? chosenChanges(data, view).length
        : chosenFlows(data, view).reduce((sum, { count }) => sum + count, 0);
    };
    // What audit mode let pass is not of this store: test/browser/report.test.ts follows those figures.
    const told = answerOf(page).replace(/<article class="card" id="card-still-denied">.*?<\/article>/s, '');
    const linked = lines(told).flatMap((line) =>
      [...line.matchAll(/<a href="#([^"]*)">(.*?)<\/a>/g)].map(([, hash = '', text = '']) => [
        textOf(text).trim(),
        count(hash),
      ]),
    );
    expect(linked).toEqual([
      ['2 changes, 138 denials; 1 still broken', 138],
      ['2 changes, 53 newly allowed; 1 mended a break', 53],
      ['20 verdicts of 1 workload', 20],
      ['1 change', 1],
      ['1 refused', 1],
      ['3 verdicts undecided', 3],
      ['6 verdicts', 6],
    ]);
  });

  it('has no figure in the answer that leads nowhere', () => {
    const bare = answerOf(page).replace(/<a\b.*?<\/a>/gs, '');
    expect(bare).not.toMatch(/\d×/);
    // A policy that is not in force has neither flows nor changes.
    expect(
      lines(bare)
        .map(textOf)
        .filter((line) => /\d/.test(line)),
    ).toEqual([' 1 policy', '; 0 not reverted']);
  });

  it('counts every verdict once, by conversation and over time', () => {
    const { flows } = dataOf(page);
    const total = flows.reduce((sum, { count }) => sum + count, 0);
    expect(total).toBe(flows.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0));
    expect(textOf(page)).toContain(`${total.toLocaleString('en-US')} verdicts`);
  });

  it('still counts every verdict when it can hold only a few conversations', async () => {
    const { groups } = await inputOf(MORNING, MORNING_FINDINGS, 3);
    const whole = dataOf(page).flows.reduce((sum, { count }) => sum + count, 0);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(whole);
    expect(new Set(groups.map(({ detail }) => detail))).toEqual(new Set(['whole', 'namespaces', 'rest']));
  });

  it('names each change with what it did', () => {
    const { changes } = dataOf(page);
    expect(changes.find(({ id }) => id === 'break')).toMatchObject({
      who: 'alice',
      deed: 'patched',
      effects: [{ word: 'broke', count: 47, state: 'MENDED 09:25:00', by: 'alice' }],
    });
  });

  it('says why a change shows no difference', () => {
    const { changes } = dataOf(page);
    for (const { diff, unsaid } of changes) expect(unsaid === '').toBe(diff.length > 0);
  });

  it('does not call open what gave back what another change had broken: it names that one', () => {
    const { changes } = dataOf(page);
    expect(changes.flatMap(({ effects }) => effects).filter(({ word }) => word === 'opened')).toMatchObject([
      { count: 12, state: 'STILL OPEN', by: '' },
      { count: 41, state: 'MENDS 09:00:00', by: 'alice' },
    ]);
  });

  it('is the same text for the same input', async () => {
    expect(await pageOf(MORNING, MORNING_FINDINGS)).toBe(page);
  });
});

describe('the page may', () => {
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const sourceOf = (text: string): string =>
    `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`;

  it('run the scripts that it carries and no other', () => {
    const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text = '']) => text);
    expect(scripts).toEqual(SCRIPTS);
    expect(policy).toContain(`script-src ${scripts.map(sourceOf).join(' ')};`);
  });

  it('use the one style sheet that it carries', () => {
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    expect(policy).toContain(`style-src ${sourceOf(style)};`);
  });

  it('load nothing and make no code', () => {
    expect(policy).toMatch(/^default-src &#39;none&#39;;/);
    expect(policy).not.toContain('unsafe');
    expect(page.replace(/<script type="application\/json".*?<\/script>/s, '')).not.toMatch(
      /(?:src|href)="(?!#|data:,")/,
    );
  });
});

describe('a name from a log', () => {
  const shape = (html: string): string => [...html.matchAll(/<\/?[a-z]*/gi)].join('');

  it.each(HOSTILE)('adds no element to the page: %j', async (evil) => {
    const harmless = await pageOf(hostileScene('harmless'), hostileFindings('harmless'));
    const hostile = await pageOf(hostileScene(evil), hostileFindings(evil));
    expect(hostile.match(/<script/gi)).toHaveLength(SCRIPTS.length + 1);
    expect(shape(hostile)).toBe(shape(harmless));
    expect(hostile).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
    expect(textOf(hostile)).not.toContain('x'.repeat(200));
    expect(chosenFlows(dataOf(hostile), EVERYTHING)).toHaveLength(1);
  });
});
