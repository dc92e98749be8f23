// Bytes of one line → text → JSON value, with the limits that untrusted input needs. A line that breaks one is
// rejected with its reason; nothing is repaired (no replacement characters, no last-key-wins), because a
// repaired record would be counted as something that was never written.

import type { JsonValue } from '../model/json.ts';
import { accepted, type Outcome, type Rejected, rejected } from '../model/outcome.ts';
import { countKeys, countMembers, TOO_DEEP } from './structure.ts';

/** Longest line that is read. Audit webhooks send batches of 10 MB; a Hubble flow is about 2 KB. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Objects and arrays open at once. Policies nest about 15 deep, their OpenAPI schemas allow no recursion. */
export const MAX_JSON_DEPTH = 200;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A byte order mark is taken off. */
export function decodeText(bytes: Uint8Array): string | Rejected {
  if (bytes.length > MAX_LINE_BYTES)
    return rejected('too-long', `${bytes.length} bytes, the limit is ${MAX_LINE_BYTES}`);
  try {
    return utf8.decode(bytes);
  } catch {
    return rejected('not-utf8', 'a byte sequence that is no UTF-8');
  }
}

/**
 * RFC 8259 text. Keys repeated in one object are refused, as RFC 7493 (I-JSON) asks, and so is depth.
 * Both take about as long as the parsing itself: `trusting` leaves them out, for text that another look has
 * found to be in order and whose value nobody walks recursively.
 */
export function parseJson(text: string, care: 'thorough' | 'trusting' = 'thorough'): Outcome<JsonValue> {
  const members = care === 'thorough' ? countMembers(text, MAX_JSON_DEPTH) : 0;
  if (members === TOO_DEEP) return rejected('too-deep', `more than ${MAX_JSON_DEPTH} levels`);
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return rejected('not-json', whereItFails(error, text));
  }
  const repeated = care === 'thorough' ? members - countKeys(value) : 0;
  if (repeated > 0) return rejected('duplicate-key', `${repeated} of ${members} members repeat a key`);
  return accepted(value);
}

/** Bytes → JSON value. */
export function decodeJson(bytes: Uint8Array): Outcome<JsonValue> {
  const text = decodeText(bytes);
  return typeof text === 'string' ? parseJson(text) : text;
}

/** Never quotes the input: what a log line holds does not belong into messages. */
function whereItFails(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (message.includes('end of JSON')) return `unexpected end of line at character ${text.length}`;
  return position === undefined ? 'unexpected text' : `unexpected text at character ${position}`;
}
