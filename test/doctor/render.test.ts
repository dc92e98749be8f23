// What `doctor` prints: width, escaping, the shape of its JSON, exit codes.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { at, field, isObject, type JsonObject } from '../../src/model/json.ts';
import { ANSWERS } from '../../src/report/doctor/answers.ts';
import { diagnose, findingLine } from '../../src/report/doctor/diagnosis.ts';
import { renderDiagnosis } from '../../src/report/doctor/render.ts';
import { scratchFolder } from '../files/scratch.ts';
import { eventTypeOf, FLOWS, factsOf, type Given, optionsFor } from './inputs.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'netpol-drift.js');

async function screenOf(given: Given, columns: number): Promise<string> {
  const facts = await factsOf(given);
  return renderDiagnosis(diagnose(facts), facts, { columns, colour: false });
}

describe('the screen', () => {
  const worst: Given = { flows: [FLOWS.filter((line) => eventTypeOf(line) !== 5)], snapshot: null };

  test.each([[100], [60], [40]])('fits %i columns', async (columns) => {
    const widths = (await screenOf(worst, columns)).split('\n').map((line) => stringWidth(line));
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  test('answers every question', async () => {
    const screen = await screenOf({}, 100);
    for (const question of Object.values(ANSWERS)) expect(screen).toContain(question);
  });

  test('says first that a cluster has only one of the two feeds', async () => {
    const [first] = (await screenOf({ audit: [] }, 100)).split('\n');
    expect(first).toBe('prod-eu1: flows only, no audit log');
  });

  test('lets no escape sequence of a node or cluster through', async () => {
    const flows = FLOWS.map((line): JsonObject => {
      const flow = field(line, 'flow');
      return { ...line, flow: isObject(flow) ? flow : null, node_name: 'a\u001b[2Jb/n\u202eode' };
    });
    const screen = await screenOf({ flows: [flows.slice(0, 50)] }, 100);
    for (const character of ['\u001b', '\u202e']) expect(screen).not.toContain(character);
    expect(screen).toContain('a\\x1b[2Jb');
  });

  test('does not claim that clocks agree when nothing shows it', async () => {
    expect(await screenOf({ flows: [FLOWS.slice(0, 5)] }, 100)).toContain('cannot tell');
  });
});

describe('the JSON', () => {
  test('gives a finding for each answer, with why and remedy where something is missing', async () => {
    const lines = diagnose(await factsOf({ snapshot: null })).findings.map(findingLine);
    expect(lines.map((line) => line['answer'])).toEqual(Object.keys(ANSWERS));
    for (const line of lines) expect(line['verdict'] === 'yes').toBe(line['remedy'] === '');
    expect(lines.find((line) => line['answer'] === 'not-enforced')).toMatchObject({
      verdict: 'no',
      cause: 'no-snapshot',
    });
  });
});

describe('the exit code', () => {
  test('is 0 for the sample, which gives every answer at least partly', async () => {
    expect(await run(await argumentsFor({}))).toMatchObject({ code: 0, stderr: '' });
  });

  test('is 2 when an answer cannot be given, and the line says which', async () => {
    const { code, stdout } = await run([...(await argumentsFor({ snapshot: null })), '--format', 'json']);
    const lines: unknown[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(2);
    expect(lines.filter((line) => at(line, 'verdict') === 'no').map((line) => at(line, 'answer'))).toEqual([
      'not-enforced',
      'unused-policies',
    ]);
  });

  test('is 3 for a file without a readable record', async () => {
    const path = join(await scratchFolder(), 'flows.ndjson');
    await writeFile(path, 'this is prose\nand this as well\n');
    const { code, stderr } = await run(['doctor', '--flows', path]);
    expect(code).toBe(3);
    expect(stderr).toContain('no record can be read');
  });

  test('is 2 when there is nothing to look at', async () => {
    expect(await run(['doctor'])).toMatchObject({ code: 2 });
  });
});

async function argumentsFor(given: Given): Promise<readonly string[]> {
  const { flows = [], audit = [], policies = [] } = await optionsFor(given);
  const option = (name: string, paths: readonly string[]): readonly string[] =>
    paths.length === 0 ? [] : [name, ...paths];
  return [
    'doctor',
    ...option('--flows', flows),
    ...option('--audit', audit),
    ...option('--policies', policies),
  ];
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [BIN, ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
