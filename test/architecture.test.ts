// The shape of the code base, checked on parsed sources: who imports whom, what is pure, how large things
// are. Each rule has a small tree under fixtures/architecture/ that breaks it, and every line there that
// must be reported carries `✗ rule`: a check that has gone blind fails here before it lets anything pass.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkEnvironment } from './architecture/environment.ts';
import { type Finding, report } from './architecture/finding.ts';
import { checkImports } from './architecture/imports.ts';
import { type Module, readModules } from './architecture/module.ts';
import { checkPurity } from './architecture/purity.ts';
import { checkShape, checkSize, MAX_TEST_LINES } from './architecture/shape.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(import.meta.dirname, 'fixtures', 'architecture');

const CHECKS = [checkImports, checkPurity, checkShape, checkEnvironment];

describe('the sources', () => {
  test('keep to the import table, stay pure where they must, and keep their shape', () => {
    const modules = readModules(ROOT, 'src');
    expect(modules.length).toBeGreaterThan(10);
    expect(report(checked(modules))).toBe('');
  });

  test('have tests of at most 500 lines', () => {
    const modules = readModules(ROOT, 'test', (file) => file.startsWith('test/fixtures/'));
    expect(report(modules.flatMap((module) => checkSize(module, MAX_TEST_LINES)))).toBe('');
  });
});

describe('each check', () => {
  const fixtures = readdirSync(FIXTURES).toSorted();

  test.each(fixtures)('reports the fixture %s, at its marked lines and nowhere else', (name) => {
    const modules = readModules(join(FIXTURES, name), 'src');
    const expected = modules.flatMap(marks);
    expect(expected).not.toEqual([]);
    expect(checked(modules).map(place).toSorted()).toEqual(expected.toSorted());
  });

  test('has at least one fixture for every rule that it can report', () => {
    const broken = fixtures.flatMap((name) => checked(readModules(join(FIXTURES, name), 'src')));
    expect([...new Set(broken.map((finding) => finding.rule))].toSorted()).toEqual(RULES);
  });
});

const RULES = [
  'any',
  'barrel',
  'default-export',
  'enum',
  'environment',
  'file-size',
  'function-size',
  'import-computed',
  'import-folder',
  'import-node',
  'import-package',
  'opening-comment',
  'parameters',
  'pure-async',
  'pure-clock',
  'pure-process',
  'pure-random',
  'unchecked-parse',
  'unknown-folder',
  'vague-name',
];

function checked(modules: readonly Module[]): Finding[] {
  return modules.flatMap((module) => CHECKS.flatMap((check) => check(module)));
}

function place(finding: Finding): string {
  return `${finding.file}:${finding.line} ${finding.rule}`;
}

/** The places that the fixture itself says are wrong. */
function marks(module: Module): string[] {
  return module.lines.flatMap((text, index) =>
    [...text.matchAll(/✗ ([a-z-]+)/g)].map((match) => `${module.file}:${index + 1} ${match[1]}`),
  );
}
