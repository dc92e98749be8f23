// JSON values as YAML to paste into a manifest. Only what policies hold, and safe whatever a log put into
// it: a word that could be anything but itself is quoted, and what is no plain ASCII is escaped, so that the
// screen shows what an editor will read (yaml.org/spec/1.2.2, double-quoted style).
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** In this order of keys; sequences stand at the indentation of their key, as kubectl prints them. */
export function yamlLines(object: JsonObject): readonly string[] {
  return mappingLines(object);
}

function mappingLines(object: JsonObject): readonly string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (isSequence(value) && value.length > 0)
      return [`${scalar(key)}:`, ...value.flatMap((item) => itemLines(item))];
    if (isObject(value) && Object.keys(value).length > 0)
      return [`${scalar(key)}:`, ...mappingLines(value).map((line) => `  ${line}`)];
    return [`${scalar(key)}: ${scalar(value)}`];
  });
}

function itemLines(item: JsonValue): readonly string[] {
  if (!isObject(item) || Object.keys(item).length === 0) return [`- ${scalar(item)}`];
  return mappingLines(item).map((line, index) => `${index === 0 ? '-' : ' '} ${line}`);
}

function isSequence(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Letters first, so that it is no number; and none of YAML's other words for true, false and null. */
const PLAIN = /^[A-Za-z][A-Za-z0-9._/-]*$/;
const RESERVED = /^(true|false|yes|no|on|off|null|y|n)$/i;
/** `k8s:io.kubernetes.pod.namespace`: a colon is plain where no space follows. */
const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9._/-]*(:[A-Za-z0-9._/-]+)?$/;

function scalar(value: JsonValue): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isPlain = (PLAIN.test(value) || PLAIN_KEY.test(value)) && !RESERVED.test(value);
  return isPlain ? value : quoted(value);
}

function quoted(text: string): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === '\\') escaped += `\\${character}`;
    else if (code >= 0x20 && code < 0x7f) escaped += character;
    else if (code < 0x1_00_00) escaped += `\\u${code.toString(16).padStart(4, '0')}`;
    else escaped += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `"${escaped}"`;
}
