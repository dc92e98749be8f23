import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CriStep,
  incompleteLine,
  joinCriLine,
  NOTHING_PENDING,
  parseCriLine,
} from '../../src/sources/cri.ts';
import { MAX_LINE_BYTES } from '../../src/sources/decode.ts';

const AT = '2026-09-15T16:20:01.123456789Z';

function joinAll(lines: readonly string[]): CriStep {
  return lines.reduce<CriStep>(
    (step, text) => {
      const line = parseCriLine(text);
      if (line === undefined) throw new Error(`no CRI line: ${text}`);
      return joinCriLine(step.pending, line);
    },
    { pending: NOTHING_PENDING, whole: undefined },
  );
}

test('a line comes back however it was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (parts) => {
      const lines = parts.map(
        (part, index) => `${AT} stderr ${index < parts.length - 1 ? 'P' : 'F'} ${part}`,
      );
      expect(joinAll(lines)).toEqual({ pending: NOTHING_PENDING, whole: parts.join('') });
    }),
  );
});

test.each([
  [`${AT} stdout F {"a":1}`, { stream: 'stdout', partial: false, content: '{"a":1}' }],
  ['2026-09-15T16:20:01+02:00 stderr P x', { stream: 'stderr', partial: true, content: 'x' }],
  [`${AT} stdout F:tag  indented`, { stream: 'stdout', partial: false, content: ' indented' }],
  [`${AT} stdout X {}`, undefined],
  ['{"a":1}', undefined],
])('%s', (text, line) => {
  expect(parseCriLine(text)).toEqual(line);
});

test('a line that outgrows the limit is given up as a whole, and the next one starts clean', () => {
  const half = 'x'.repeat(MAX_LINE_BYTES / 2 + 1);
  const long = joinAll([`${AT} stdout P ${half}`, `${AT} stdout P ${half}`]);
  expect(long.pending).toEqual({ content: '', isTooLong: true });
  const end = joinCriLine(long.pending, { stream: 'stdout', partial: false, content: 'end' });
  expect(end).toMatchObject({ pending: NOTHING_PENDING, whole: { reason: 'too-long' } });
});

test('what is left says how much there was', () => {
  expect(incompleteLine({ content: 'abc', isTooLong: false })).toMatchObject({
    reason: 'incomplete-line',
    detail: '3 characters, then the input ended',
  });
});
