// What every page has around its content: a head that says what the page may do, the title, the switch between light
// and dark, the scripts at the end.

import { contentPolicy } from './contentPolicy.ts';
import { type Content, element, htmlOf, type Markup, rawElement } from './markup.ts';
import { STYLE } from './style.ts';

export interface Shell {
  /** Of the window. */
  readonly title: string;
  readonly heading: string;
  /** What was looked at. */
  readonly scope: string;
  readonly redact: boolean;
  /** The first thing that the Tab key reaches: a link into the page. */
  readonly skip: { readonly href: string; readonly text: string };
  readonly content: Content;
  readonly footer: Content;
  /** Markup that is not shown. */
  readonly data: Content;
  /** In the order in which they run. */
  readonly scripts: readonly string[];
}

/** The text of the file. */
export function pageText({ title, heading, scope, redact, skip, ...parts }: Shell): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: contentPolicy(parts.scripts, [STYLE]),
    }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('link', { rel: 'icon', href: 'data:,' }),
    element('title', {}, title),
    rawElement('style', {}, STYLE),
  );
  const body = element(
    'body',
    {},
    element('a', { href: skip.href, class: 'skip' }, skip.text),
    header(heading, scope, redact),
    element('main', {}, parts.content),
    element('footer', {}, parts.footer),
    parts.data,
    parts.scripts.map((script) => rawElement('script', {}, script)),
  );
  return `<!doctype html>\n${htmlOf(element('html', { lang: 'en' }, head, body))}\n`;
}

function header(heading: string, scope: string, redact: boolean): Markup {
  return element(
    'header',
    { class: 'top' },
    element(
      'div',
      {},
      element('h1', {}, heading),
      element('p', { class: 'scope' }, scope.replaceAll('\u00a0', ' ')),
      redact ? element('p', { class: 'rest' }, 'Redacted: people and outside addresses have stand-ins.') : [],
    ),
    element('button', { type: 'button', id: 'theme', hidden: '' }, 'Dark'),
  );
}
