// The documents from which both engines must answer each saved query alike.
import { join } from 'node:path';
import type { Document } from '../../src/documents/document.ts';
import { analysedDocuments } from '../queries/catalogue/analysedDocuments.ts';
import { HANDMADE } from '../queries/catalogue/handmade.ts';
import { SCENES } from '../queries/catalogue/scenes.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const DOCUMENT_SETS: readonly (readonly [name: string, make: () => Promise<readonly Document[]>])[] = [
  ['the example', () => analysedDocuments(join(ROOT, 'examples/shop'), 'policies.json')],
  ['a lab cluster', () => analysedDocuments(join(ROOT, 'test/samples/cluster'), 'snapshot.json')],
  ['clusters made by hand', async () => HANDMADE],
  ['scenes', async () => SCENES],
];
