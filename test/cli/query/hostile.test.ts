// What logs may hold never runs anything: not on the terminal, not in a spreadsheet.
import { describe, expect, test } from 'vitest';
import { tableCsv, tableJson } from '../../../src/cli/query/cellText.ts';
import { tableText } from '../../../src/report/query/tableText.ts';
import { queryNamed } from '../../../src/queries/catalogue/catalogue.ts';
import type { Table } from '../../../src/queries/catalogue/savedQuery.ts';
import { NO_PARAMETERS } from '../../queries/catalogue/someParameters.ts';

const QUERY = queryNamed('changes');
if (QUERY === undefined) throw new Error('no query changes');
const query = QUERY;

function tableWith(user: string): Table {
  const row = {
    'change.at': Date.parse('2026-11-02T09:00:00Z'),
    'orchestrator.cluster.name': 'prod-eu1',
    'policy.ref': user,
    'actor.user': user,
    'change.diff': [user, 'a'],
    manual: true,
  };
  return { query: 'changes', columns: query.columns, rows: [row], cut: false, caveats: query.caveats };
}

describe('a name out of a log', () => {
  test.each([
    '\u001b[2J',
    '\u202Eevil',
    'a\nb',
    '\u0007',
    '\u009b31m',
  ])('%j reaches the terminal as a person can read it', (user) => {
    const text = tableText(
      { query, table: tableWith(user), parameters: NO_PARAMETERS, limit: 0 },
      { columns: 100, colour: false },
    );
    // oxlint-disable-next-line no-control-regex -- that none is left is the claim
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    expect(text.split('\n').filter((line) => line.startsWith('b'))).toEqual([]);
  });

  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
  ])('%j is a text in a spreadsheet, not a formula', (user) => {
    const line = tableCsv(tableWith(user)).split('\r\n').slice(1).join('').trimEnd();
    const cells = line.split(',').map((cell) => cell.replace(/^"/, ''));
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells.some((cell) => cell.startsWith("'"))).toBe(true);
  });

  test('with quotes and commas stays one cell of CSV', () => {
    expect(tableCsv(tableWith('a","b'))).toContain('"a"",""b"');
  });

  test('is as it was in JSON', () => {
    expect(JSON.parse(tableJson(tableWith('=1\u001b')))).toMatchObject({
      'actor.user': '=1\u001b',
      'change.diff': ['=1\u001b', 'a'],
    });
  });
});

test('a negative number stays a number in CSV', () => {
  const column = { name: 'cause.lag_ms', title: 'lag', type: 'duration-ms', meaning: '' } as const;
  expect(tableCsv({ columns: [column], rows: [{ 'cause.lag_ms': -5 }] })).toBe('cause.lag_ms\r\n-5\r\n');
});
