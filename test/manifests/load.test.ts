import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

import { loadManifests } from '../../src/manifests/load.ts';
import { at } from '../../src/model/json.ts';
import { scratchFolder } from '../files/scratch.ts';

async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** Loads one file of the given content. */
async function load(content: string | Uint8Array, name = 'x.yaml') {
  return loadManifests([name], { cwd: await folderWith({ [name]: content }) });
}

const policy = (name: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n`;
const asJson = (name: string, indent = 0): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, null, indent);

const namesOf = ({ objects }: Awaited<ReturnType<typeof loadManifests>>) =>
  objects.map(({ object, source }) => [at(object, 'metadata', 'name'), source]);

describe('files', () => {
  test('YAML documents are numbered as one sees them, empty ones too', async () => {
    const loaded = await load(`# two policies\n---\n${policy('a')}---\n---\n${policy('b')}...\n`);
    expect(namesOf(loaded)).toEqual([
      ['a', 'x.yaml#1'],
      ['b', 'x.yaml#3'],
    ]);
    expect(loaded.problems).toEqual([]);
  });

  test('JSON is one value, several, one a line, or an array', async () => {
    expect(namesOf(await load(`\n${asJson('a', 2)}\n`))).toEqual([['a', 'x.yaml:2']]);
    expect(namesOf(await load(`${asJson('a', 1)}\n${asJson('b', 1)}`))).toEqual([
      ['a', 'x.yaml:1'],
      ['b', 'x.yaml:8'],
    ]);
    expect(namesOf(await load(`${asJson('a')}\n${asJson('b')}\n`))).toEqual([
      ['a', 'x.yaml:1'],
      ['b', 'x.yaml:2'],
    ]);
    expect(namesOf(await load(`[${asJson('a')},${asJson('b')}]`))).toEqual([
      ['a', 'x.yaml:1 items[0]'],
      ['b', 'x.yaml:1 items[1]'],
    ]);
  });

  test('YAML may look like JSON', async () => {
    expect(namesOf(await load('{apiVersion: v1, kind: Namespace, metadata: {name: a}}'))).toEqual([
      ['a', 'x.yaml#1'],
    ]);
  });

  test('packed files are unpacked', async () => {
    expect(namesOf(await load(gzipSync(policy('a'))))).toEqual([['a', 'x.yaml#1']]);
  });

  test('a snapshot of a whole cluster gives its every object', async () => {
    const file = new URL('../samples/cluster/snapshot.json', import.meta.url).pathname;
    const list: unknown = JSON.parse(await readFile(file, 'utf8'));
    const { objects, problems } = await loadManifests([file]);
    expect(objects.map(({ object }) => object)).toEqual(at(list, 'items'));
    expect(problems).toEqual([]);
  });
});

describe('lists', () => {
  test('items inherit apiVersion and kind of a typed list where they lack them', async () => {
    const { objects } = await load(
      'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicyList\nitems:\n- metadata: {name: a}\n' +
        '- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n',
    );
    expect(objects).toEqual([
      {
        object: { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'a' } },
        source: 'x.yaml#1 items[0]',
      },
      {
        object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'b' } },
        source: 'x.yaml#1 items[1]',
      },
    ]);
  });

  test('items of an untyped list that name no kind are problems', async () => {
    const { objects, problems } = await load('apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}\n');
    expect(objects).toEqual([]);
    expect(problems).toEqual([
      {
        source: 'x.yaml#1 items[0]',
        message: 'is no Kubernetes object: apiVersion or kind is missing',
      },
    ]);
  });

  test('an empty list is no problem of its own', async () => {
    const { objects, problems } = await load('apiVersion: v1\nkind: List\nitems: null\n');
    expect({ objects, problems }).toEqual({
      objects: [],
      problems: [{ source: 'x.yaml', message: 'holds no object' }],
    });
  });
});

describe('YAML as kubectl reads it', () => {
  const value = async (text: string) =>
    at((await load(`${policy('a')}spec: {v: ${text}}\n`)).objects[0]?.object, 'spec', 'v');

  test.each([
    ['no', false],
    ['on', true],
    ['Y', true],
    ['off', false],
    ['"no"', 'no'],
    ['none', 'none'],
    ['true', true],
    ['0123', 83],
    ['443', 443],
    ['"443"', '443'],
    ['2026-11-02', '2026-11-02'],
    ['12:30', '12:30'],
    ['0x1f', 31],
  ])('%s is %j', async (text, expected) => {
    expect(await value(text)).toBe(expected);
  });

  test('anchors and merge keys are resolved', async () => {
    const { objects } = await load(`${policy('a')}base: &base {x: 1}\nspec: {<<: *base, z: 2}\n`);
    expect(at(objects[0]?.object, 'spec')).toEqual({ x: 1, z: 2 });
  });

  test('a key named __proto__ is a key like any other', async () => {
    const { objects } = await load(`${policy('a')}spec: {__proto__: {polluted: true}}\n`);
    expect(at(objects[0]?.object, 'spec', '__proto__', 'polluted')).toBe(true);
    expect(at(objects[0]?.object, 'spec', 'polluted')).toBeUndefined();
  });
});

