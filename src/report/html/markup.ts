// HTML as data: the only way for a text to get into the page outside its JSON. Texts and attributes are escaped
// here and nowhere else; a string is always text, never markup.

/** Markup that was made here. */
export interface Markup {
  readonly html: string;
}

export type Content = Markup | string | readonly Content[];

/** Elements without an end tag. */
const VOID: ReadonlySet<string> = new Set(['br', 'input', 'link', 'meta', 'col']);
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** @param attributes values are escaped, names are ours; null leaves one out, '' is one without a value */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | null>>,
  ...content: readonly Content[]
): Markup {
  const written = Object.entries(attributes)
    .map(([key, value]) => (value === null ? '' : value === '' ? ` ${key}` : ` ${key}="${escaped(value)}"`))
    .join('');
  const start = `<${name}${written}>`;
  return { html: VOID.has(name) ? start : `${start}${htmlOf(content)}</${name}>` };
}

/** Style sheets and scripts of ours, whose end tag must not occur in them: they cannot be escaped. */
export function rawElement(
  name: 'style' | 'script',
  attributes: Readonly<Record<string, string>>,
  text: string,
): Markup {
  if (new RegExp(`</${name}|<!--`, 'i').test(text)) throw new Error(`a ${name} of the page would end early`);
  const { html } = element(name, attributes);
  return { html: html.replace(`</${name}>`, () => `${text}</${name}>`) };
}

/** What markup is made of, and characters that an editor would not show or would show in another order. */
const SPECIAL = /[<>&\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;

/** JSON that no HTML parser can mistake for markup, whatever its texts hold. */
export function jsonElement(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replace(SPECIAL, unicodeEscapes);
  return rawElement('script', { type: 'application/json', id }, json);
}

export function htmlOf(content: Content): string {
  if (typeof content === 'string') return escaped(content);
  return isList(content) ? content.map(htmlOf).join('') : content.html;
}

function isList(content: Content): content is readonly Content[] {
  return Array.isArray(content);
}

/** In JSON an escape for each half of a character beyond the first 65,536. */
function unicodeEscapes(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
