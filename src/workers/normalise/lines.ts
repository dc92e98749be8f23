// The lines of a Kafka record. Nearly every record is one line; some shippers send many in one.

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Without line ends; those after the last line are dropped. Never none: no bytes are one empty line. */
export function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  let end = bytes.length;
  while (end > 0 && isLineEnd(bytes[end - 1])) end -= 1;
  const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
  if (!whole.includes(LINE_FEED)) return [whole];
  const lines: Uint8Array[] = [];
  for (let start = 0; start <= end; ) {
    const found = whole.indexOf(LINE_FEED, start);
    const stop = found < 0 ? end : found;
    lines.push(whole.subarray(start, stop > start && whole[stop - 1] === CARRIAGE_RETURN ? stop - 1 : stop));
    start = stop + 1;
  }
  return lines;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
