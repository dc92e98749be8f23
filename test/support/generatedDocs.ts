// Parts of the documentation that are made from the code: between `<!-- generated: NAME -->` and `<!-- end -->`.
// UPDATE_DOCS=1 writes them anew.
import { readFileSync, writeFileSync } from 'node:fs';

/** @returns the document as it is, and as it would be with the part made anew */
export function withGenerated(
  path: string,
  name: string,
  part: string,
): { readonly is: string; readonly wanted: string } {
  const file = new URL(`../../${path}`, import.meta.url);
  const is = readFileSync(file, 'utf8');
  const begin = `<!-- generated: ${name} -->`;
  const from = is.indexOf(begin);
  const until = is.indexOf('<!-- end -->', from);
  if (from < 0 || until < 0) throw new Error(`${path} has no part ${begin}`);
  const wanted = `${is.slice(0, from)}${begin}\n\n${part.trim()}\n\n${is.slice(until)}`;
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(file, wanted);
    return { is: wanted, wanted };
  }
  return { is, wanted };
}

/** A table of Markdown; bars inside cells are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
