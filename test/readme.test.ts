// The README shows what the program really prints: its example is run again here, and its commands exist.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from './support/command.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = new URL('../README.md', import.meta.url);
/** `<!-- printed: COMMAND -->` … `<!-- end -->`; `why` runs on the example of `npm start`. */
const PRINTED = /<!-- printed: (.+?) -->\n[\s\S]*?<!-- end -->/g;

/** How long it took is another figure every time. */
function timeless(text: string): string {
  return text.replaceAll(/^Took .*? lines\/s\./gm, 'Took … lines/s.');
}

async function printed(command: string, start: readonly string[]): Promise<string> {
  const args = command === 'npm start' ? start : [...command.split(' '), ...start.slice(1)];
  const { stdout, stderr, code } = await run(args, root);
  expect({ command, stderr, code }).toEqual({ command, stderr: '', code: 0 });
  return `<!-- printed: ${command} -->\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n\n<!-- end -->`;
}

describe('the README', () => {
  const text = readFileSync(readme, 'utf8');
  const scripts: Record<string, string> = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ).scripts;

  it('shows what its commands print (UPDATE_README=1 writes it anew)', async () => {
    const start = scripts['start']?.split(' ').slice(2) ?? [];
    let wanted = text;
    const shown = [...text.matchAll(PRINTED)];
    expect(shown).toHaveLength(4);
    for (const [block, command = ''] of shown) wanted = wanted.replace(block, await printed(command, start));
    if (process.env['UPDATE_README'] === '1') writeFileSync(readme, wanted);
    else expect(timeless(text)).toBe(timeless(wanted));
  });

  it('names only scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
    const missing = links.filter((path) => {
      try {
        readFileSync(new URL(`../${path}`, import.meta.url));
        return false;
      } catch {
        return true;
      }
    });
    expect(missing).toEqual([]);
  });
});
