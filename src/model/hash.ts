// Content hashes for ids. SHA-256, cut: a forged uuid must not be able to meet another document's id.
import { hash } from 'node:crypto';

/**
 * Lower-case hex of the first `bits` bits (a multiple of 8, at most 256) of SHA-256 over the parts.
 * Parts are length-prefixed, so ("ab","c") and ("a","bc") differ.
 */
export function hashHex(bits: number, parts: readonly string[]): string {
  let joined = '';
  for (const part of parts) joined += `${part.length}:${part}`;
  return hash('sha256', joined, 'buffer').toString('hex', 0, bits / 8);
}
