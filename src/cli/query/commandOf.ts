// The command as it was given, to be shown: ready to be pasted, without passwords.
import { basename } from 'node:path';
import { shellWord } from '../../report/shellWord.ts';
import type { RawQueryOptions } from './options.ts';

const FILES: ReadonlySet<string> = new Set(['store', 'report']);

/** Of files only their names where the page is redacted. */
export function commandOf(name: string, raw: RawQueryOptions): readonly string[] {
  const options = Object.entries(raw).flatMap(([key, value]) => {
    if (value === undefined || value === false || (key === 'format' && value === 'table')) return [];
    const option = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [option];
    const isShort = raw['redact'] === true && FILES.has(key);
    const shown = isShort ? basename(value) : key === 'opensearch' ? withoutUser(value) : value;
    return [option, shellWord(shown)];
  });
  return ['netpol-drift', 'query', name, ...options];
}

/** An address without the user and password that may stand in it. */
export function withoutUser(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  url.username = '';
  url.password = '';
  return url.href;
}
