import { describe } from 'vitest';
import { createMemoryStore } from '../support/memoryStore.ts';
import { describeDocumentStore } from './documentStore.ts';

describe('a document store in memory', () => {
  describeDocumentStore(createMemoryStore);
});
