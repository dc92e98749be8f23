// One word of a command that is printed to be pasted. Names come out of logs: whatever they hold, a shell takes it
// for nothing but that word. It does not keep a word from being taken for an option.

/** What a shell takes as it stands. */
const PLAIN = /^[\w.,:/@%+=-]+$/;

/** In single quotes where needed. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
