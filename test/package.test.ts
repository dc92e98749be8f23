// What leaves the checkout: the tarball that `npm pack` makes, installed into an empty folder with a real npm
// and run there; and the one line that a Node too old to run the program gives instead.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, field, type JsonValue, text } from '../src/model/json.ts';

const ROOT = join(import.meta.dirname, '..');
const CHECKOUT_BIN = join(ROOT, 'bin', 'netpol-drift.js');

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Installed {
  readonly folder: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

const WHAT_IS_SHIPPED = [
  'LICENSE',
  'NOTICE',
  'README.md',
  'bin',
  'deploy',
  'dist',
  'docs',
  'examples',
  'package.json',
  'schemas',
];

let scratch = '';
let installed: Installed;
let version: string;

beforeAll(async () => {
  version = text(field(parse(await readFile(join(ROOT, 'package.json'), 'utf8')), 'version'));
  scratch = await mkdtemp(join(tmpdir(), 'netpol-drift-package-'));
  installed = await packAndInstall(scratch);
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

describe('the tarball', () => {
  test('holds what runs and what the licence asks for, and neither sources nor tests', () => {
    const top = new Set(installed.files.map((file) => file.split('/')[0]));
    expect(top).toEqual(new Set(WHAT_IS_SHIPPED));
    expect(installed.files).toContain('dist/main.js');
    expect(installed.files).toContain('schemas/event.avsc');
    expect(installed.files.filter((file) => file.startsWith('src/') || file.startsWith('test/'))).toEqual([]);
  });
});

describe('a packed install', () => {
  test('tells its version', async () => {
    expect(await run(process.execPath, [installedBin(), '--version'], installed.folder)).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  test('analyzes the example that it carries, without a word on stderr', async () => {
    const example = join(installed.folder, 'node_modules', 'netpol-drift', 'examples', 'shop');
    const inputs = ['flows.ndjson', 'audit.ndjson', 'policies.json'].map((name) => join(example, name));
    const [flows = '', audit = '', policies = ''] = inputs;
    const options = ['--flows', flows, '--audit', audit, '--policies', policies];
    const ran = await run(process.execPath, [installedBin(), 'analyze', ...options], installed.folder);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('shop/cart');
  });

  test('writes the report with all that the page needs', async () => {
    const example = join(installed.folder, 'node_modules', 'netpol-drift', 'examples', 'shop');
    const options = ['--flows', join(example, 'flows.ndjson'), '--report', 'drift.html'];
    const ran = await run(process.execPath, [installedBin(), 'analyze', ...options], installed.folder);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const page = await readFile(join(installed.folder, 'drift.html'), 'utf8');
    const [vega = '', script = ''] = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text);
    expect(vega).toContain('vega.expressionInterpreter =');
    expect(script).toContain('const $main =');
  });

  test('says in one line what to do when Node is too old', async (context) => {
    const old = (await findOldNode()) ?? context.skip('no Node older than 24 is on the PATH');
    const ran = await run(old, [installedBin(), '--version'], installed.folder);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^netpol-drift needs Node 24 or newer, and this is v\d+\..*nodejs\.org.*\n$/);
  });
});

describe('a checkout', () => {
  test('runs its sources by npx, without a word on stderr', async () => {
    const ran = await run('npx', ['--no-install', 'netpol-drift', '--version'], ROOT);
    expect(ran).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('says in one line what to do when Node is too old', async (context) => {
    const old = (await findOldNode()) ?? context.skip('no Node older than 24 is on the PATH');
    const ran = await run(old, [CHECKOUT_BIN, '--version'], ROOT);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(
      /^netpol-drift needs Node 24 or newer, and this is v\d+\..*npx netpol-drift.*\n$/,
    );
  });
});

function installedBin(): string {
  return join(installed.folder, 'node_modules', '.bin', 'netpol-drift');
}

async function packAndInstall(folder: string): Promise<Installed> {
  const tarballs = join(folder, 'tarballs');
  await mkdir(tarballs);
  const packed = await run('npm', ['pack', '--json', '--pack-destination', tarballs], ROOT);
  // The output of the build comes before the JSON.
  const [entry] = list(parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))));
  const tarball = join(tarballs, text(field(entry, 'filename')));
  await writeFile(join(folder, 'package.json'), '{"private":true}\n');
  const install = ['install', '--no-save', '--prefer-offline', '--no-audit', '--no-fund', tarball];
  expect(await run('npm', install, folder)).toMatchObject({ code: 0 });
  return { folder, files: list(at(entry, 'files')).map((file) => text(field(file, 'path'))) };
}

/** The first `node` on the PATH, outside node_modules, that is older than what the program needs. */
async function findOldNode(): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, 'node');
    if (folder.includes('node_modules') || !existsSync(candidate)) continue;
    const { stdout } = await run(candidate, ['--version'], ROOT);
    if (Number(/^v(\d+)\./.exec(stdout)?.[1]) < 24) return candidate;
  }
  return null;
}

/** Never throws: a failure to start is code -1, with the reason on stderr. */
function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env: plainEnvironment() }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else resolve({ code: -1, stdout, stderr: error.message });
    });
  });
}

/** Without what `npm test` and vitest put in: an npm started here must find its own project. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_(cache|registry|userconfig)$)|VITEST|NODE_OPTIONS|NODE_ENV|INIT_CWD)/i.test(name),
  );
  return { ...Object.fromEntries(kept), npm_config_loglevel: 'error', npm_config_update_notifier: 'false' };
}

function parse(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
