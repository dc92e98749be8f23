// Reads as much of a JSON object's text as there is: carriers cut long audit events (AKS at 16 KiB,
// CloudWatch at 256 KiB), and what stands before the cut still tells who wrote what. Nothing is invented: a
// key, string or number that the cut goes through is left out; a key that repeats makes the text no JSON.

import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

export interface Salvaged {
  readonly value: JsonObject;
  /** Keys (indices of arrays) of the containers that the cut left open below `value`, outermost first. */
  readonly open: readonly string[];
  /** false when the object was whole. */
  readonly cut: boolean;
}

interface Cursor {
  readonly text: string;
  position: number;
  end: 'none' | 'cut' | 'no JSON';
  /** Innermost first, filled while the open containers are left. */
  readonly open: string[];
}

/** Deeper than any object that the API server accepts; bounds the recursion. */
const MAX_DEPTH = 200;
const SPACE = /[ \t\r\n]*/y;
const SCALAR = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null/y;

/** @returns undefined when the text does not begin with an object, or ceases to be JSON before its end. */
export function salvage(text: string): Salvaged | undefined {
  const cursor: Cursor = { text, position: 0, end: 'none', open: [] };
  const value = readValue(cursor, 0);
  if (cursor.end === 'no JSON' || !isObject(value)) return undefined;
  return { value, open: [...cursor.open].reverse(), cut: cursor.end === 'cut' };
}

/** undefined when no whole value stands here; then `cursor.end` is set. */
function readValue(cursor: Cursor, depth: number): JsonValue | undefined {
  const character = peek(cursor);
  if (depth > MAX_DEPTH) return stop(cursor, 'no JSON');
  if (character === '{') return readObject(cursor, depth);
  if (character === '[') return readArray(cursor, depth);
  return readScalar(cursor);
}

function readObject(cursor: Cursor, depth: number): JsonObject {
  const members = new Map<string, JsonValue>();
  cursor.position += 1;
  while (cursor.end === 'none' && !isClosed(cursor, '}')) {
    if (members.size > 0) expect(cursor, ',');
    if (peek(cursor) !== '"') stop(cursor, 'no JSON');
    const key = cursor.end === 'none' ? readScalar(cursor) : undefined;
    if (typeof key !== 'string') break;
    if (members.has(key)) stop(cursor, 'no JSON');
    expect(cursor, ':');
    readMember(cursor, depth, key, (value) => members.set(key, value));
  }
  return Object.fromEntries(members);
}

function readArray(cursor: Cursor, depth: number): readonly JsonValue[] {
  const items: JsonValue[] = [];
  cursor.position += 1;
  while (cursor.end === 'none' && !isClosed(cursor, ']')) {
    if (items.length > 0) expect(cursor, ',');
    readMember(cursor, depth, String(items.length), (value) => items.push(value));
  }
  return items;
}

function readMember(cursor: Cursor, depth: number, key: string, keep: (value: JsonValue) => void): void {
  if (cursor.end !== 'none') return;
  const value = readValue(cursor, depth + 1);
  if (value === undefined) return;
  if (wasCut(cursor)) cursor.open.push(key);
  keep(value);
}

function wasCut(cursor: Cursor): boolean {
  return cursor.end === 'cut';
}

function readScalar(cursor: Cursor): JsonValue | undefined {
  peek(cursor);
  if (cursor.end !== 'none') return undefined;
  SCALAR.lastIndex = cursor.position;
  const token = SCALAR.exec(cursor.text)?.[0];
  const rest = cursor.text.slice(cursor.position, cursor.position + 32);
  if (token === undefined) return stop(cursor, mayContinue(rest, cursor) ? 'cut' : 'no JSON');
  const end = cursor.position + token.length;
  // A number that touches the end may have had more digits.
  if (end === cursor.text.length && /^[-\d]/.test(token)) return stop(cursor, 'cut');
  cursor.position = end;
  const value = parsedScalar(token);
  return value === undefined ? stop(cursor, 'no JSON') : value;
}

/** undefined when the token is a string with an escape or character that JSON does not allow. */
function parsedScalar(token: string): string | number | boolean | null | undefined {
  if (token === 'null') return null;
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an unfinished token at the end of the text could have become a scalar. */
function mayContinue(rest: string, cursor: Cursor): boolean {
  if (rest.startsWith('"')) return true;
  const isTail = cursor.position + rest.length === cursor.text.length;
  return isTail && (rest === '-' || ['true', 'false', 'null'].some((word) => word.startsWith(rest)));
}

/** The next character that is no white space; sets `end` at the end of the text. */
function peek(cursor: Cursor): string {
  SPACE.lastIndex = cursor.position;
  cursor.position += SPACE.exec(cursor.text)?.[0].length ?? 0;
  const character = cursor.text[cursor.position];
  if (character === undefined && cursor.end === 'none') cursor.end = 'cut';
  return character ?? '';
}

function isClosed(cursor: Cursor, bracket: '}' | ']'): boolean {
  if (peek(cursor) !== bracket) return false;
  cursor.position += 1;
  return true;
}

function expect(cursor: Cursor, character: ',' | ':'): void {
  if (peek(cursor) === character) cursor.position += 1;
  else stop(cursor, 'no JSON');
}

/** The first stop counts: a text that was cut is not also broken. */
function stop(cursor: Cursor, end: 'cut' | 'no JSON'): undefined {
  if (cursor.end === 'none') cursor.end = end;
  return undefined;
}
