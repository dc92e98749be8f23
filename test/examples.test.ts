// The example that newcomers run first must be the cut of the simulated cluster that examples/make.ts
// describes, small enough to read, and not something edited since.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { at, field, type JsonValue, text } from '../src/model/json.ts';

const EXAMPLES = join(import.meta.dirname, '..', 'examples');
const FILES = ['flows.ndjson', 'audit.ndjson', 'policies.json'];

test('the example is what examples/make.ts makes of the simulated cluster', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'netpol-drift-example-'));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  execFileSync(process.execPath, [join(EXAMPLES, 'make.ts'), scratch]);
  for (const file of FILES) {
    const isSame = readFileSync(join(scratch, file)).equals(readFileSync(join(EXAMPLES, 'shop', file)));
    expect(isSame, `examples/shop/${file}: run npm run example`).toBe(true);
  }
});

test('the example can be read: few lines, and each policy that its flows name is there or was written', () => {
  const flows = lines('flows.ndjson');
  expect(flows.length).toBeLessThanOrEqual(700);
  expect(lines('audit.ndjson').length).toBeLessThanOrEqual(150);

  const written = lines('audit.ndjson').map((event) => text(at(event, 'objectRef', 'name')));
  const known = new Set([...written, ...list(field(read('policies.json'), 'items')).map(nameOf)]);
  const named = flows.flatMap((line) =>
    ['ingress_allowed_by', 'egress_allowed_by', 'ingress_denied_by', 'egress_denied_by'].flatMap((key) =>
      list(at(line, 'flow', key)).map((policy) => text(field(policy, 'name'))),
    ),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

function nameOf(object: JsonValue): string {
  return text(at(object, 'metadata', 'name'));
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function lines(name: string): JsonValue[] {
  return readFileSync(join(EXAMPLES, 'shop', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map(parse);
}

function read(name: string): JsonValue {
  return parse(readFileSync(join(EXAMPLES, 'shop', name), 'utf8'));
}

function parse(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}
