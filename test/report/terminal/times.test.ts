import { expect, it } from 'vitest';
import { parseMicros } from '../../../src/model/time.ts';
import { createFrame } from '../../../src/report/terminal/frame.ts';
import { durationText, rangeText } from '../../../src/report/terminal/times.ts';

const t = (text: string): number => parseMicros(text) ?? Number.NaN;
const MORNING = t('2026-11-02T09:24:59.948089Z');
const EVE = t('2026-11-01T23:00:00Z');

it('the date is said again only of another day', () => {
  const frame = createFrame(MORNING, []);
  expect(frame.time(MORNING)).toBe('09:24:59');
  expect(frame.time(EVE)).toBe('2026-11-01 23:00:00');
  expect(frame.span(EVE, MORNING)).toBe('2026-11-01 23:00 – 09:24');
  expect(frame.span(MORNING, MORNING)).toBe('09:24');
});

it('a range over midnight names both days', () => {
  expect(rangeText(EVE, MORNING)).toBe('2026-11-01 23:00 – 2026-11-02 09:24 UTC');
  expect(rangeText(MORNING, MORNING + 3_600_000_000)).toBe('2026-11-02 09:24–10:24 UTC');
});

it.each([
  [800, '0.8 s'],
  [42_400, '42 s'],
  [12 * 60_000, '12 min'],
  [3 * 3_600_000, '3 h'],
  [5 * 86_400_000, '5 days'],
])('%d ms read %s', (ms, text) => {
  expect(durationText(ms).replace('\u00a0', ' ')).toBe(text);
});
