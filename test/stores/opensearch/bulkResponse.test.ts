import { describe, expect, test } from 'vitest';
import { itemOutcomes } from '../../../src/stores/opensearch/bulkResponse.ts';

const REFUSED = {
  index: {
    status: 400,
    error: {
      type: 'mapper_parsing_exception',
      reason: 'failed to parse field [count]',
      caused_by: { reason: 'For input string: "x"' },
    },
  },
};

describe('the answer to a bulk request', () => {
  test('gives one outcome for each document, in the order in which they were sent', () => {
    const items = [
      { index: { status: 201 } },
      REFUSED,
      { index: { status: 409, error: { type: 'version_conflict_engine_exception' } } },
    ];
    expect(itemOutcomes({ items }, 3)).toEqual([
      { status: 201, type: '', reason: '' },
      {
        status: 400,
        type: 'mapper_parsing_exception',
        reason: 'failed to parse field [count]: For input string: "x"',
      },
      { status: 409, type: 'version_conflict_engine_exception', reason: '' },
    ]);
  });

  test.each<[string, unknown]>([
    ['fewer items', { items: [] }],
    ['more items', { items: [{ index: { status: 201 } }, { index: { status: 201 } }] }],
    ['no items', { took: 3 }],
    ['a page of text', '<html>'],
    ['nothing', null],
    ['an item without a status', { items: [{ index: {} }] }],
    ['a status that is no number', { items: [{ index: { status: 'fine' } }] }],
    ['an item of two actions', { items: [{ index: { status: 201 }, create: { status: 201 } }] }],
    ['an empty item', { items: [{}] }],
    ['an item that is a number', { items: [201] }],
  ])('is a fault when it has %s', (_, body) => {
    expect(() => itemOutcomes(body, 1)).toThrow(/answer to a bulk request/);
  });
});
