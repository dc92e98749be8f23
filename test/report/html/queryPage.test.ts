// The answer of a saved query as a page: what it says, what it may do, what it gives away, and that nothing out of a
// log can become part of it.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, queryNamed } from '../../../src/queries/catalogue/catalogue.ts';
import type { Row, Table } from '../../../src/queries/catalogue/savedQuery.ts';
import { type AnswerInput, queryPage } from '../../../src/report/html/queryPage.ts';
import { ANSWER_KEYS } from '../../../src/report/html/queryRedaction.ts';
import { parametersOf } from '../../queries/catalogue/someParameters.ts';
import { HOSTILE, hostileAnswer } from './hostile.ts';

const SCRIPTS = ['globalThis.ran = 1;'];

function inputOf(name: string, rows: readonly Row[], more: Partial<AnswerInput> = {}): AnswerInput {
  const query = queryNamed(name);
  if (query === undefined) throw new Error(`no query ${name}`);
  const { columns, caveats } = query;
  const table: Table = { query: name, columns, rows, cut: false, caveats };
  const command = ['netpol-drift', 'query', name, '--store', 'drift.duckdb', '--report', 'page.html'];
  return { query, table, parameters: parametersOf(query), limit: 0, store: 'drift.duckdb', command, ...more };
}

function pageOf(input: AnswerInput, redact = false): string {
  return queryPage(input, { scripts: SCRIPTS }, { redact });
}

/** What a reader sees, tags taken out. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script)\b.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\u00a0]+/g, ' ');
}

const CHANGE: Row = {
  'change.at': Date.parse('2026-11-02T09:00:00Z'),
  'orchestrator.cluster.name': 'prod-eu1',
  'policy.ref': 'NetworkPolicy/shop/cart',
  'actor.user': 'alice@example.com',
  'change.verb': 'patch',
  'change.cause': 'alice asked, see 203.0.113.9',
  'change.diff': ['spec.port: 8080 → 8081', 'spec.by: (none) → alice'],
  manual: true,
};

describe('the page of a query', () => {
  const text = textOf(pageOf(inputOf('changes', [CHANGE])));

  it('begins with the question and its scope', () => {
    expect(text).toContain('1 row · prod-eu1 · 2026-11-02 · UTC');
    const query = queryNamed('changes');
    for (const said of [query?.title, ...(query?.caveats ?? [])]) expect(text).toContain(said);
  });

  it('says how it was asked, to the command', () => {
    expect(text).toContain('as of 2026-11-02 12:00:00 UTC');
    expect(text).toContain('cluster all');
    expect(text).toContain('netpol-drift query changes --store drift.duckdb --report page.html');
    const spikes = textOf(pageOf(inputOf('audited-deny-spikes', [])));
    expect(spikes).toContain('min-count 20');
    expect(spikes).toContain(' none ');
  });

  it('says of an empty answer what speaks against it', () => {
    const input = inputOf('changes', []);
    const caveats = ['No document names namespace shpo: is it spelt so?'];
    expect(textOf(pageOf({ ...input, table: { ...input.table, caveats } }))).toContain(caveats[0]);
  });

  it('shows what a policy said before and after', () => {
    expect(pageOf(inputOf('changes', [CHANGE]))).toContain(
      '<span>spec.port</span><del class="before">8080</del><ins class="after">8081</ins>',
    );
  });

  it('says that rows are missing: cut by the store, or left out for the limit', () => {
    const input = inputOf('changes', [CHANGE, CHANGE, CHANGE]);
    expect(textOf(pageOf({ ...input, table: { ...input.table, cut: true } }))).toContain('! CUT');
    const short = textOf(pageOf({ ...input, limit: 1 }));
    expect(short).toContain('! 2 more rows not on this page: --limit 0 puts all on it');
    expect(textOf(pageOf(input))).not.toMatch(/ ! /);
  });

  it('may run its own script, use its own style, and nothing else', () => {
    const page = pageOf(inputOf('changes', [CHANGE]));
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = createHash('sha256')
      .update(SCRIPTS[0] ?? '')
      .digest('base64');
    expect(policy).toMatch(/^default-src &#39;none&#39;;/);
    expect(policy).toContain(`script-src &#39;sha256-${hash}&#39;;`);
    expect(policy).not.toContain('unsafe');
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:,")/);
  });
});

describe('a redacted page', () => {
  it('replaces people wherever they stand, and addresses of outside ends', () => {
    const page = pageOf(inputOf('changes', [CHANGE]), true);
    expect(page).not.toMatch(/alice|203\.0\.113/);
    expect(textOf(page)).toContain('user-1 asked, see external-1');
    expect(textOf(page)).toContain('NP shop/cart');
    const outside = { source: 'world 10.9.8.7', destination: 'shop/web', drift: 'not-enforced', count: 1 };
    expect(textOf(pageOf(inputOf('contradictions', [outside]), true))).toContain('world external-1 shop/web');
  });

  it('has a decision on every column that holds texts: a new one may name somebody', () => {
    const { names, words, addresses } = ANSWER_KEYS;
    const texts = CATALOGUE.flatMap(({ columns }) => columns)
      .filter(({ type }) => type === 'text' || type === 'list')
      .map(({ name }) => name)
      .filter((name) => !names.has(name) && !words.has(name) && !addresses.has(name));
    expect([...new Set(texts)].toSorted()).toEqual(SEARCHED);
  });
});

/** Names of things that stay, and free texts: both are searched for the people and addresses of the answer. */
const SEARCHED = [
  'change.cause',
  'change.code',
  'change.diff',
  'change.message',
  'changed',
  'detail',
  'feed.source',
  'hint',
  'meaning',
  'observer.name',
  'orchestrator.cluster.name',
  'policy.denying',
  'policy.isolating',
  'policy.manifest',
  'policy.manifest_diff',
  'policy.problem',
  'policy.ref',
  'policy.reported',
  'policy.responsible',
  'rule',
  'service',
  'why',
  'workload',
];

describe('a name from a log', () => {
  const shape = (html: string): string => [...html.matchAll(/<\/?[a-z]*/gi)].join('');

  const hostile = (name: string, evil: string): string => pageOf(hostileAnswer(name, evil));

  it.each(HOSTILE)('adds no element to the page: %j', (evil) => {
    for (const { name } of CATALOGUE) {
      const page = hostile(name, evil);
      expect([name, shape(page)]).toEqual([name, shape(hostile(name, 'harmless'))]);
      expect(page).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
      expect(textOf(page)).not.toContain('x'.repeat(200));
    }
  });
});
