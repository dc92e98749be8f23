// The dashboards as a file: what Dashboards would refuse, or show empty, is found here. Whether the questions of the
// panels have answers is asked of a real server (panels.servers.test.ts).
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { savedObjects } from '../../../src/provision/dashboards/dashboards.ts';
import { toNdjson } from '../../../src/provision/dashboards/savedObject.ts';
import { OPENSEARCH_DEFAULTS } from '../../../src/stores/opensearch/settings.ts';
import { problemsOf } from './problems.ts';
import { readObjects, vegaSpecOf } from './readObjects.ts';

const FILE = fileURLToPath(
  new URL('../../../deploy/opensearch-dashboards/netpol-drift.ndjson', import.meta.url),
);
const { indexPrefix } = OPENSEARCH_DEFAULTS;
const WANTED = toNdjson(savedObjects(indexPrefix));

describe('deploy/opensearch-dashboards', () => {
  it('is as the code has it (UPDATE_DOCS=1 writes it anew)', () => {
    if (process.env['UPDATE_DOCS'] === '1') {
      mkdirSync(dirname(FILE), { recursive: true });
      writeFileSync(FILE, WANTED);
    }
    expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(WANTED);
  });

  it('holds nothing else', () => {
    expect(readdirSync(dirname(FILE))).toEqual(['netpol-drift.ndjson']);
  });

  it('holds nothing that Dashboards could not show', () => {
    expect(problemsOf(WANTED, indexPrefix)).toEqual([]);
  });
});

describe('the saved objects', () => {
  it('can be had for other indices, beside the first ones', () => {
    const other = toNdjson(savedObjects('team-a.'));
    expect(problemsOf(other, 'team-a.')).toEqual([]);
    const ids = (ndjson: string): readonly string[] => readObjects(ndjson).map(({ id }) => id);
    expect(ids(other).filter((id) => ids(WANTED).includes(id))).toEqual([]);
    expect(other).not.toMatch(/netpol-(verdicts|rollups|changes|policies|feeds)/);
  });

  it('have one Vega panel, whose changes and figures stand in panels beside it, too', () => {
    const objects = readObjects(WANTED);
    expect(objects.filter((object) => vegaSpecOf(object) !== undefined).map(({ id }) => id)).toEqual([
      'netpol-timeline',
    ]);
    const drift = objects.find(({ type, id }) => type === 'dashboard' && id === 'netpol-drift');
    expect(drift?.references.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['netpol-timeline', 'netpol-verdicts-by-time', 'netpol-changes']),
    );
  });

  it('are three dashboards, and every panel is on one of them', () => {
    const objects = readObjects(WANTED);
    const dashboards = objects.filter(({ type }) => type === 'dashboard');
    expect(dashboards.map(({ id }) => id)).toEqual([
      'netpol-change-impact',
      'netpol-drift',
      'netpol-feed-health',
    ]);
    const shown = new Set(
      dashboards.flatMap(({ references }) => references.map(({ type, id }) => `${type} ${id}`)),
    );
    const panels = objects.filter(({ type }) => type === 'visualization' || type === 'search');
    expect(new Set(panels.map(({ type, id }) => `${type} ${id}`))).toEqual(shown);
  });
});

/** The line of an object, changed. */
function altered(object: string, from: string, to: string): string {
  const [type = '', id = ''] = object.split(' ');
  const lines = WANTED.split('\n').map((line) => {
    if (!line.includes(`"id":"${id}","migrationVersion"`) || !line.endsWith(`"type":"${type}"}`)) return line;
    expect(line, id).toContain(from);
    return line.replace(from, to);
  });
  return lines.join('\n');
}

