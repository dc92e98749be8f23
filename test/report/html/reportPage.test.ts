// The report as a text: what it says, what it may do, and that nothing out of a log can become part of it.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chosenFlows } from '../../../src/report/page/choose.ts';
import { EVERYTHING, parseView } from '../../../src/report/page/view.ts';
import { renderSummary } from '../../../src/report/terminal/summary.ts';
import { at, causedBy, change, DENIED, rollup, type Scene } from '../../queries/scene.ts';
import { MORNING, MORNING_FINDINGS } from '../terminal/morning.ts';
import { dataOf, inputOf, pageOf, SCRIPTS } from './pageOf.ts';

const page = await pageOf(MORNING, MORNING_FINDINGS);

/** What a reader sees of the plain HTML, tags taken out. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script)\b.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');
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

  it('leads from every figure of the answer to as many verdicts', () => {
    const data = dataOf(page);
    const linked = [...page.matchAll(/<a href="#([^"]*)"><b>([\d,]+)<\/b>/g)];
    const counts = linked.map(([, hash = '']) => {
      const view = parseView(hash.replaceAll('&amp;', '&'));
      return chosenFlows(data, view).reduce((sum, { count }) => sum + count, 0);
    });
    // Still denied (of which the store holds the verdicts of one end), broken by 2 changes, opened by 2, not as
    // declared, undecided, propagating.
    expect(linked.map(([, , figure]) => figure)).toEqual(['6', '2', '2', '20', '3', '6']);
    expect(counts).toEqual([4, 138, 53, 20, 3, 6]);
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

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  `"'><svg onload=alert(1)>`,
  '__proto__',
  'constructor',
  '<!--<script>',
  '\u202etxt.exe',
  '\u2028\u2029\u0000\u001b[2J',
  'x'.repeat(10_240),
  '${alert(1)}{{7*7}}',
];

function hostileScene(evil: string): Scene {
  return {
    rollups: [
      rollup('9:00', {
        ...DENIED,
        ...causedBy('break', '9:00', 'denied-by-change', evil),
        'orchestrator.cluster.name': evil,
        'subject.namespace': evil,
        'subject.workload': evil,
        'peer.namespace': '',
        'peer.workload': '',
        'peer.entity': evil,
        'peer.ip': evil,
        'network.transport': evil,
        'policy.isolating': [evil, `NetworkPolicy/${evil}/${evil}`],
      }),
    ],
    changes: [
      change('break', '9:00', {
        'policy.ref': evil,
        'actor.user': evil,
        'actor.manager': evil,
        'actor.kind': evil,
        'change.verb': evil,
        'change.cause': evil,
        'change.diff': [evil, `${evil}: ${evil} → ${evil}`],
        'change.message': evil,
        'change.outcome': 'failure',
        'user_agent.original': evil,
        'source.ip': [evil],
        drift: ['manual-change'],
      }),
    ],
    policies: [{ 'policy.ref': evil, 'policy.problem': evil, drift: ['not-in-force'] }],
    feeds: [
      {
        'feed.name': evil,
        'observer.name': evil,
        'feed.from': at('9:00'),
        'feed.count_kind': 'lost',
        count: 1,
      },
    ],
  };
}

describe('a name from a log', () => {
  const shape = (html: string): string => [...html.matchAll(/<\/?[a-z]*/gi)].join('');

  it.each(HOSTILE)('adds no element to the page: %j', async (evil) => {
    const findings = {
      ...MORNING_FINDINGS,
      clusters: [evil],
      monitor: [{ words: evil, policyName: evil, count: 1 }],
    };
    const harmless = await pageOf(hostileScene('harmless'), {
      ...findings,
      clusters: ['harmless'],
      monitor: [{ words: 'harmless', policyName: 'harmless', count: 1 }],
    });
    const hostile = await pageOf(hostileScene(evil), findings);
    expect(hostile.match(/<script/gi)).toHaveLength(SCRIPTS.length + 1);
    expect(shape(hostile)).toBe(shape(harmless));
    expect(hostile).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
    expect(textOf(hostile)).not.toContain('x'.repeat(200));
    expect(chosenFlows(dataOf(hostile), EVERYTHING)).toHaveLength(1);
  });
});
