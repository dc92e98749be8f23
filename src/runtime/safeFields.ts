// What may stand in a log line: plain JSON of bounded size, without secrets. Names of fields tell what is a
// secret; credentials inside a URL and byte strings are taken out wherever they stand.

import { Fault } from '../model/fault.ts';

const SECRET =
  /pass(word|phrase)?$|secret|token|authorization|credential|cookie|sasl|api[-_]?key|private[-_]?key|^key$/i;
const URL_CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const CENSORED = '[secret]';
const MOST_CHARS = 2_000;
const MOST_ENTRIES = 50;
const DEEPEST = 5;

/** Names that our log lines have themselves: a field of that name is kept under `field.<name>`. */
const TAKEN = new Set(['level', 'time', 'msg']);

export function safeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(fields).filter((name) => TAKEN.has(name));
  const renamed = names.length === 0 ? fields : rename(fields);
  return safeObject(renamed, 0);
}

function rename(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [TAKEN.has(name) ? `field.${name}` : name, value]),
  );
}

function safeObject(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value);
  const safe = entries
    .slice(0, MOST_ENTRIES)
    .map(([name, each]): [string, unknown] => [name, SECRET.test(name) ? CENSORED : safeValue(each, depth)]);
  if (entries.length > MOST_ENTRIES) safe.push(['…', `${entries.length - MOST_ENTRIES} more`]);
  return Object.fromEntries(safe);
}

function safeValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return safeText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value.toString();
    case 'boolean':
    case 'undefined':
      return value;
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      return value === null ? null : safeStructure(value, depth + 1);
  }
}

function safeStructure(value: object, depth: number): unknown {
  if (depth > DEEPEST) return '[deeper]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return safeError(value, depth);
  if (value instanceof Map) return safeObject(Object.fromEntries(value), depth);
  if (value instanceof Set) return safeStructure([...value], depth);
  if (value instanceof Date) return safeText(String(value.valueOf()));
  if (!Array.isArray(value)) return safeObject(value, depth);
  const shown = value.slice(0, MOST_ENTRIES).map((each) => safeValue(each, depth));
  return value.length > MOST_ENTRIES ? [...shown, `${value.length - MOST_ENTRIES} more`] : shown;
}

function safeError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    message: safeText(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    // A fault says what is wrong and what to do; where in our sources it was noticed helps nobody.
    ...(error.stack === undefined || error instanceof Fault ? {} : { stack: safeText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: safeValue(error.cause, depth) }),
  };
}

function safeText(text: string): string {
  const clean = text.replaceAll(URL_CREDENTIALS, `$1${CENSORED}@`);
  return clean.length <= MOST_CHARS ? clean : `${clean.slice(0, MOST_CHARS)}… (${clean.length} characters)`;
}