describe('the validator', () => {
  const BAD = [
    [
      'visualization netpol-audited-denies',
      String.raw`"visState":"{`,
      String.raw`"visState":"`,
      'visState is no JSON',
    ],
    [
      'visualization netpol-audited-denies',
      '"id":"netpol-rollups"',
      '"id":"netpol-rollup"',
      'index-pattern netpol-rollup is not',
    ],
    [
      'visualization netpol-audited-denies',
      '"references":[{',
      '"references":[],"more":[{',
      'refers to nothing',
    ],
    [
      'visualization netpol-audited-denies',
      'policy.responsible',
      'policy.culprit',
      'policy.culprit is no field',
    ],
    ['visualization netpol-audited-denies', 'policy.responsible', 'pods.all', 'pods.all is no field'],
    [
      'visualization netpol-audited-denies',
      String.raw`{\"term\":{\"verdict.observed`,
      String.raw`{\"term\":{\"verdict.seen`,
      'verdict.seen is no field',
    ],
    [
      'visualization netpol-audited-denies',
      String.raw`\"field\":\"count\"`,
      String.raw`\"field\":\"pods\"`,
      'sum of pods',
    ],
    [
      'visualization netpol-audited-denies',
      String.raw`\"orderBy\":\"1\"`,
      String.raw`\"orderBy\":\"9\"`,
      'ordered by no figure',
    ],
    [
      'visualization netpol-audited-denies',
      '"visualization":"7.10.0"',
      '"visualization":"8.0.0"',
      'migrated to 8.0.0',
    ],
    ['visualization netpol-audited-denies', '?","uiStateJSON"', '","uiStateJSON"', 'title is no question'],
    [
      'visualization netpol-verdicts-by-time',
      '@timestamp',
      'verdict.reason',
      'date_histogram of verdict.reason',
    ],
    ['visualization netpol-attention', 'drift:', 'drifts:', 'drifts is no field'],
    ['search netpol-changes', '"change.diff"', '"change.difference"', 'change.difference is no field'],
    [
      'visualization netpol-drift-choice',
      'orchestrator.namespace',
      'destination.port',
      'a choice by destination.port',
    ],
    ['dashboard netpol-drift', String.raw`\"x\":24`, String.raw`\"x\":4`, 'lie on each other'],
    ['dashboard netpol-drift', String.raw`\"w\":48`, String.raw`\"w\":49`, 'outside of the grid'],
    [
      'index-pattern netpol-rollups',
      '"timeFieldName":"@timestamp"',
      '"timeFieldName":"count"',
      'count is no time',
    ],
    ['index-pattern netpol-rollups', String.raw`\"keyword\"`, String.raw`\"text\"`, 'is said to be text'],
    [
      'index-pattern netpol-rollups',
      '#/view/netpol-change-impact',
      '#/view/netpol-change',
      'links to dashboard netpol-change,',
    ],
    [
      'visualization netpol-timeline',
      String.raw`\\\"verdicts\\\"`,
      String.raw`\\\"changes\\\"`,
      'names of their own',
    ],
    ['visualization netpol-timeline', 'verdict.observed', 'verdict.seen', 'verdict.seen is no field'],
    ['visualization netpol-timeline', 'netpol-changes-*', 'changes-*', 'changes-* is no index pattern'],
  ] as const;

  it.each(BAD)('finds out: %s with %s → %s', (object, from, to, told) => {
    const problems = problemsOf(altered(object, from, to), indexPrefix);
    expect(problems).toEqual(expect.arrayContaining([expect.stringContaining(told)]));
  });

  it('finds out an object that is there twice, and lines and keys without order', () => {
    const [first = '', ...others] = WANTED.trimEnd().split('\n');
    const told = (lines: readonly string[]): string =>
      problemsOf(`${lines.join('\n')}\n`, indexPrefix).join('\n');
    expect(told([first, first, ...others])).toContain('is there twice');
    expect(told([...others, first])).toContain('lines are not sorted');
    expect(told([JSON.stringify({ z: 1, ...JSON.parse(first) }), ...others])).toContain(
      'keys are not sorted',
    );
  });
});
