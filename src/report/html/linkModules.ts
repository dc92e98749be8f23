// Makes one script of the page's modules, so that the page needs nothing beside itself. Each module becomes a
// function of its own that is called once and returns its exports; a module comes after those that it imports.
//
//   import { a, type B } from './x.js';   →   const { a } = $x;
//   export function f() {…}               →   const $this = (() => {… function f() {…} … return { f }; })();
//
// Only the forms of import and export that the page's modules use are understood; every other is an error now
// rather than a broken page. Types must have been stripped.

export class UnlinkableModule extends Error {}

const IMPORT = /^import\s+(type\s+)?\{([^}]*)\}\s+from\s+'\.\/([\w-]+)\.[jt]s';$/gm;
const EXPORT = /^export\s+(?:const|function|class)\s+([A-Za-z_$][\w$]*)/gm;

/**
 * @param modules name without folder and extension → its text, types stripped
 * @throws UnlinkableModule for what is not there, runs in a circle, or is written in a form not understood
 */
export function linkModules(modules: ReadonlyMap<string, string>, entry: string): string {
  const linked = new Map<string, string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (linked.has(name)) return;
    if (path.includes(name)) throw new UnlinkableModule(`circle: ${[...path, name].join(' → ')}`);
    const text = modules.get(name);
    if (text === undefined)
      throw new UnlinkableModule(`${path.at(-1) ?? ''} imports ${name}, which is not there`);
    for (const [, , , imported = ''] of text.matchAll(IMPORT)) visit(imported, [...path, name]);
    linked.set(name, moduleText(name, text));
  };
  visit(entry, []);
  return `'use strict';\n${[...linked.values()].join('\n')}\n`;
}

function moduleText(name: string, text: string): string {
  const exported = [...text.matchAll(EXPORT)].map(([, word = '']) => word);
  const body = text
    .replace(IMPORT, (_, type: string | undefined, names: string, imported: string) => {
      const values =
        type === undefined
          ? names
              .split(',')
              .map((word) => word.trim())
              .filter(isValue)
          : [];
      return values.length === 0 ? '' : `const { ${values.join(', ')} } = ${variable(imported)};`;
    })
    .replace(/^export\s+(?=const|function|class)/gm, '');
  const strange = /^\s*(?:import|export)\b.*$/m.exec(body);
  if (strange !== null) throw new UnlinkableModule(`${name}: not understood: ${strange[0]}`);
  return `const ${variable(name)} = (() => {\n${body}\nreturn { ${exported.join(', ')} };\n})();`;
}

function isValue(word: string): boolean {
  if (/\bas\b/.test(word)) throw new UnlinkableModule(`not understood: import { ${word} }`);
  return word !== '' && !word.startsWith('type ');
}

function variable(name: string): string {
  return `$${name.replaceAll('-', '_')}`;
}
