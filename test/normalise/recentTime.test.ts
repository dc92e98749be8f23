import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, parseInstant } from '../../src/model/time.ts';
import { createTimeReader, nanosOf } from '../../src/normalise/recentTime.ts';

/** Times that often share a minute, in the forms that producers write, and text that is none. */
const times = fc.oneof(
  fc
    .record({
      second: fc.integer({ min: 0, max: 200 }),
      fraction: fc.stringMatching(/^(\.\d{1,11})?$/),
      zone: fc.constantFrom('Z', 'z', '+02:00', ''),
    })
    .map(({ second, fraction, zone }) => {
      const whole = formatInstant((1_793_606_400 + second) * 1_000_000).slice(0, 19);
      return `${whole}${fraction}${zone}`;
    }),
  fc.constantFrom(
    '2026-11-02T08:00:60Z',
    '2026-11-02T08:00:5Z',
    '2026-11-02T08:00:0x.1Z',
    '2026-11-02T08:00:',
  ),
  fc.string(),
);

test('times one after the other are read as each alone is read', () => {
  fc.assert(
    fc.property(fc.array(times), (texts) => {
      const read = createTimeReader();
      for (const text of texts) {
        const alone = parseInstant(text);
        expect(read(`<${text}>`, 1, text.length + 1)).toBe(alone?.micros ?? null);
        if (alone !== undefined) expect(nanosOf(text)).toBe(alone.nanos);
      }
    }),
    { numRuns: 500 },
  );
});

test('a time that microseconds cannot hold exactly is none', () => {
  const read = createTimeReader();
  for (const text of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
    expect(read(text, 0, text.length)).toBeNull();
});
