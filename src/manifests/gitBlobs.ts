// The contents of files as Git keeps them (`git cat-file --batch`), within limits: blobs that are too large
// for a manifest, and those beyond the bound of all together, are left out.
import { git } from './git.ts';

const MAX_BLOB_BYTES = 1024 * 1024;
const MAX_TOTAL_BYTES = 128 * 1024 * 1024;

/** @returns by name; without those that are missing, too large, or no file. */
export async function readBlobs(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const sizes = await git(folder, ['cat-file', '--batch-check'], lines(names));
  if (!sizes.ok) return new Map();
  const wanted: string[] = [];
  let total = 0;
  for (const line of sizes.output.toString('latin1').split('\n')) {
    const [name = '', type = '', size = ''] = line.split(' ');
    const bytes = Number(size);
    if (type !== 'blob' || bytes > MAX_BLOB_BYTES || total + bytes > MAX_TOTAL_BYTES) continue;
    total += bytes;
    wanted.push(name);
  }
  const contents = await git(folder, ['cat-file', '--batch'], lines(wanted));
  return contents.ok ? parseBatch(contents.output) : new Map();
}

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}

/** `<name> blob <size>\n<contents>\n`, one after another. */
function parseBatch(output: Buffer): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  let from = 0;
  while (from < output.length) {
    const end = output.indexOf('\n', from);
    const [name = '', type, size] = output.toString('latin1', from, Math.max(end, from)).split(' ');
    if (end < 0 || type !== 'blob') break;
    const until = end + 1 + Number(size);
    blobs.set(name, output.subarray(end + 1, until));
    from = until + 1;
  }
  return blobs;
}
