// The settings as docs/run-the-workers.md lists them: all of them, as the code has them.
import { expect, test } from 'vitest';
import { SETTINGS_GROUPS } from '../../src/workers/settings/catalogue.ts';
import type { Setting } from '../../src/workers/settings/setting.ts';
import { markdownTable, withGenerated } from '../support/generatedDocs.ts';

function row({ name, hasFile, shownFallback, doc, expects, isSecret }: Setting<unknown>): readonly string[] {
  return [
    hasFile ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``,
    shownFallback === '' ? '' : `\`${shownFallback}\``,
    isSecret || expects === 'a text' ? doc : `${doc} (${expects})`,
  ];
}

test('docs/run-the-workers.md lists every setting as it is (UPDATE_DOCS=1 writes it anew)', () => {
  const tables = SETTINGS_GROUPS.map(
    ({ title, settings }) =>
      `### ${title}\n\n${markdownTable(['setting', 'unless set', 'what it is'], settings.map(row))}`,
  );
  const { is, wanted } = withGenerated('docs/run-the-workers.md', 'settings', tables.join('\n\n'));
  expect(is).toBe(wanted);
});
