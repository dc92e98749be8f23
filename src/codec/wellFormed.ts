// Walks over Avro binary without decoding it and finds the end of one value. The decoder of the library
// believes every length it reads; these bytes may come from anyone who can write to the topic. What this
// walk has passed holds no more items than bytes, no number beyond its range, and nothing beyond its end.

import type { Type } from 'avsc';
import { type JsonValue, at, field, isObject, text } from '../model/json.ts';

/** @returns the position after the value, or -1 when there is no such value at that position. */
export type Walk = (bytes: Uint8Array, start: number) => number;

const NOWHERE = -1;

/** The walk over one value of a type. The type must not contain itself. */
export function walkOf(type: Type): Walk {
  const schema: JsonValue = JSON.parse(JSON.stringify(type.schema()));
  return compile(schema, new Map());
}

function compile(schema: JsonValue | undefined, named: Map<string, Walk>): Walk {
  if (Array.isArray(schema)) return union(schema.map((branch: JsonValue) => compile(branch, named)));
  if (!isObject(schema)) return named.get(text(schema)) ?? primitive(text(schema));
  const walk = complex(schema, named);
  const name = text(field(schema, 'name'));
  if (name !== '') named.set(name, walk);
  return walk;
}

function complex(schema: JsonValue, named: Map<string, Walk>): Walk {
  const type = text(at(schema, 'type'));
  const fields = at(schema, 'fields');
  const symbols = at(schema, 'symbols');
  if (type === 'record' && Array.isArray(fields))
    return record(fields.map((each: JsonValue) => compile(at(each, 'type'), named)));
  if (type === 'array') return array(compile(at(schema, 'items'), named));
  if (type === 'enum' && Array.isArray(symbols)) return choice(symbols.length);
  return primitive(type);
}

function record(fields: readonly Walk[]): Walk {
  return (bytes, start) => {
    let here = start;
    for (const walk of fields) {
      here = walk(bytes, here);
      if (here < 0) return NOWHERE;
    }
    return here;
  };
}

function union(branches: readonly Walk[]): Walk {
  return (bytes, start) => {
    const after = skipLong(bytes, start);
    const branch = after < 0 ? undefined : branches[longAt(bytes, start)];
    return branch === undefined ? NOWHERE : branch(bytes, after);
  };
}

/** Blocks of items until a block of none; a negative count is followed by the block's size in bytes. */
function array(item: Walk): Walk {
  return (bytes, start) => {
    let here = start;
    for (;;) {
      const count = longAt(bytes, here);
      here = skipLong(bytes, here);
      if (here >= 0 && count < 0) here = skipLong(bytes, here);
      if (here < 0 || Math.abs(count) > bytes.length - here) return NOWHERE;
      if (count === 0) return here;
      for (let left = Math.abs(count); left > 0; left -= 1) {
        here = item(bytes, here);
        if (here < 0) return NOWHERE;
      }
    }
  };
}

function choice(symbols: number): Walk {
  return (bytes, start) => {
    const after = skipLong(bytes, start);
    const index = after < 0 ? NOWHERE : longAt(bytes, start);
    return index >= 0 && index < symbols ? after : NOWHERE;
  };
}

function primitive(name: string): Walk {
  switch (name) {
    case 'null':
      return (_, start) => start;
    case 'boolean':
      return (bytes, start) => ((bytes[start] ?? 2) < 2 ? start + 1 : NOWHERE);
    case 'int':
      return whole(-(2 ** 31), 2 ** 31 - 1);
    case 'long':
      return whole(-MAX_LONG, MAX_LONG);
    case 'string':
      return (bytes, start) => {
        const after = skipLong(bytes, start);
        const length = after < 0 ? NOWHERE : longAt(bytes, start);
        return length >= 0 && length <= bytes.length - after ? after + length : NOWHERE;
      };
    default:
      throw new Error(`the event schema uses ${name}, which no walk is written for`);
  }
}

/** The greatest long that the library reads as an exact number. */
const MAX_LONG = Number.MAX_SAFE_INTEGER - 1;

function whole(least: number, most: number): Walk {
  return (bytes, start) => {
    const after = skipLong(bytes, start);
    const value = after < 0 ? Number.NaN : longAt(bytes, start);
    return value >= least && value <= most ? after : NOWHERE;
  };
}

/** A number in zigzag and base 128 takes ten bytes at most. */
const LONG_BYTES = 10;

function skipLong(bytes: Uint8Array, start: number): number {
  for (let here = start; here < bytes.length && here < start + LONG_BYTES; here += 1)
    if ((bytes[here] ?? 0) < 0x80) return here + 1;
  return NOWHERE;
}

/** Exact below 2^53; only called where {@link skipLong} finds an end, else the value means nothing. */
function longAt(bytes: Uint8Array, start: number): number {
  let value = 0;
  let scale = 1;
  for (let here = start; here < start + LONG_BYTES; here += 1) {
    const byte = bytes[here] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
    scale *= 128;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
