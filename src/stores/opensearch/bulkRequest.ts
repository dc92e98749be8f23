// Documents → bodies of bulk requests, NDJSON. Each document is turned into text once, however often it is
// sent, and one body at a time is made: a thousand documents never lie in memory as text all at once.
//
//   {"index":{"_index":…,"_id":…,"version":…,"version_type":"external_gte"}}
//   {…the fields, flat, under their dotted names…}
import type { Document } from '../../documents/document.ts';
import { storedName } from './indexNames.ts';

/**
 * The longest document that is sent at all. OpenSearch takes requests of 100 MB unless told otherwise; some
 * managed services take 10 MB whatever they are told.
 */
export const MAX_DOCUMENT_BYTES = 9 * 1024 * 1024;

export interface BulkLine {
  readonly document: Document;
  /** Two lines, each ended by `\n`. */
  readonly text: string;
  readonly bytes: number;
}

export interface BulkLimits {
  readonly indexPrefix: string;
  readonly bulkBytes: number;
}

/**
 * All documents, in their order, each once. A bulk holds at most `bulkBytes`, unless it is of one document.
 * Lazy: a bulk is made when it is asked for.
 */
export function* bulks(
  documents: Iterable<Document>,
  { indexPrefix, bulkBytes }: BulkLimits,
): Generator<readonly BulkLine[]> {
  let lines: BulkLine[] = [];
  let bytes = 0;
  for (const document of documents) {
    const line = bulkLine(document, indexPrefix);
    if (lines.length > 0 && bytes + line.bytes > bulkBytes) {
      yield lines;
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += line.bytes;
  }
  if (lines.length > 0) yield lines;
}

export function bulkBody(lines: readonly BulkLine[]): string {
  return lines.map(({ text }) => text).join('');
}

/** For a request that was too large. @param lines at least two */
export function halves<T>(lines: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = Math.ceil(lines.length / 2);
  return [lines.slice(0, middle), lines.slice(middle)];
}

function bulkLine(document: Document, indexPrefix: string): BulkLine {
  const { _id, _index, _version, fields } = document;
  const action = {
    index: {
      _index: storedName(_index, indexPrefix),
      _id,
      version: _version,
      version_type: 'external_gte',
    },
  };
  const text = `${JSON.stringify(action)}\n${JSON.stringify(fields)}\n`;
  return { document, text, bytes: Buffer.byteLength(text) };
}
