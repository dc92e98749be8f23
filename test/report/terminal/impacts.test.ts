// What the rows of BROKEN and OPENED BY A CHANGE say of what became of the effect.
import { describe, expect, test } from 'vitest';
import { createFrame } from '../../../src/report/terminal/frame.ts';
import { brokenSection, openedSection } from '../../../src/report/terminal/sections/impacts.ts';
import { type Section, textOf } from '../../../src/report/terminal/section.ts';
import { parseMicros } from '../../../src/model/time.ts';
import { at, causedBy, change, DENIED, rollup, type Scene, summaryOf } from '../../queries/scene.ts';

const BROKEN = { ...DENIED, ...causedBy('break', '9:00', 'denied-by-change') };
const BREAK = change('break', '9:00', {
  'change.spec_before': { ingress: ['web'] },
  'change.spec_after': { ingress: [] },
});
const OTHER = change('other', '9:25', { 'change.spec_after': { ingress: ['web', 'etl'] } });
/** What the other change lets through. */
const OPENED = causedBy('other', '9:25', 'newly-allowed');

const frame = createFrame(parseMicros(at('8:00')) ?? null, ['prod-eu1']);

async function sections(scene: Scene): Promise<{ readonly broken: Section; readonly opened: Section }> {
  const summary = await summaryOf(scene);
  return { broken: brokenSection(summary, true, frame), opened: openedSection(summary, frame) };
}

function states({ rows }: Section): readonly (string | undefined)[] {
  return rows.map(({ cells }) => cells[1]?.text);
}

describe('a change that gave back what another broke', () => {
  const scene = { rollups: [rollup('9:01', BROKEN), rollup('9:30', OPENED)], changes: [BREAK, OTHER] };

  test('is not called open: it says which change it mended', async () => {
    const { broken, opened } = await sections(scene);
    expect(states(broken)).toEqual(['MENDED 09:25:00']);
    expect(states(opened)).toEqual(['MENDS 09:00:00']);
    expect(textOf(opened.figure)).toBe('1 change, 1 newly allowed; 1 mended a break');
  });
});

describe('a change after a break of which nobody knows whether it mended it', () => {
  const elsewhere = { ...OPENED, 'peer.workload': 'etl' };
  const scene = { rollups: [rollup('9:01', BROKEN), rollup('9:30', elsewhere)], changes: [BREAK, OTHER] };

  test('is not counted as a mending, and stands open', async () => {
    const { broken, opened } = await sections(scene);
    expect(states(broken)).toEqual(['UNTRIED SINCE 09:25:00']);
    expect(states(opened)).toEqual(['STILL OPEN']);
    expect(textOf(opened.figure)).toBe('1 change, 1 newly allowed');
  });
});

describe('a break of several conversations', () => {
  const other = { 'peer.workload': 'checkout' };
  const rollups = [
    rollup('9:01', BROKEN),
    rollup('9:02', { ...BROKEN, ...other }),
    rollup('9:30', OPENED),
    // Nothing tells which change let this one through.
    rollup('9:50', other),
  ];

  test('was mended when the change was made that is named, not when the last of them was tried', async () => {
    const { broken } = await sections({ rollups, changes: [BREAK, OTHER] });
    expect(states(broken)).toEqual(['MENDED 09:25:00']);
    expect(broken.rows[0]?.notes.at(-1)?.text).toMatch(/^mended: alice patched/);
  });
});
