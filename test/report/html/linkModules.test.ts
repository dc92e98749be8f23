// Modules of the page become one script that does what they did apart.
import { runInNewContext, Script } from 'node:vm';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { pageScripts, queryPageScripts } from '../../../src/cli/report/pageScripts.ts';
import { linkModules, UnlinkableModule } from '../../../src/report/html/linkModules.ts';

function ran(modules: Readonly<Record<string, string>>): unknown {
  const context = { said: [] };
  runInNewContext(linkModules(new Map(Object.entries(modules)), 'main'), context);
  return context.said;
}

describe('linked modules', () => {
  it('run once each, after those that they import', () => {
    const modules = {
      main: `import { a } from './a.js';\nimport { b } from './b.ts';\nsaid.push(a(), b);`,
      a: `import { b } from './b.js';\nsaid.push('a runs');\nexport function a() {\n  return b + 1;\n}`,
      b: `said.push('b runs');\nexport const b = 1;`,
    };
    expect(ran(modules)).toEqual(['b runs', 'a runs', 2, 1]);
  });

  it('keep to themselves what they do not export', () => {
    const modules = {
      main: `import { one } from './one.js';\nimport { two } from './two.js';\nsaid.push(one, two);`,
      one: `const hidden = 1;\nexport const one = hidden;`,
      two: `const hidden = 2;\nexport const two = hidden;`,
    };
    expect(ran(modules)).toEqual([1, 2]);
  });

  it.each([
    [
      'imports itself by a detour',
      { main: `import { a } from './a.js';`, a: `import { m } from './main.js';` },
    ],
    ['imports what is not there', { main: `import { a } from './a.js';` }],
    ['imports a package', { main: `import { a } from 'a';` }],
    ['renames', { main: `import { a as b } from './a.js';`, a: 'export const a = 1;' }],
    ['has a default export', { main: 'export default 1;' }],
    ['imports for the effect alone', { main: `import './a.js';`, a: '' }],
  ])('are refused when one %s', (_, modules) => {
    expect(() => linkModules(new Map(Object.entries(modules)), 'main')).toThrow(UnlinkableModule);
  });

  it('are the page: its scripts parse, and none makes code or markup out of texts', async () => {
    const [vega = '', page = ''] = await pageScripts();
    expect(() => new Script(vega)).not.toThrow();
    expect(() => new Script(page)).not.toThrow();
    expect(page).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setTimeout\(['"`]/,
    );
  });

  it('carry no comment of the sources into a page', async () => {
    const pages = [(await pageScripts())[1] ?? '', (await queryPageScripts())[0] ?? ''];
    for (const page of pages) {
      const { comments, errors } = parseSync('page.js', page);
      expect([comments, errors]).toEqual([[], []]);
    }
  });
});
