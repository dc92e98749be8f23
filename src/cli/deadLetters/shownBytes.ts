// Bytes on a terminal: as text where they are text, else as a hex dump; cut where they are many.
import { visible } from '../../report/terminal/visible.ts';

const MOST_TEXT_BYTES = 64 * 1024;
const MOST_DUMPED_BYTES = 2 * 1024;
const DUMP_COLUMNS = 16;
/** What `visible` takes at once without cutting it: characters of two code units among them. */
const PIECE = /[^]{1,80}/gu;

/** Lines without line breaks, each printable whatever the bytes are. */
export function shownBytes(bytes: Uint8Array): readonly string[] {
  const text = textOf(bytes);
  if (text === null) {
    const cut = bytes.subarray(0, MOST_DUMPED_BYTES);
    return [...dump(cut), ...restLine(bytes.length - cut.length)];
  }
  return [...text.split('\n').map(shownText), ...restLine(bytes.length - MOST_TEXT_BYTES)];
}

/** One line, whole: `visible` cuts what is long. */
export function shownText(text: string): string {
  return (text.match(PIECE) ?? []).map(visible).join('');
}

/** null: no UTF-8. A character that the cut goes through is left out. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return decoder.decode(bytes.subarray(0, MOST_TEXT_BYTES), { stream: bytes.length > MOST_TEXT_BYTES });
  } catch {
    return null;
  }
}

/** `00000010  7b 22 61 22 …  {"a"…` */
function dump(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += DUMP_COLUMNS) {
    const row = [...bytes.subarray(at, at + DUMP_COLUMNS)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(DUMP_COLUMNS * 3 - 1)}  ${text}`);
  }
  return lines;
}

function restLine(bytes: number): readonly string[] {
  return bytes <= 0 ? [] : [`… ${bytes.toLocaleString('en-US')} bytes more: --format raw writes all`];
}
