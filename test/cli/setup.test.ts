// What `setup` takes, and how it tells what it did.
import { describe, expect, it } from 'vitest';
import { checkSetupOptions } from '../../src/cli/setup/options.ts';
import { renderSetup, setupJson } from '../../src/cli/setup/render.ts';
import { field } from '../../src/model/json.ts';
import type { SetupLine } from '../../src/provision/setupLine.ts';

const LINES: readonly SetupLine[] = [
  { what: 'topic netpol.events', state: 'create', detail: '6 partitions', mend: '' },
  { what: 'index template netpol-verdicts', state: 'fine', detail: '', mend: '' },
  { what: 'topic netpol.watermarks', state: 'wrong', detail: 'has 3 partitions', mend: 'delete it' },
];

describe('the options of setup', () => {
  it('leave the copies to the brokers, and take six partitions', () => {
    expect(checkSetupOptions({})).toEqual({
      dryRun: false,
      prune: false,
      monitors: false,
      dashboards: '',
      replication: -1,
      partitions: 6,
      format: 'text',
    });
  });

  it.each([
    [{ replication: '0' }, '--replication 0'],
    [{ replication: 'three' }, '--replication three'],
    [{ partitions: '-1' }, '--partitions -1'],
    [{ partitions: '100000' }, '--partitions 100000'],
    [{ format: 'yaml' }, '--format yaml'],
    [{ dashboards: 'dashboards:5601' }, '--dashboards dashboards:5601'],
    [{ dashboards: 'https://admin:secret@dashboards:5601' }, '--dashboards'],
    [{ dashboards: 'https://dashboards:5601/?a=b' }, '--dashboards'],
  ])('%o is wrong usage', (raw, told) => {
    expect(() => checkSetupOptions(raw)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(told) }),
    );
  });
});

it('setup repeats no password that somebody wrote into an address', () => {
  expect(() => checkSetupOptions({ dashboards: 'https://admin:secret@dashboards' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret') }),
  );
});

describe('the answer of setup', () => {
  it('says what was done, and below what is wrong how to mend it', () => {
    expect(renderSetup(LINES, false)).toBe(
      [
        'created       topic netpol.events: 6 partitions',
        'as it is      index template netpol-verdicts',
        'WRONG         topic netpol.watermarks: has 3 partitions',
        '              → delete it',
        '',
      ].join('\n'),
    );
  });

  it('says on a dry run what would be done', () => {
    expect(renderSetup(LINES, true)).toContain('would create  topic netpol.events');
  });

  it('tells programs whether it was done', () => {
    const done = (dryRun: boolean) =>
      setupJson(LINES, dryRun)
        .trimEnd()
        .split('\n')
        .map((line) => field(JSON.parse(line), 'done'));
    expect([done(false), done(true)]).toEqual([
      [true, false, false],
      [false, false, false],
    ]);
  });
});
