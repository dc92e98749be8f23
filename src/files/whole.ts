// One input as a whole, for what must be parsed at once (manifests). The limit counts unpacked bytes, so a small
// archive cannot fill the memory.
import { Fault } from '../model/fault.ts';
import type { Input } from './inputs.ts';
import { shown, textChunks } from './textChunks.ts';

/**
 * An empty input gives no bytes.
 * @throws Fault `input-broken` beyond the limit, and what reading throws.
 */
export async function readWhole(input: Input, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of textChunks(input)) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new Fault(
        'input-broken',
        `${shown(input)}: holds more than ${Math.floor(maxBytes / 2 ** 20)} MiB; pass it in parts`,
      );
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
