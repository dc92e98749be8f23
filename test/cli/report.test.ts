// `analyze --report` as a process: the file appears whole, and its figures are those of the terminal.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenFlows } from '../../src/report/page/choose.ts';
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

/** The figures of the answer's cards, and how many verdicts each leads to. */
function figures(page: string): ReadonlyMap<string, readonly [string, number]> {
  const data = dataOf(page);
  const cards = page.matchAll(
    /id="card-([a-z-]+)">(?:<h2>[^<]*<\/h2>)<p class="figure"><a href="#([^"]*)"><b>([^<]*)<\/b>([^<]*)/gs,
  );
  return new Map(
    [...cards].map(([, card = '', hash = '', first = '', rest = '']) => {
      const flows = chosenFlows(data, parseView(hash.replaceAll('&amp;', '&')));
      return [card, [first + rest, flows.reduce((sum, { count }) => sum + count, 0)]];
    }),
  );
}

describe('analyze --report', () => {
  it('writes one page whose figures are the printed ones, each leading to so many verdicts', async () => {
    const { code, stdout, stderr } = await analyze(shop, 'policies.json', '--report', 'drift.html');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('report: drift.html');
    const found = figures(readFileSync(join(folder, 'drift.html'), 'utf8'));
    const leads = [...found].map(([card, [figure, count]]) => [card, figure, count]);
    expect(leads).toEqual([
      ['still-denied', '8 of 37 audited denies, 1 conversation', 8],
      ['broken', '6 changes, 39 denials; 2 still broken', 39],
      ['opened', '10 changes, 29 newly allowed; 3 mended a break', 29],
      ['misfits', '6 verdicts of 2 workloads', 6],
      ['undecided', '12 verdicts undecided', 12],
      ['propagating', '20 verdicts', 20],
    ]);
    for (const [, figure] of leads.slice(0, 4)) expect(stdout).toContain(figure);
    expect(statSync(join(folder, 'drift.html')).size).toBeLessThan(1_000_000);
  });

  it('counts the audited denies of the sample cluster as its truth does', async () => {
    await analyze(cluster, 'snapshot.json', '--report', 'cluster.html');
    const found = figures(readFileSync(join(folder, 'cluster.html'), 'utf8'));
    expect(found.get('still-denied')).toEqual(['27 of 100 audited denies, 5 conversations', 27]);
  });

  it('--redact takes the people out, and nothing of the figures', async () => {
    await analyze(shop, 'policies.json', '--report', 'redacted.html', '--redact');
    const page = readFileSync(join(folder, 'redacted.html'), 'utf8');
    expect(page.replace(/<script>.*?<\/script>/gs, '')).not.toMatch(
      /\b(?:alice|bob|carol)\b|203\.0\.113\.\d/i,
    );
    expect(figures(page).get('broken')?.[1]).toBe(39);
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
