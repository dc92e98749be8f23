// The shape of JSON text without its values: how deep it nests and how many members its objects have.
// Here because JSON.parse tells neither depth nor repeated keys: it keeps the last of two equal keys in
// silence, and whoever reads the same bytes with another parser may see the first.

import type { JsonValue } from '../model/json.ts';

/** Answer of {@link countMembers} for text that nests deeper than allowed. */
export const TOO_DEEP = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** `{` and `[`. They differ in one bit from no other character that stands outside strings in JSON. */
function opens(code: number): boolean {
  return code === 0x7b || code === 0x5b;
}

function closes(code: number): boolean {
  return code === 0x7d || code === 0x5d;
}

/**
 * Members of all objects in the text, repeated keys counted each time; {@link TOO_DEEP} as soon as more than
 * `maxDepth` objects and arrays are open at once. The text need not be JSON: then the number means nothing.
 */
export function countMembers(text: string, maxDepth: number): number {
  let members = 0;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === QUOTE) inString = false;
      else if (code === BACKSLASH) index += 1;
    } else if (code === QUOTE) inString = true;
    else if (code === COLON) members += 1;
    else if (opens(code)) {
      depth += 1;
      if (depth > maxDepth) return TOO_DEEP;
    } else if (closes(code)) depth -= 1;
  }
  return members;
}

/** Members of all objects within a parsed value. Less than {@link countMembers} when a key was repeated. */
export function countKeys(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) {
      if (typeof item === 'object') keys += countKeys(item);
    }
    return keys;
  }
  for (const item of Object.values(value)) {
    keys += 1;
    if (typeof item === 'object') keys += countKeys(item);
  }
  return keys;
}
