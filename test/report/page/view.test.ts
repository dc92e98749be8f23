// What the reader chose, as an address and back.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_KEYS } from '../../../src/report/page/filter.ts';
import { EVERYTHING, formatView, isNarrowed, parseView, type View } from '../../../src/report/page/view.ts';

const time = fc.option(
  fc.integer({ min: 0, max: 100_000_000 }).map((minutes) => minutes * 60_000),
  { nil: null },
);
const views: fc.Arbitrary<View> = fc.record({
  filter: fc.dictionary(
    fc.constantFrom(...FILTER_KEYS),
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }),
    {
      noNullPrototype: true,
    },
  ),
  fromMs: time,
  untilMs: time,
  words: fc.string(),
  sorts: fc
    .dictionary(
      fc.constantFrom('flows', 'changes'),
      fc.record({ column: fc.constantFrom('count', 'at'), descending: fc.boolean() }),
    )
    .map((sorts) => new Map(Object.entries(sorts))),
  show: fc.constantFrom('', 'flows'),
});

describe('an address', () => {
  it('gives back the view that it was made of', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(parseView(`#${formatView(view)}`)).toEqual(view);
      }),
    );
  });

  it('of everything is empty', () => {
    expect(formatView(EVERYTHING)).toBe('');
    expect(isNarrowed(parseView(''))).toBe(false);
  });

  it('can be read and typed by a person', () => {
    const view = parseView(
      '#subject=shop&observed=dropped&observed=audited&from=2026-11-02T09:00:00Z&sort.flows=-count',
    );
    expect(view).toMatchObject({
      filter: { subject: ['shop'], observed: ['dropped', 'audited'] },
      fromMs: Date.parse('2026-11-02T09:00:00Z'),
      untilMs: null,
    });
    expect(view.sorts.get('flows')).toEqual({ column: 'count', descending: true });
  });

  it('passes over what it does not understand', () => {
    expect(parseView('#__proto__=x&constructor=y&from=yesterday&%E0%A4%A')).toEqual(EVERYTHING);
  });
});
