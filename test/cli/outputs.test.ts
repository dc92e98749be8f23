// Where `analyze` writes, as a process: what it refuses to replace, and a reader that goes away.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../support/cluster.ts';
import { type Ended, makeFolder, removeFolder, run, start } from '../support/command.ts';

const SAMPLE = fileURLToPath(new URL('cluster/flows.ndjson', SAMPLES));
/** Few lines are enough to have something to lose. */
const FLOWS = readFileSync(SAMPLE, 'utf8').split('\n').slice(0, 40).join('\n');

let folder = '';
beforeAll(() => {
  folder = makeFolder();
  writeFileSync(join(folder, 'flows.ndjson'), FLOWS);
  writeFileSync(join(folder, 'policies.json'), '{"apiVersion":"v1","kind":"List","items":[]}');
});
afterAll(() => removeFolder(folder));

function analyze(...args: readonly string[]): Promise<Ended> {
  return run(['analyze', '--flows', 'flows.ndjson', ...args], folder);
}

describe('a result never takes the place of', () => {
  it.each([
    ['the log that is read', ['--rejects', './flows.ndjson'], /--rejects .*flows\.ndjson is read, too/],
    [
      'the policies',
      ['--policies', 'policies.json', '--store', 'policies.json'],
      /--store .*policies\.json is read, too/,
    ],
    ['another result', ['--store', 'one', '--rejects', 'one'], /--rejects one: --store goes there, too/],
    [
      'a document file',
      ['--documents', 'docs', '--rejects', 'docs/verdicts.ndjson'],
      /--documents docs\/verdicts\.ndjson: --rejects goes there, too/,
    ],
  ] as const)('%s', async (_, args, message) => {
    const { code, stderr } = await analyze(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    expect(readFileSync(join(folder, 'flows.ndjson'))).toEqual(Buffer.from(FLOWS));
  });

  it('a file that is no store', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'what I found out last night');
    const { code, stderr } = await analyze('--store', 'notes.txt');
    expect(stderr).toMatch(/--store notes\.txt: exists and is no DuckDB store/);
    expect(code).toBe(2);
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('what I found out last night');
  });

  it('but may replace an older store, and go nowhere', async () => {
    for (const rejects of ['/dev/null', 'rejects.ndjson']) {
      const { code, stderr } = await analyze('--store', 'kept.duckdb', '--rejects', rejects);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    }
  });
});

it.each([['analyze'], ['doctor']])('%s is at peace with a reader that has gone away', async (command) => {
  const running = start([command, '--flows', 'flows.ndjson', '--format', 'json'], folder);
  running.hangUp();
  running.end();
  const { code, stderr } = await running.ended;
  expect(stderr).toBe('');
  expect(code).toBe(command === 'doctor' ? 2 : 0);
});

describe('what was passed with the wrong option', () => {
  it('as --policies is no snapshot: the answer says that there is none', async () => {
    const { stdout, stderr } = await analyze('--policies', 'flows.ndjson');
    expect(stderr).toMatch(/flows\.ndjson:1: is no Kubernetes object/);
    expect(stdout).toContain('no snapshot of the policies');
  });

  it('as --audit is no audit log: nothing is said to be checked', async () => {
    const { stdout } = await analyze('--audit', 'flows.ndjson');
    expect(stdout).toContain('what was passed with --audit holds no audit events');
    expect(stdout).toMatch(/CHANGED BY HAND +CANNOT TELL/);
  });
});
