// Dead letters for a person. Everything in them came from outside, and something was wrong with it: no byte
// reaches the terminal unescaped.
import { MICROS_PER_MS } from '../../model/time.ts';
import { createLayout, type Layout, type Screen } from '../../report/terminal/layout.ts';
import { piece, type Row } from '../../report/terminal/section.ts';
import { dateOf, timeOf } from '../../report/terminal/times.ts';
import { visible } from '../../report/terminal/visible.ts';
import { counted, figure } from '../../report/terminal/wording.ts';
import type { Letter, LetterPlace, ListedLetter, Retried } from '../../workers/deadLetters/desk.ts';
import { placeText } from './options.ts';
import { shownBytes, shownText } from './shownBytes.ts';

const NO_VALUE = 'nothing: the record had no value';

/** @param isCut there may be more than these */
export function renderList(
  topic: string,
  letters: readonly ListedLetter[],
  isCut: boolean,
  screen: Screen,
): string {
  const layout = createLayout(screen);
  if (letters.length === 0)
    return `${layout.paragraph(piece(`no such dead letters in ${visible(topic)}`)).join('\n')}\n`;
  const lines = [
    ...layout.heading(`DEAD LETTERS in ${visible(topic)}`, piece(`the newest ${letters.length}`, 'quiet')),
    ...layout.rows(letters.map(listRow)),
    ...(isCut ? layout.paragraph(piece('… there may be more: --limit 1000 lists them', 'quiet'), 2) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function listRow(letter: ListedLetter): Row {
  const again = letter.attempt > 1 ? `, attempt ${letter.attempt}` : '';
  return {
    cells: [
      piece(placeText(letter), 'strong'),
      piece(whenText(letter.appendedAtMs)),
      piece(visible(`${letter.stage}: ${letter.reason}`), 'warn'),
      piece(`${sourceText(letter)}, ${bytesText(letter.size)}${again}`, 'quiet'),
    ],
    notes: letter.detail === '' ? [] : [piece(visible(letter.detail), 'quiet')],
  };
}

export function renderLetter({ letter, ...place }: Letter, screen: Screen): string {
  const layout = createLayout(screen);
  const held = letter.value?.length ?? 0;
  const cut = held < letter.size ? `, of which the first ${bytesText(held)} are here` : '';
  const lines = [
    ...layout.heading(`DEAD LETTER ${placeText(place)}`, piece(whenText(place.appendedAtMs), 'quiet')),
    ...factRows(layout, [
      ['why', `${letter.stage}: ${letter.reason}`],
      ['detail', letter.detail],
      ['from', sourceText(letter)],
      ['tried', counted(letter.attempt, 'time')],
      ['key', letter.key === null ? '' : inlineText(letter.key)],
      ...[...letter.headers].map(([name, value]): Fact => [`header ${name}`, inlineText(value)]),
    ]),
    '',
    ...layout.heading('WHAT IT HOLDS', piece(`${bytesText(letter.size)}${cut}`)),
    // Indented: no line of it can pass for one of ours.
    ...(letter.value === null ? [NO_VALUE] : shownBytes(letter.value)).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line. */
export function retriedText(place: LetterPlace, result: Retried): string {
  return `${placeText(place)}  ${outcomeText(result)}`;
}

function outcomeText(result: Retried): string {
  switch (result.outcome) {
    case 'sent':
      return visible(`sent to ${result.topic}/${result.partition} offset ${result.offset}`);
    case 'stored':
      return visible(`stored in ${result.index} as ${result.id}`);
    case 'superseded':
      return visible(`not needed: ${result.index} holds a newer ${result.id}`);
    case 'refused':
      return `not sent: ${shownText(result.why)}`;
  }
}

type Fact = readonly [name: string, value: string];

function factRows(layout: Layout, facts: readonly Fact[]): readonly string[] {
  return layout.rows(
    facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => ({
        cells: [piece(visible(name), 'quiet'), piece(shownText(value))],
        notes: [],
      })),
  );
}

function inlineText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function sourceText({ place, document }: Pick<ListedLetter, 'place' | 'document'>): string {
  if (place !== null) return visible(`${place.topic}/${place.partition} offset ${place.offset}`);
  return document === null ? 'somewhere' : visible(`${document.index}/${document.id}`);
}

/** `2026-11-02 09:24:59`. */
function whenText(ms: number): string {
  const at = ms * MICROS_PER_MS;
  return `${dateOf(at)} ${timeOf(at)}`;
}

function bytesText(bytes: number): string {
  return `${figure(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
}
