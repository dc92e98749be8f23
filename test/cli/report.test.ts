// `analyze --report` as a process: the file appears whole, and its figures are those of the terminal.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenChanges, chosenFlows } from '../../src/report/page/choose.ts';
import { parseView } from '../../src/report/page/view.ts';
import { dataOf } from '../report/html/pageOf.ts';
import { SAMPLES } from '../support/cluster.ts';
import { type Ended, makeFolder, removeFolder, run } from '../support/command.ts';

const shop = fileURLToPath(new URL('../../examples/shop/', import.meta.url));
const cluster = fileURLToPath(new URL('cluster/', SAMPLES));

let folder = '';
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => removeFolder(folder));

function analyze(logs: string, policies: string, ...more: readonly string[]): Promise<Ended> {
  const inputs = ['--flows', join(logs, 'flows.ndjson'), '--audit', join(logs, 'audit.ndjson')];
  return run(['analyze', ...inputs, '--policies', join(logs, policies), ...more], folder);
}

interface Lines {
  /** The line below the title, and those below the rows. */
  readonly lines: readonly string[];
  /** How many verdicts, or changes, each link in them leads to. */
  readonly links: readonly (readonly [text: string, count: number])[];
}

/** Of the answer's cards that found anything. */
function figures(page: string): ReadonlyMap<string, Lines> {
  const data = dataOf(page);
  const plain = (html: string): string =>
    html
      .replace(/<[^>]*>/g, '')
      .replaceAll('&#39;', "'")
      .replaceAll('\u00a0', ' ');
  const leadsTo = (hash: string): number => {
    const view = parseView(hash.replaceAll('&amp;', '&'));
    if (view.show === 'changes') return chosenChanges(data, view).length;
    return chosenFlows(data, view).reduce((sum, { count }) => sum + count, 0);
  };
  const cards = page.matchAll(/id="card-([a-z-]+)">(.*?)<\/article>/gs);
  return new Map(
    [...cards].flatMap(([, card = '', html = '']) => {
      const lines = [...html.matchAll(/<p class="(?:figure|rest)">(.*?)<\/p>/gs)].map(
        ([, line = '']) => line,
      );
      const links = lines.flatMap((line) =>
        [...line.matchAll(/<a href="#([^"]*)">(.*?)<\/a>/gs)].map(
          ([, hash = '', text = '']) => [plain(text), leadsTo(hash)] as const,
        ),
      );
      return links.length === 0 ? [] : [[card, { lines: lines.map(plain), links }] as const];
    }),
  );
}

describe('analyze --report', () => {
  it('writes one page whose figures are the printed ones, each leading to so many verdicts', async () => {
    const { code, stdout, stderr } = await analyze(shop, 'policies.json', '--report', 'drift.html');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('report: drift.html');
    const found = figures(readFileSync(join(folder, 'drift.html'), 'utf8'));
    expect([...found].map(([card, { links }]) => [card, ...links])).toEqual([
      [
        'still-denied',
        ['8', 8],
        ['37 audited denies', 37],
        ['1 conversation', 8],
        ['29 more audited', 29],
        ['22 of workloads that are enforced by now', 22],
        ["7 that today's policies allow", 7],
      ],
      ['broken', ['6 changes, 39 denials; 2 still broken', 39], ['… 1 more change: all flows', 39]],
      ['opened', ['10 changes, 29 newly allowed; 3 mended a break', 29], ['… 5 more changes: all flows', 29]],
      ['misfits', ['6 verdicts of 2 workloads', 6]],
      ['changed-by-hand', ['3 changes', 3], ['1 not reverted', 1], ['3 refused', 3], ['2 dry-run', 2]],
      ['undecided', ['12 verdicts undecided', 12]],
      ['propagating', ['20 verdicts', 20]],
    ]);
    for (const card of ['still-denied', 'broken', 'opened', 'misfits', 'changed-by-hand'])
      expect(stdout.replaceAll('\u00a0', ' ')).toContain(found.get(card)?.lines[0]);
    expect(statSync(join(folder, 'drift.html')).size).toBeLessThan(1_000_000);
  });

  it('counts the audited denies of the sample cluster as its truth does', async () => {
    await analyze(cluster, 'snapshot.json', '--report', 'cluster.html');
    const found = figures(readFileSync(join(folder, 'cluster.html'), 'utf8'));
    expect(found.get('still-denied')?.lines[0]).toBe('27 of 100 audited denies, 5 conversations');
    expect(found.get('still-denied')?.links).toEqual([
      ['27', 27],
      ['100 audited denies', 100],
      ['5 conversations', 27],
      ['73 more audited', 73],
      ['66 of workloads that are enforced by now', 66],
      ["7 that today's policies allow", 7],
    ]);
  });

  it('--redact takes the people out, and nothing of the figures', async () => {
    await analyze(shop, 'policies.json', '--report', 'redacted.html', '--redact');
    const page = readFileSync(join(folder, 'redacted.html'), 'utf8');
    expect(page.replace(/<script>.*?<\/script>/gs, '')).not.toMatch(
      /\b(?:alice|bob|carol)\b|203\.0\.113\.\d/i,
    );
    expect(figures(page).get('broken')?.links[0]?.[1]).toBe(39);
  });

  it.each([
    ['--redact alone', ['--redact'], 'only a report is redacted'],
    ['a report in the place of a log', ['--report', join(shop, 'flows.ndjson')], 'is read, too'],
    ['a report in the place of the store', ['--report', 'x', '--store', 'x'], 'goes there, too'],
  ])('refuses %s', async (_, options, complaint) => {
    const { code, stderr } = await analyze(shop, 'policies.json', ...options);
    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
  });

  it('leaves no half of a page behind when its folder is not there', async () => {
    const { code, stderr } = await analyze(
      shop,
      'policies.json',
      '--report',
      'nowhere/drift.html',
      '--store',
      'kept.duckdb',
    );
    expect(code).toBe(3);
    expect(stderr).toContain('nowhere/drift.html');
    expect(existsSync(join(folder, 'kept.duckdb'))).toBe(false);
  });
});
