// The README shows what the program really prints: its example is run again here, and its commands exist.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from './support/command.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = new URL('../README.md', import.meta.url);
const BEGIN = '<!-- example:begin -->';
const END = '<!-- example:end -->';

/** How long it took is another figure every time. */
function timeless(text: string): string {
  return text.replace(/^Took .*? lines\/s\./m, 'Took … lines/s.');
}

function shown(text: string): string {
  return `${BEGIN}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n\n${END}`;
}

describe('the README', () => {
  const text = readFileSync(readme, 'utf8');
  const scripts: Record<string, string> = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ).scripts;

  it('shows what `npm start` prints (UPDATE_README=1 writes it anew)', async () => {
    const args = scripts['start']?.split(' ').slice(2) ?? [];
    const { stdout, stderr, code } = await run(args, root);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const before = text.slice(0, text.indexOf(BEGIN));
    const after = text.slice(text.indexOf(END) + END.length);
    const wanted = before + shown(stdout) + after;
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
