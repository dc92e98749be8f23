// The frame around an encoded event: Avro's single-object encoding, decided once for every topic and file.
//
//   C3 01 │ 8 bytes, CRC-64-AVRO of the writer's schema, little-endian │ the event in Avro binary
//
// It needs no schema registry to be read: whoever has the schema files can tell which of them wrote it.

import { Fault } from '../model/fault.ts';

export const HEADER_BYTES = 10;
const MAGIC = [0xc3, 0x01] as const;

/** The ten bytes before each event of one schema. */
export function headerOf(fingerprint: bigint): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  new DataView(header.buffer).setBigUint64(MAGIC.length, fingerprint, true);
  return header;
}

/** @throws Fault `avro-broken` when the bytes do not begin with such a header. */
export function fingerprintIn(bytes: Uint8Array): bigint {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC[0] || bytes[1] !== MAGIC[1])
    throw new Fault(
      'avro-broken',
      'not an event of netpol-drift: it does not begin with C3 01 and the fingerprint of a schema',
    );
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(MAGIC.length, true);
}

/** As messages and tools print it: 16 hexadecimal digits. */
export function fingerprintText(fingerprint: bigint): string {
  return fingerprint.toString(16).padStart(16, '0');
}
