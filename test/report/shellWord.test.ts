// A real shell reads back the word, and nothing else.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/report/shellWord.ts';

test.each([
  'shop/web',
  'edge/*',
  '~',
  '$(touch x)',
  '`touch x`',
  "it's",
  'a b',
  'a\nb',
  '; exit 1 #',
  '!!',
  '',
])('%j', (word) => {
  const read = execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' });
  expect(read).toBe(word);
});

test('plain names stay as they are', () => {
  expect(shellWord('shop/web:8080')).toBe('shop/web:8080');
});
