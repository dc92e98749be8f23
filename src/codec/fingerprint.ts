// CRC-64-AVRO, the Rabin fingerprint by which a frame names the schema that wrote it (Avro 1.12
// specification, "Schema Fingerprints" and "Single-object encoding").

const EMPTY = 0xc15d213aa4d7a795n;

const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) value = (value >> 1n) ^ (value & 1n ? EMPTY : 0n);
  return value;
});

/** @param canonicalForm the schema's Parsing Canonical Form: docs, defaults and logical types left out. */
export function fingerprintOf(canonicalForm: string): bigint {
  let value = EMPTY;
  for (const byte of new TextEncoder().encode(canonicalForm))
    value = (value >> 8n) ^ (TABLE[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n);
  return value;
}
