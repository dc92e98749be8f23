// Content hashes for ids. SHA-256, cut: a forged uuid must not be able to meet another document's id.
import { sha256 } from '@noble/hashes/sha2.js';

const encoder = new TextEncoder();

/**
 * Lower-case hex of the first `bits` bits (a multiple of 8, at most 256) of SHA-256 over the parts.
 * Parts are length-prefixed, so ("ab","c") and ("a","bc") differ.
 */
export function hashHex(bits: number, parts: readonly string[]): string {
  let joined = '';
  for (const part of parts) joined += `${part.length}:${part}`;
  const digest = sha256(encoder.encode(joined));
  let hex = '';
  for (let index = 0; index < bits / 8; index += 1) hex += (digest[index] ?? 0).toString(16).padStart(2, '0');
  return hex;
}
