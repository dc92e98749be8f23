// The time line as a specification: who draws it decides where its data come from.
import { describe, expect, it } from 'vitest';
import { at } from '../../../src/model/json.ts';
import { chartOfPage } from '../../../src/report/html/chartOfPage.ts';
import { type ChartSource, timelineChart } from '../../../src/report/html/timelineChart.ts';
import { timeSlots } from '../../../src/report/html/timeSlots.ts';

const COLOURS = { forwarded: '#111', redirected: '#222', audited: '#333', dropped: '#444', error: '#555' };

function chart(verdicts: ChartSource, changes: ChartSource) {
  return timelineChart({
    verdicts,
    changes,
    palette: { observed: COLOURS, text: '#666', lines: '#777', change: '#888', breaking: '#999' },
    width: 600,
    height: 200,
    standsAlone: true,
    schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  });
}

describe('the time line', () => {
  it('takes its data from where it is told, for verdicts and for changes', () => {
    const verdicts = { data: { url: { index: 'netpol-rollups-*' } }, transform: [{ flatten: ['buckets'] }] };
    const changes = { data: { url: { index: 'netpol-changes-*' } }, transform: [] };
    const text = JSON.stringify(chart(verdicts, changes));
    expect(text.split('netpol-rollups-*')).toHaveLength(2);
    expect(text.split('netpol-changes-*')).toHaveLength(2);
    expect(text.split('flatten')).toHaveLength(2);
  });

  it('that stands alone says what its colours mean, and offers nothing to choose', () => {
    const nothing = { data: { values: [] }, transform: [] };
    const text = JSON.stringify(chart(nothing, nothing));
    expect(text).not.toContain('"params"');
    expect(text).not.toContain('"legend":null');
    expect(JSON.stringify(chartOfPage())).not.toContain('"legends"');
  });

  it('of the page is plain Vega with two named, empty data sets and the selection of time', () => {
    const spec = chartOfPage();
    const names = (key: string): unknown[] => {
      const list = at(spec, key);
      return Array.isArray(list) ? list.map((item: unknown) => at(item, 'name')) : [];
    };
    expect(at(spec, '$schema')).toBe('https://vega.github.io/schema/vega/v6.json');
    expect(names('data')).toEqual(expect.arrayContaining(['verdicts', 'changes']));
    expect(names('signals')).toEqual(expect.arrayContaining(['brush', 'brush_x']));
    expect(JSON.stringify(spec)).not.toContain('"url"');
  });
});

describe('the slots of time', () => {
  const micros = (text: string): number => Date.parse(text) * 1_000;

  it.each([
    ['2026-11-02T08:03:00Z', '2026-11-02T08:03:30Z', 1, 1],
    ['2026-11-02T08:03:00Z', '2026-11-02T11:59:59Z', 5, 48],
    ['2026-10-01T00:00:00Z', '2026-11-02T12:00:00Z', 12 * 60, 66],
    ['2000-01-01T00:00:00Z', '2026-11-02T12:00:00Z', 104 * 24 * 60, 95],
  ])('from %s to %s are %i minutes long, %i of them', (from, until, minutes, slots) => {
    const time = timeSlots({ from: micros(from), until: micros(until) });
    expect(time).toMatchObject({ slotMs: minutes * 60_000, slots });
    expect(time.startMs % time.slotMs).toBe(0);
    expect(time.startMs).toBeLessThanOrEqual(Date.parse(from));
    expect(time.startMs + time.slots * time.slotMs).toBeGreaterThan(Date.parse(until));
  });

  it('are one where nothing was read', () => {
    expect(timeSlots(null).slots).toBe(1);
  });
});
