// Reading Kafka's binary types from bytes, each read moving on. Offsets and times become numbers: both stay
// below 2^53. Never reads past the end.

export interface Wire {
  /** Where the next read begins. */
  at(): number;
  left(): number;
  skip(bytes: number): void;
  int8(): number;
  int16(): number;
  int32(): number;
  /** @throws RangeError above 2^53 */
  int64(): number;
  varint(): number;
  varlong(): number;
  /** Not copied. */
  bytes(length: number): Buffer;
  /** With an int16 length before it. */
  string(): string;
}

export function readWire(buffer: Buffer): Wire {
  let at = 0;
  const advance = (bytes: number): number => {
    const from = at;
    if (bytes < 0 || from + bytes > buffer.length) throw new RangeError('Kafka answer: cut off');
    at += bytes;
    return from;
  };
  const varlong = (): number => {
    const short = buffer[at];
    // Of one byte, as most are.
    if (short !== undefined && short < 0x80) {
      at += 1;
      return (short & 1) === 0 ? short >>> 1 : -((short + 1) >>> 1);
    }
    let result = 0;
    let scale = 1;
    for (let i = 0; i < 10; i += 1) {
      const byte = buffer[advance(1)] ?? 0;
      result += (byte & 0x7f) * scale;
      // Zigzag: even numbers are positive, odd ones negative.
      if (byte < 0x80) return result % 2 === 0 ? result / 2 : -(result + 1) / 2;
      scale *= 128;
    }
    throw new RangeError('Kafka answer: a varint without end');
  };
  const wire: Wire = {
    at: () => at,
    left: () => buffer.length - at,
    skip: (bytes) => void advance(bytes),
    int8: () => buffer.readInt8(advance(1)),
    int16: () => buffer.readInt16BE(advance(2)),
    int32: () => buffer.readInt32BE(advance(4)),
    int64() {
      const from = advance(8);
      const value = buffer.readInt32BE(from) * 2 ** 32 + buffer.readUInt32BE(from + 4);
      if (!Number.isSafeInteger(value)) throw new RangeError('Kafka answer: a number above 2^53');
      return value;
    },
    varint: varlong,
    varlong,
    bytes(length) {
      const from = advance(length);
      return buffer.subarray(from, from + length);
    },
    string() {
      const length = wire.int16();
      return length < 0 ? '' : wire.bytes(length).toString('utf8');
    },
  };
  return wire;
}
