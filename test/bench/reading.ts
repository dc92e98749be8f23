// Reading alone: bytes to records, from the sample's file and from an archive of it.
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { type Input, STDIN } from '../../src/files/inputs.ts';
import { readRecords } from '../../src/files/records.ts';
import { SAMPLES } from '../support/cluster.ts';
import type { Stage } from './rounds.ts';

const FLOWS = new URL('cluster/flows.ndjson', SAMPLES);
const TIMES = 4;
const CHUNK_BYTES = 64 * 1024;

export interface ReadingStages {
  /** Unpacked, of one run. */
  readonly bytes: number;
  readonly stages: readonly Stage[];
}

export async function readingStages(): Promise<ReadingStages> {
  const path = fileURLToPath(FLOWS);
  const file: Input = { path, location: path, bytes: null };
  const packed = gzipSync(readFileSync(path));
  const lines = await linesOf(file);
  const again = async (read: () => Promise<number>): Promise<void> => {
    for (let time = 0; time < TIMES; time += 1)
      if ((await read()) !== lines) throw new Error('lines were lost on the way');
  };
  const stdin: Input = { path: STDIN, location: STDIN, bytes: null };
  return {
    bytes: readFileSync(path).length * TIMES,
    stages: [
      { name: 'a file', items: lines * TIMES, run: () => again(() => linesOf(file)) },
      { name: 'gzip', items: lines * TIMES, run: () => again(() => linesOf(stdin, piecesOf(packed))) },
    ],
  };
}

async function linesOf(input: Input, stdin?: Readable): Promise<number> {
  let lines = 0;
  for await (const batch of readRecords(input, { onOverlong: () => {}, stdin })) lines += batch.length;
  return lines;
}

function piecesOf(bytes: Buffer): Readable {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Readable.from(
    Array.from({ length: count }, (_, index) =>
      bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
    ),
  );
}
