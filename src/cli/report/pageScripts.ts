// The scripts that a report carries, read from where this program is installed: Vega as its package ships it, and
// the page's own modules, TypeScript in a checkout and JavaScript in a packed install, linked into one.

import { readdir, readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkModules } from '../../report/html/linkModules.ts';

const require = createRequire(import.meta.url);
const ENTRY = 'main';
const QUERY_ENTRY = 'queryMain';
const SOURCE = '.ts';

/** Of the whole report, in the order in which they run. */
export async function pageScripts(): Promise<readonly string[]> {
  return [await vegaScript(), linkModules(await pageModules(), ENTRY)];
}

/** Of the page of a saved query, which draws nothing. */
export async function queryPageScripts(): Promise<readonly string[]> {
  return [linkModules(await pageModules(), QUERY_ENTRY)];
}

/**
 * Vega and its interpreter of expressions, which lets it run where no code may be made at run time. The one is a
 * script that leaves a global behind, the other a module that needs three values of that global.
 * @throws Error when the packages are not as expected
 */
async function vegaScript(): Promise<string> {
  const vega = packageFolder(require.resolve('vega'));
  const licence = await readFile(join(vega, 'LICENSE'), 'utf8');
  const library = await readFile(join(vega, 'build', 'vega.min.js'), 'utf8');
  const module = await readFile(
    join(packageFolder(require.resolve('vega-interpreter')), 'build', 'vega-interpreter.js'),
    'utf8',
  );
  const interpreter = module
    .replace(/^import \{([^}]*)\} from 'vega-util';$/m, 'const {$1} = vega;')
    .replace(
      /^export \{ expression as expressionInterpreter \};$/m,
      'vega.expressionInterpreter = expression;',
    )
    .replace(/^\/\/# sourceMappingURL=.*$/m, '');
  if (/^\s*(?:import|export)\b/m.test(interpreter) || !interpreter.includes('vega.expressionInterpreter ='))
    throw new Error('vega-interpreter is not built as this program knows it');
  return [
    '/* Vega and vega-interpreter (https://vega.github.io), with parts of D3 and TopoJSON (ISC) by Mike Bostock.\n',
    `${licence.replaceAll('*/', '* /')}*/\n`,
    `${library}\n(() => {\n${interpreter}\n})();\n`,
  ].join('');
}

/** @param entry the file that the package runs, in a folder of it */
function packageFolder(entry: string): string {
  return dirname(dirname(entry));
}

/** Name without extension → text without types. */
async function pageModules(): Promise<ReadonlyMap<string, string>> {
  const here = fileURLToPath(import.meta.url);
  const isCheckout = here.endsWith(SOURCE);
  const folder = join(dirname(here), '..', '..', 'report', 'page');
  const extension = isCheckout ? SOURCE : '.js';
  const names = (await readdir(folder)).filter((name) => name.endsWith(extension)).toSorted();
  const modules = new Map<string, string>();
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8');
    modules.set(name.slice(0, -extension.length), isCheckout ? withoutTypes(text) : text);
  }
  return modules;
}

/**
 * As JavaScript, without comments: they are for those who read the sources. A packed install has none either
 * (src/report/page/tsconfig.build.json). Without saying on stderr that Node's transformation is experimental.
 */
function withoutTypes(text: string): string {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, not called
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text, { mode: 'transform' });
  } finally {
    process.emitWarning = emitWarning;
  }
}
