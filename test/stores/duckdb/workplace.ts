// A folder of its own for each test that writes files, removed afterwards; and documents in short.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Document, FieldValue } from '../../../src/documents/document.ts';
import { Fault } from '../../../src/model/fault.ts';
import { openStore, type Store } from '../../../src/stores/duckdb/store.ts';

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export async function memoryStore(): Promise<Store> {
  const store = await openStore({ path: null });
  onTestFinished(() => store.discard());
  return store;
}

export function document(
  id: string,
  version = 1,
  fields: Readonly<Record<string, FieldValue>> = {},
): Document {
  return { _id: id, _index: 'netpol-rollups-2026.11', _version: version, fields };
}

/** The fault that the promise fails with. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const error: unknown = await promise.then(
    () => new Error('it went through'),
    (reason: unknown) => reason,
  );
  if (error instanceof Fault) return error;
  throw error;
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
