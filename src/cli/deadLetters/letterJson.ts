// Dead letters for programs: one object each.
import type { JsonObject } from '../../model/json.ts';
import type { Letter, LetterPlace, ListedLetter, Retried } from '../../workers/deadLetters/desk.ts';

export function listedJson({ partition, offset, appendedAtMs, ...letter }: ListedLetter): JsonObject {
  const { stage, reason, detail, place, document, attempt, used, size } = letter;
  return {
    partition,
    offset,
    at: new Date(appendedAtMs).toISOString(),
    stage,
    reason,
    detail,
    ...(place === null ? {} : { from: { ...place } }),
    ...(document === null ? {} : { document: { ...document } }),
    attempt,
    used,
    size,
  };
}

/** What became of a letter that was to be sent back. */
export function retriedJson({ partition, offset }: LetterPlace, { outcome, ...more }: Retried): JsonObject {
  if ('topic' in more) return { partition, offset, outcome, to: { ...more } };
  if ('index' in more) return { partition, offset, outcome, document: { ...more } };
  return { partition, offset, outcome, why: more.why };
}

/** `value` where it is text, else `value_base64`; neither where the record had none. Likewise key and headers. */
export function letterJson({ letter, ...place }: Letter): JsonObject {
  const { key, headers, value } = letter;
  return {
    ...listedJson({ ...letter, ...place }),
    ...bytesJson('key', key),
    headers: Object.fromEntries(
      [...headers].flatMap(([name, bytes]) => Object.entries(bytesJson(name, bytes))),
    ),
    ...bytesJson('value', value),
  };
}

function bytesJson(name: string, bytes: Uint8Array | null): JsonObject {
  if (bytes === null) return {};
  try {
    return { [name]: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { [`${name}_base64`]: Buffer.from(bytes).toString('base64') };
  }
}
