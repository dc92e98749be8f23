// A folder of its own for each test, gone when the test ends, and the two ways in which tests look at records.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import type { Input } from '../../src/files/inputs.ts';
import { readRecords, type ReadOptions } from '../../src/files/records.ts';

export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netpol-drift-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function inputAt(location: string): Input {
  return { path: location, location, bytes: null };
}

export async function fileWith(content: string | Uint8Array, name = 'input.log'): Promise<Input> {
  const location = join(await scratchFolder(), name);
  await writeFile(location, content);
  return { ...inputAt(location), path: name };
}

export type TextAndLine = readonly [text: string, line: number];

/** Copies every record, since a batch does not outlive the next. Overlong records end the test. */
export async function recordsOf(
  input: Input,
  options: Partial<ReadOptions> = {},
): Promise<readonly TextAndLine[]> {
  const records: TextAndLine[] = [];
  const onOverlong = (): void => {
    throw new Error('no record of this input should be too long');
  };
  for await (const batch of readRecords(input, { onOverlong, ...options }))
    for (const { bytes, line } of batch) records.push([Buffer.from(bytes).toString('utf8'), line]);
  return records;
}
