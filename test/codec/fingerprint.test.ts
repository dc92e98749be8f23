import { expect, test } from 'vitest';
import { fingerprintOf } from '../../src/codec/fingerprint.ts';

// From the Avro project's own test data, share/test/data/schema-tests.txt.
test.each([
  ['"null"', 7_195_948_357_588_979_594n],
  ['"int"', 8_247_732_601_305_521_295n],
  ['{"name":"foo","type":"record","fields":[]}', -4_824_392_279_771_201_922n],
])('the fingerprint of %s is the one that Avro publishes', (canonicalForm, published) => {
  expect(BigInt.asIntN(64, fingerprintOf(canonicalForm))).toBe(published);
});
