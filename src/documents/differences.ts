// What changed between two JSON values, in short lines that a person reads: `path: before → after`. Lists
// are compared as bags, since the order of rules and peers decides nothing: what is only in the old one was
// removed, what is only in the new one was added; where exactly one of each is left, they are compared
// with each other. Lists whose order does decide are compared place by place.
import { canonicalJson, entries, isObject, type JsonValue } from '../model/json.ts';
import { bagText } from './bagText.ts';

const MAX_LINES = 50;
const MAX_VALUE_CHARS = 120;
const NOTHING = '(none)';

/**
 * At most 50 lines in the order of the paths; the last says how many are left out.
 * @param ordered keys whose lists have an order that counts
 */
export function differences(
  before: JsonValue | null,
  after: JsonValue | null,
  ordered: ReadonlySet<string> = new Set(),
): readonly string[] {
  const lines: string[] = [];
  compare({ path: '', key: '', before, after }, ordered, lines);
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - 1), `… and ${lines.length - MAX_LINES + 1} more`];
}

interface Pair {
  readonly path: string;
  /** The last key of the path. */
  readonly key: string;
  readonly before: JsonValue | null;
  readonly after: JsonValue | null;
}

function compare(pair: Pair, ordered: ReadonlySet<string>, lines: string[]): void {
  const { path, key, before, after } = pair;
  if (Array.isArray(before) && Array.isArray(after)) {
    if (ordered.has(key)) compareInOrder(path, before, after, { ordered, lines });
    else compareBags(path, before, after, { ordered, lines });
    return;
  }
  if (bagText(before, ordered) === bagText(after, ordered)) return;
  if (isObject(before) && isObject(after)) compareObjects(path, before, after, { ordered, lines });
  else lines.push(`${path === '' ? 'spec' : path}: ${shorten(before)} → ${shorten(after)}`);
}

interface Result {
  readonly ordered: ReadonlySet<string>;
  readonly lines: string[];
}

function compareObjects(path: string, before: JsonValue, after: JsonValue, { ordered, lines }: Result): void {
  const old = new Map(entries(before));
  const young = new Map(entries(after));
  for (const key of [...new Set([...old.keys(), ...young.keys()])].sort()) {
    const inner = path === '' ? key : `${path}.${key}`;
    const pair = { path: inner, key, before: old.get(key) ?? null, after: young.get(key) ?? null };
    compare(pair, ordered, lines);
  }
}

function compareInOrder(
  path: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  { ordered, lines }: Result,
): void {
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const pair = { before: before[index] ?? null, after: after[index] ?? null };
    compare({ path: `${path}[${index}]`, key: '', ...pair }, ordered, lines);
  }
}

function compareBags(
  path: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  { ordered, lines }: Result,
): void {
  const removed = without(before, after, ordered);
  const added = without(after, before, ordered);
  const [gone] = removed;
  const [come] = added;
  if (removed.length === 1 && added.length === 1 && gone !== undefined && come !== undefined) {
    const pair = { path: `${path}[${come.index}]`, key: '', before: gone.item, after: come.item };
    compare(pair, ordered, lines);
    return;
  }
  for (const { index, item } of removed) lines.push(`${path}[${index}]: ${shorten(item)} → ${NOTHING}`);
  for (const { index, item } of added) lines.push(`${path}[${index}]: ${NOTHING} → ${shorten(item)}`);
}

/** The items of `list` that `other` has not, with their places; each item of `other` excuses one. */
function without(list: readonly JsonValue[], other: readonly JsonValue[], ordered: ReadonlySet<string>) {
  const spare = new Map<string, number>();
  for (const item of other) {
    const key = bagText(item, ordered);
    spare.set(key, (spare.get(key) ?? 0) + 1);
  }
  return list.flatMap((item, index) => {
    const key = bagText(item, ordered);
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
