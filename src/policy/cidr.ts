// Addresses and prefixes as four 32-bit words, so that a containment test is a few integer operations
// and nothing is parsed per decision. IPv4 uses the last word only; an IPv4-mapped IPv6 address is IPv4,
// as Cilium unmaps it. Prefixes are compiled once, addresses are cut once per decision.

import ipaddr from 'ipaddr.js';

export interface Address {
  readonly version: 4 | 6;
  /** Most significant first; for IPv4 the first three are 0. */
  readonly words: readonly [number, number, number, number];
}

export interface Cidr {
  readonly version: 4 | 6;
  readonly words: readonly [number, number, number, number];
  /** One mask for each word. */
  readonly masks: readonly [number, number, number, number];
  readonly length: number;
  /** As written in the policy. */
  readonly text: string;
}

/** @returns undefined when the text is no address in full notation (`10.1` and `0x7f.1` are none). */
export function parseAddress(text: string): Address | undefined {
  if (!isFullNotation(text)) return undefined;
  const bytes = ipaddr.process(text).toByteArray();
  return { version: bytes.length === 4 ? 4 : 6, words: wordsOf(bytes) };
}

/** `address/length`; host bits may be set and count for nothing. @returns undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const base = text.slice(0, slash);
  if (!isFullNotation(base)) return undefined;
  const bytes = ipaddr.parse(base).toByteArray();
  const bits = Number(length);
  if (bits > bytes.length * 8) return undefined;
  const version = bytes.length === 4 ? 4 : 6;
  return { version, words: wordsOf(bytes), masks: masksOf(version, bits), length: bits, text };
}

/** Whether the address lies in the prefix. Addresses of the other family never do. */
export function contains(cidr: Cidr, address: Address): boolean {
  return cidr.version === address.version && sameUnderMask(cidr, address.words);
}

/** Whether every address of `inner` lies in `outer`. */
export function covers(outer: Cidr, inner: Cidr): boolean {
  return outer.version === inner.version && outer.length <= inner.length && sameUnderMask(outer, inner.words);
}

function sameUnderMask(cidr: Cidr, words: Address['words']): boolean {
  return (
    ((cidr.words[3] ^ words[3]) & cidr.masks[3]) === 0 &&
    ((cidr.words[2] ^ words[2]) & cidr.masks[2]) === 0 &&
    ((cidr.words[1] ^ words[1]) & cidr.masks[1]) === 0 &&
    ((cidr.words[0] ^ words[0]) & cidr.masks[0]) === 0
  );
}

function isFullNotation(text: string): boolean {
  if (text.length > 45 || text.includes('%')) return false;
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.IPv6.isValid(text));
}

function wordsOf(bytes: readonly number[]): Address['words'] {
  const word = (at: number) =>
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0);
  return bytes.length === 4 ? [0, 0, 0, word(0)] : [word(0), word(4), word(8), word(12)];
}

function masksOf(version: 4 | 6, length: number): Cidr['masks'] {
  const mask = (before: number) => {
    const bits = Math.min(32, Math.max(0, length - before));
    return bits === 0 ? 0 : -1 << (32 - bits);
  };
  return version === 4 ? [-1, -1, -1, mask(0)] : [mask(0), mask(32), mask(64), mask(96)];
}
