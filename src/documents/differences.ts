// What changed between two JSON values, in short lines that a person reads: `path: before → after`. Lists
// are compared as bags, since the order of rules and peers decides nothing: what is only in the old one was
// removed, what is only in the new one was added; where exactly one of each is left, they are compared
// with each other.
import { canonicalJson, entries, isObject, type JsonValue } from '../model/json.ts';

const MAX_LINES = 50;
const MAX_VALUE_CHARS = 120;
const NOTHING = '(none)';

/** At most 50 lines in the order of the paths; the last says how many are left out. */
export function differences(before: JsonValue | null, after: JsonValue | null): readonly string[] {
  const lines: string[] = [];
  compare('', before, after, lines);
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - 1), `… and ${lines.length - MAX_LINES + 1} more`];
}

function compare(path: string, before: JsonValue | null, after: JsonValue | null, lines: string[]): void {
  if (canonicalJson(before) === canonicalJson(after)) return;
  if (isObject(before) && isObject(after)) compareObjects(path, before, after, lines);
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(path, before, after, lines);
  else lines.push(`${path === '' ? 'spec' : path}: ${shorten(before)} → ${shorten(after)}`);
}

function compareObjects(path: string, before: JsonValue, after: JsonValue, lines: string[]): void {
  const old = new Map(entries(before));
  const young = new Map(entries(after));
  for (const key of [...new Set([...old.keys(), ...young.keys()])].sort())
    compare(path === '' ? key : `${path}.${key}`, old.get(key) ?? null, young.get(key) ?? null, lines);
}

function compareLists(
  path: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  lines: string[],
): void {
  const removed = without(before, after);
  const added = without(after, before);
  const [gone] = removed;
  const [come] = added;
  if (removed.length === 1 && added.length === 1 && gone !== undefined && come !== undefined) {
    compare(`${path}[${come.index}]`, gone.item, come.item, lines);
    return;
  }
  for (const { index, item } of removed) lines.push(`${path}[${index}]: ${shorten(item)} → ${NOTHING}`);
  for (const { index, item } of added) lines.push(`${path}[${index}]: ${NOTHING} → ${shorten(item)}`);
}

/** The items of `list` that `other` has not, with their places; each item of `other` excuses one. */
function without(list: readonly JsonValue[], other: readonly JsonValue[]) {
  const spare = new Map<string, number>();
  for (const item of other) {
    const key = canonicalJson(item);
    spare.set(key, (spare.get(key) ?? 0) + 1);
  }
  return list.flatMap((item, index) => {
    const key = canonicalJson(item);
    const left = spare.get(key) ?? 0;
    if (left > 0) spare.set(key, left - 1);
    return left > 0 ? [] : [{ index, item }];
  });
}

function shorten(value: JsonValue | null): string {
  if (value === null) return NOTHING;
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length <= MAX_VALUE_CHARS ? text : `${text.slice(0, MAX_VALUE_CHARS - 1)}…`;
}
