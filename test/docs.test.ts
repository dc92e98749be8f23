// The documents that lead through a question show what the program really prints for the example cluster, and its
// commands exist. They only read the store, so those of one guide run at once.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolder, run } from './support/command.ts';

const docs = new URL('../docs/', import.meta.url);
const examples = fileURLToPath(new URL('../examples/shop/', import.meta.url));
/** `<!-- printed: COMMAND -->` … `<!-- end -->`, run where the first command of the guide has left its store. */
const PRINTED = /<!-- printed: (.+?) -->\n[\s\S]*?<!-- end -->/g;
const GUIDES = readdirSync(docs).filter(
  (name) => name.endsWith('.md') && readFileSync(new URL(name, docs), 'utf8').includes('<!-- printed: '),
);

describe('a guide', () => {
  let folder = '';

  beforeAll(async () => {
    folder = makeFolder();
    const input = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'policies.json'].map(
      (word) => (word.startsWith('--') ? word : `${examples}${word}`),
    );
    const { code, stderr } = await run(['analyze', ...input, '--store', 'drift.duckdb'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
  afterAll(() => removeFolder(folder));

  /** The block as it must stand: the command and what it prints. */
  async function printed(command: string): Promise<string> {
    const { code, stdout, stderr } = await run([...command.split(' '), '--store', 'drift.duckdb'], folder);
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
    const shown = `\`\`\`text\n$ npx netpol-drift ${command} --store drift.duckdb\n\n${stdout.trimEnd()}\n\`\`\``;
    return `<!-- printed: ${command} -->\n\n${shown}\n\n<!-- end -->`;
  }

  it('is there for each question that people come with', () => {
    expect(GUIDES).toEqual(
      expect.arrayContaining([
        'is-this-policy-still-needed.md',
        'switch-to-enforcement.md',
        'what-broke-it.md',
        'who-opened-this.md',
      ]),
    );
  });

  it.each(GUIDES)('%s shows what its commands print (UPDATE_DOCS=1 writes it anew)', async (name) => {
    const place = new URL(name, docs);
    const text = readFileSync(place, 'utf8');
    const blocks = await Promise.all([...text.matchAll(PRINTED)].map(([, command = '']) => printed(command)));
    const wanted = text.replaceAll(PRINTED, () => blocks.shift() ?? '');
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(place, wanted);
    else expect(text).toBe(wanted);
  });
});
