// Prefix arithmetic against the definition: an address lies in a prefix when their leading bits agree.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, covers, parseAddress, parseCidr } from '../../src/policy/cidr.ts';

interface Written {
  readonly text: string;
  /** The address as one number, and how many bits it has. */
  readonly value: bigint;
  readonly bits: number;
}

const v4: fc.Arbitrary<Written> = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((bytes) => ({
  text: bytes.join('.'),
  value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n),
  bits: 32,
}));
const v6: fc.Arbitrary<Written> = fc
  .array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
  .filter((groups) => groups[0] !== 0)
  .map((groups) => ({
    text: groups.map((group) => group.toString(16)).join(':'),
    value: groups.reduce((sum, group) => sum * 65_536n + BigInt(group), 0n),
    bits: 128,
  }));
const address = fc.oneof(v4, v6);
/** A prefix, and an address that shares some of its leading bits. */
const pair = address.chain((base) =>
  fc.tuple(fc.constant(base), fc.nat(base.bits), fc.nat(base.bits - 1), address),
);

function cidr(text: string) {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`${text} is a CIDR`);
  return parsed;
}

function parsed(text: string) {
  const found = parseAddress(text);
  if (found === undefined) throw new Error(`${text} is an address`);
  return found;
}

test('an address lies in a prefix exactly when the leading bits agree and the family is the same', () => {
  fc.assert(
    fc.property(pair, ([base, length, , other]) => {
      const shift = BigInt(base.bits - length);
      const agree = base.bits === other.bits && base.value >> shift === other.value >> shift;
      expect(contains(cidr(`${base.text}/${length}`), parsed(other.text))).toBe(agree);
    }),
  );
});

test('flipping a bit takes an address out of a prefix exactly when the prefix reaches that bit', () => {
  fc.assert(
    fc.property(v4, fc.nat(32), fc.nat(31), (base, length, flipped) => {
      const value = base.value ^ (1n << BigInt(31 - flipped));
      const text = [24n, 16n, 8n, 0n].map((at) => (value >> at) & 255n).join('.');
      expect(contains(cidr(`${base.text}/${length}`), parsed(text))).toBe(flipped >= length);
    }),
  );
});

test('a prefix covers another of its addresses exactly when it is no longer', () => {
  fc.assert(
    fc.property(address, fc.nat(32), fc.nat(32), (base, outer, inner) => {
      expect(covers(cidr(`${base.text}/${outer}`), cidr(`${base.text}/${inner}`))).toBe(outer <= inner);
    }),
  );
});

test('an IPv4 address written as IPv6 is the IPv4 address', () => {
  expect(contains(cidr('10.0.0.0/8'), parsed('::ffff:10.1.2.3'))).toBe(true);
});

test.each([
  '',
  '10.0.0.0',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0/8',
  '0x0a.0.0.0/8',
  '10.0.0.0/08',
  '::/129',
  'x/8',
])('%j is no CIDR', (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test.each(['', '10.1', '1', 'fe80::1%eth0', '10.0.0.256', 'host'])('%j is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});
