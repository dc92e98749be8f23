// What the page may do, told to the browser: run the scripts and use the style that it carries, each known by its
// hash, and nothing else. No request, no frame, no form, no code made at run time: whatever a name from a log
// were to smuggle in would be refused.

import { createHash } from 'node:crypto';

export function contentPolicy(scripts: readonly string[], styles: readonly string[]): string {
  return [
    `default-src 'none'`,
    `script-src ${scripts.map(source).join(' ')}`,
    `style-src ${styles.map(source).join(' ')}`,
    'img-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/** Content Security Policy Level 3, hash-source: of the element's text in UTF-8. */
function source(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
