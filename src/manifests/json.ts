// JSON manifests: one value, several one after another, or one a line. They never go through the YAML parser, which
// would take minutes for a large snapshot.
import { TextSplitter } from '../files/texts.ts';
import type { ParsedDocument } from './document.ts';

const [OPEN_ARRAY, OPEN_OBJECT] = [0x5b, 0x7b];

export function looksLikeJson(bytes: Buffer): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === OPEN_ARRAY || first === OPEN_OBJECT;
}

/** Each value with the line on which it begins; the elements of an array as one value, unless they are broken. */
export function parseJson(path: string, bytes: Buffer): readonly ParsedDocument[] {
  try {
    return [{ value: JSON.parse(bytes.toString('utf8')), source: `${path}:${firstLine(bytes)}` }];
  } catch {
    return parseEach(path, bytes);
  }
}

function parseEach(path: string, bytes: Buffer): readonly ParsedDocument[] {
  const splitter = new TextSplitter(Number.MAX_SAFE_INTEGER);
  const texts = [...splitter.push(bytes).records, ...splitter.finish().records];
  return texts.map((text) => parseOne(`${path}:${text.line}`, Buffer.from(text.bytes).toString('utf8')));
}

function parseOne(source: string, text: string): ParsedDocument {
  try {
    return { value: JSON.parse(text), source };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ').slice(0, 200) : '';
    return { source, message: `not JSON: ${why}` };
  }
}

function firstLine(bytes: Buffer): number {
  let line = 1;
  for (const byte of bytes) {
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) return line;
    if (byte === 0x0a) line += 1;
  }
  return line;
}