describe('a broken document is a problem, and the rest goes on', () => {
  test('in YAML', async () => {
    const loaded = await load(`${policy('a')}---\nkind: [\n---\n${policy('b')}`);
    expect(namesOf(loaded)).toEqual([
      ['a', 'x.yaml#1'],
      ['b', 'x.yaml#3'],
    ]);
    expect(loaded.problems).toMatchObject([
      { source: 'x.yaml#2', message: expect.stringMatching(/^line [67]: not YAML: /) },
    ]);
  });

  test('in JSON', async () => {
    const loaded = await load(`${asJson('a', 1)}\n{\n "kind": oops oops\n}\n${asJson('b', 1)}`, 'x.json');
    expect(namesOf(loaded).map(([name]) => name)).toEqual(['a', 'b']);
    expect(loaded.problems[0]).toMatchObject({
      source: 'x.json:8',
      message: expect.stringContaining('not JSON'),
    });
  });

  test.each([
    ['the same key twice', 'kind: A\nkind: B\n', /line 2: not YAML: Map keys must be unique/],
    ['aliases that multiply', bomb(), /alias/],
    [
      'an anchor inside itself',
      `${policy('a')}spec: &loop [*loop]\n`,
      /nested deeper than 100 levels|alias/i,
    ],
    [
      'nesting beyond the limit',
      `${policy('a')}spec: ${'['.repeat(120)}${']'.repeat(120)}\n`,
      /nested deeper than 100/,
    ],
    [
      'nesting that ends the parser',
      `${policy('a')}spec: ${'['.repeat(50_000)}\n`,
      /cannot be parsed|not YAML/,
    ],
    ['a number that JSON lacks', `${policy('a')}spec: .inf\n`, /a value that JSON does not have/],
    ['a lone scalar', 'just text\n', /is no Kubernetes object/],
    ['nothing at all', '', /holds no object/],
    ['a template', '{{- if .Values.on }}\nkind: A\n{{- end }}\n', /render templates first \(helm template\)/],
    [
      'a cut-off archive',
      gzipSync(policy('a')).subarray(0, 40),
      /the gzip archive is cut off; fetch it again/,
    ],
  ])('%s', async (_, content, message) => {
    const { objects, problems } = await load(content);
    expect(objects).toEqual([]);
    expect(problems.map((problem) => problem.message).join('\n')).toMatch(message);
  });

  function bomb(): string {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const items = Array.from({ length: 9 }, () => (level === 0 ? 'lol' : `*l${level - 1}`));
      return `l${level}: &l${level} [${items.join(',')}]`;
    });
    return `${policy('a')}${levels.join('\n')}\n`;
  }
});

describe('folders', () => {
  test('are read recursively and by name; hidden ones and node_modules are not', async () => {
    const cwd = await folderWith({
      'p/b.yaml': policy('b'),
      'p/a/c.yml': policy('c'),
      'p/d.JSON': asJson('d'),
      'p/.git/e.yaml': policy('e'),
      'p/node_modules/f.yaml': policy('f'),
      'p/README.md': 'kind: text',
    });
    await symlink('../p', join(cwd, 'p', 'loop'));
    await symlink('b.yaml', join(cwd, 'p', 'z.yaml'));
    expect(namesOf(await loadManifests(['p'], { cwd }))).toEqual([
      ['c', 'p/a/c.yml#1'],
      ['b', 'p/b.yaml#1'],
      ['d', 'p/d.JSON:1'],
      ['b', 'p/z.yaml#1'],
    ]);
  });

  test('hold other documents too, which are told apart from broken ones', async () => {
    const cwd = await folderWith({
      'p/values.yaml': 'replicas: 2\n',
      'p/a.yaml': policy('a'),
      'p/b.yaml': '[',
    });
    const { objects, problems, ignored } = await loadManifests(['p'], { cwd });
    expect(objects).toHaveLength(1);
    expect(problems.map(({ source }) => source)).toEqual(['p/b.yaml:1']);
    expect(ignored.map(({ source }) => source)).toEqual(['p/values.yaml#1']);
  });
});

describe('paths that lead nowhere', () => {
  test.each([
    ['nope.yaml', 'input-missing', '--policies nope.yaml: file not found'],
    ['*.yml', 'input-missing', '--policies *.yml: no file matches'],
    ['empty', 'input-missing', '--policies empty: the folder holds no .yaml, .yml or .json file'],
    ['-', 'usage', '--policies -: manifests are not read from stdin; pass a file'],
  ])('%s', async (path, code, message) => {
    const cwd = await folderWith({ 'empty/.keep': '' });
    await expect(loadManifests([path], { cwd })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});

describe('templates', () => {
  const folder = () =>
    folderWith({
      'broken.yaml': `${policy('a')}{{- if .Values.on }}\n{{- end }}\n`,
      'parses.yaml': policy('"{{ .Release.Name }}"'),
      'plain.yaml': policy('plain'),
    });

  test('are problems that say what to do', async () => {
    const { problems } = await loadManifests(['.'], { cwd: await folder() });
    expect(problems.map(({ source }) => source)).toEqual(['broken.yaml#1']);
    expect(problems[0]?.message).toMatch(/render templates first \(helm template\)$/);
  });

  test('are passed over where they are expected, also those that are YAML by chance', async () => {
    const { objects, problems, ignored } = await loadManifests(['.'], {
      cwd: await folder(),
      templates: 'ignored',
    });
    expect(objects.map(({ source }) => source)).toEqual(['plain.yaml#1']);
    expect(problems).toEqual([]);
    expect(ignored.map(({ source }) => source).sort()).toEqual(['broken.yaml#1', 'parses.yaml#1']);
  });
});
