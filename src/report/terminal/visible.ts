// The one way for a value out of a log to reach the terminal. Whoever can write to a cluster can choose
// names; none of them may move the cursor, change colours, reverse the reading direction, hide itself or
// begin a new line. What could do so is shown as an escape that a person can read: `\x1b`, `\u{202e}`.

const MOST_CHARS = 160;

/**
 * Controls (C0, DEL, C1), everything of Unicode's format, private, surrogate and unassigned classes (bidi
 * overrides, zero-width characters and tags are format characters), line and paragraph separators, and
 * spaces that are no ordinary space.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
/** More than two marks on one character paint over the lines above and below. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;

/** One line of printable text; longer than 160 characters it ends in `…`. */
export function visible(text: string): string {
  const cut = text.length > MOST_CHARS ? `${wholeCharacters(text.slice(0, MOST_CHARS - 1))}…` : text;
  return cut.replace(UNSAFE, escaped).replace(PILED_MARKS, '$1');
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default:
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  }
}

/** Takes away half a character at the end of a cut text. */
function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
