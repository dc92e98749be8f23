// What the first bytes of an input say about the rest: packed, in another encoding, in a format that this program
// does not read. Names and extensions are never asked.
import { Fault } from '../model/fault.ts';

/** As many first bytes as {@link byteOrderMark} must have: few, so that a stream's first short line is not held. */
export const FIRST_BYTES = 6;

/** Formats that people pass by mistake, by their signatures. */
const FOREIGN: readonly (readonly [signature: string, name: string, unpackWith: string])[] = [
  ['425a68', 'a bzip2 archive', 'bzip2 -dk'],
  ['fd377a585a00', 'an xz archive', 'xz -dk'],
  ['504b0304', 'a zip archive', 'unzip'],
];
/** Where a tar archive has its name (POSIX.1-2017, pax, ustar header block): seen where the first bytes are many. */
const TAR = { at: 257, signature: 'ustar' } as const;

/**
 * @returns how many bytes of a byte order mark stand before the text.
 * @throws Fault `input-broken` for UTF-16, UTF-32, and archives other than gzip and zstd.
 */
export function byteOrderMark(path: string, head: Buffer): number {
  const hex = head.toString('hex', 0, 8);
  if (hex.startsWith('fffe') || hex.startsWith('feff'))
    throw new Fault(
      'input-broken',
      `${path}: is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8 ${path} > converted.log`,
    );
  for (const [signature, name, unpackWith] of FOREIGN)
    if (hex.startsWith(signature)) throw foreign(path, name, unpackWith);
  if (head.toString('latin1', TAR.at, TAR.at + TAR.signature.length) === TAR.signature)
    throw foreign(path, 'a tar archive', 'tar -xf');
  return hex.startsWith('efbbbf') ? 3 : 0;
}

function foreign(path: string, name: string, unpackWith: string): Fault {
  return new Fault(
    'input-broken',
    `${path}: is ${name}, which cannot be read; unpack it first: ${unpackWith} ${path}`,
  );
}

/** A source whose first bytes have been looked at; `source` still begins with them. */
export interface Peeked {
  /** Shorter than asked for only when the source is. */
  readonly head: Buffer;
  readonly source: AsyncGenerator<Buffer>;
}

/** Reads until `count` bytes are there. Chunks may be reused by their owner. */
export async function peek(chunks: AsyncIterable<Buffer>, count: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 && next.value.length >= count ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, source: resume(head, iterator) };
}

async function* resume(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
