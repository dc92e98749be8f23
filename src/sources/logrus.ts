// Text lines of logrus: `time="…" level=info msg="…"`. Cilium's agent prints Hubble's lines so when the export
// goes to its own log; the value is quoted as Go does it.

const START = /(?:^|\s)msg="/;

/** The unquoted `msg`; undefined when the text has none, or one that Go did not quote. */
export function logrusMessage(text: string): string | undefined {
  const quoted = quotedMessage(text);
  if (quoted === undefined) return undefined;
  if (!quoted.includes('\\')) return quoted;
  try {
    const value: unknown = JSON.parse(`"${asJsonEscapes(quoted)}"`);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What stands between the quotation marks; undefined when the second one is missing. */
function quotedMessage(text: string): string | undefined {
  const start = START.exec(text);
  if (start === null) return undefined;
  const from = start.index + start[0].length;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') return text.slice(from, index);
    if (character === '\\') index += 1;
  }
  return undefined;
}

/** Go quotes as JSON does, but for `\a`, `\v`, `\xNN` and `\UNNNNNNNN` (strconv.Quote). */
function asJsonEscapes(quoted: string): string {
  return quoted.replaceAll(/\\(?:a|v|x([0-9a-f]{2})|U([0-9a-f]{8})|.)/gs, (escape, byte, point) => {
    if (escape === String.raw`\a`) return String.raw`\u0007`;
    if (escape === String.raw`\v`) return String.raw`\u000b`;
    if (typeof byte === 'string') return String.raw`\u00${byte}`;
    if (typeof point !== 'string') return escape;
    const code = Number.parseInt(point, 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
  });
}
