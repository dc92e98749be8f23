// Content hashes for ids. SHA-256, cut: a forged uuid must not be able to meet another document's id.
import { sha256 } from '@noble/hashes/sha2.js';

const encoder = new TextEncoder();
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Lower-case hex of the first `bits` bits (a multiple of 8, at most 256) of SHA-256 over the parts.
 * Parts are length-prefixed, so ("ab","c") and ("a","bc") differ.
 */
export function hashHex(bits: number, parts: readonly string[]): string {
  let joined = '';
  for (const part of parts) joined += `${part.length}:${part}`;
  const digest = sha256(encoder.encode(joined));
  // Joined, not added up: engines keep a sum of texts as a tree of its parts, and ids are kept for long.
  return Array.from(digest.subarray(0, bits / 8), (byte) => HEX[byte] ?? '').join('');
}
