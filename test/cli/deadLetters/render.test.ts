// Dead letters on a terminal and for programs: whatever bytes they hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letterJson, listedJson } from '../../../src/cli/deadLetters/letterJson.ts';
import { choiceOf, isChosen, placeOf, placeText } from '../../../src/cli/deadLetters/options.ts';
import { renderLetter, renderList } from '../../../src/cli/deadLetters/render.ts';
import { shownBytes } from '../../../src/cli/deadLetters/shownBytes.ts';
import { text } from '../../../src/model/json.ts';
import type { Letter, ListedLetter } from '../../../src/workers/deadLetters/desk.ts';

const SCREEN = { columns: 100, colour: false };
const encoder = new TextEncoder();
/** Everything but a line break that could do something to a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function letter(value: Uint8Array | null, more: Partial<Letter['letter']> = {}): Letter {
  return {
    partition: 0,
    offset: 17,
    appendedAtMs: Date.parse('2026-11-02T09:24:59Z'),
    letter: {
      stage: 'parse',
      reason: 'not-json',
      detail: 'text of no known form',
      place: { topic: 'hubble.flows', partition: 1, offset: 191 },
      document: null,
      attempt: 1,
      used: 0,
      key: null,
      headers: new Map(),
      value,
      size: value?.length ?? 0,
      ...more,
    },
  };
}

function listed({ letter: { key: _, headers: __, value: ___, ...rest }, ...place }: Letter): ListedLetter {
  return { ...rest, ...place };
}

describe('the list', () => {
  it('shows number, time, reason, origin and what is wrong', () => {
    expect(renderList('netpol.dead-letters', [listed(letter(encoder.encode('{')))], false, SCREEN)).toBe(
      [
        'DEAD LETTERS in netpol.dead-letters                         the newest 1',
        '  17  2026-11-02 09:24:59  parse: not-json  hubble.flows/1 offset 191, 1 byte',
        '      text of no known form',
        '',
      ].join('\n'),
    );
  });

  it('says when there may be more than it shows', () => {
    expect(renderList('t', [listed(letter(null))], true, SCREEN)).toContain('--limit');
  });

  it('says that there is none', () => {
    expect(renderList('netpol.dead-letters', [], false, SCREEN)).toBe(
      'no such dead letters in netpol.dead-letters\n',
    );
  });
});

describe('one letter', () => {
  it('shows its text', () => {
    expect(renderLetter(letter(encoder.encode('{"flow":\n')), SCREEN)).toContain('{"flow":\n');
  });

  it('shows bytes that are no text as a dump', () => {
    expect(shownBytes(Uint8Array.of(0xff, 0x7b, 0x0a))).toEqual([
      '00000000  ff 7b 0a                                         .{.',
    ]);
  });

  it('cannot pass what it holds for what it is', () => {
    const shown = renderLetter(letter(encoder.encode('{\nDEAD LETTER 18')), SCREEN);
    expect(shown.match(/^DEAD LETTER \d+/gm)).toEqual(['DEAD LETTER 17']);
  });

  it('of a document names index and id', () => {
    const place = { place: null, document: { index: 'netpol-verdicts-2026.11.02', id: 'abc', version: 7 } };
    expect(renderLetter(letter(null, place), SCREEN)).toContain('netpol-verdicts-2026.11.02/abc');
  });

  it('says how much of a huge one is shown', () => {
    const lines = shownBytes(encoder.encode('x'.repeat(1_000_000)));
    expect(lines.at(-1)).toBe('… 934,464 bytes more: --format raw writes all');
  });

  it('lets no byte of it do anything to the terminal', () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }).map((words) => encoder.encode(words)),
    );
    fc.assert(
      fc.property(anything, fc.string({ unit: 'binary' }), (value, words) => {
        const shown = renderLetter(
          letter(value, { detail: words, reason: words, key: value, headers: new Map([[words, value]]) }),
          SCREEN,
        );
        for (const line of shown.split('\n')) expect(line).not.toMatch(UNPRINTABLE);
      }),
    );
  });
});

describe('for programs', () => {
  it('a letter is one object, with text as text', () => {
    expect(letterJson(letter(encoder.encode('no json'), { key: encoder.encode('k') }))).toEqual({
      partition: 0,
      offset: 17,
      at: '2026-11-02T09:24:59.000Z',
      stage: 'parse',
      reason: 'not-json',
      detail: 'text of no known form',
      from: { topic: 'hubble.flows', partition: 1, offset: 191 },
      attempt: 1,
      used: 0,
      size: 7,
      key: 'k',
      headers: {},
      value: 'no json',
    });
  });

  it('other bytes come back from base64 as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (value) => {
        const json = letterJson(letter(value));
        const plain = text(json['value']);
        const back = plain === '' ? Buffer.from(text(json['value_base64']), 'base64') : Buffer.from(plain);
        expect(new Uint8Array(back)).toEqual(value);
      }),
    );
  });

  it('a listed letter does not show what it holds', () => {
    expect(Object.keys(listedJson(listed(letter(encoder.encode('secret')))))).not.toContain('value');
  });
});

describe('which letters', () => {
  it('are named as the list shows them', () => {
    for (const place of [
      { partition: 0, offset: 17 },
      { partition: 3, offset: 0 },
    ])
      expect(placeOf(placeText(place))).toEqual(place);
  });

  it.each(['', 'x', '-1', '1/2/3', '1.5', '17 18'])('%j names none', (given) => {
    expect(() => placeOf(given)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('are chosen by stage and reason', () => {
    const one = listed(letter(null));
    expect(isChosen(choiceOf({ stage: 'parse', reason: 'not-json' }))(one)).toBe(true);
    expect(isChosen(choiceOf({ stage: 'index' }))(one)).toBe(false);
    expect(isChosen(choiceOf({ reason: 'bad-time' }))(one)).toBe(false);
  });

  it.each([{ limit: '0' }, { limit: 'all' }, { stage: 'other' }])('%o is wrong usage', (raw) => {
    expect(() => choiceOf(raw)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
