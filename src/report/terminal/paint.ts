// Text → lines of a given width, and colour around them. Text is wrapped first and painted afterwards, so
// no escape sequence of ours is ever counted or cut.

import { styleText } from 'node:util';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { type Piece, type Tone, UNBROKEN } from './section.ts';

const STYLES: Readonly<Record<Exclude<Tone, 'plain'>, Parameters<typeof styleText>[0]>> = {
  bad: ['bold', 'red'],
  warn: 'yellow',
  good: 'green',
  quiet: 'dim',
  strong: 'bold',
};

/** The piece as it goes to the screen; SGR sequences only when `colour` is asked for. */
export type Paint = (piece: Piece) => string;

export function createPaint(colour: boolean): Paint {
  return ({ text, tone }) => {
    const spaced = text.replaceAll(UNBROKEN, ' ');
    if (!colour || tone === 'plain' || text === '') return spaced;
    return styleText(STYLES[tone], spaced, { validateStream: false });
  };
}

/** The lines of a piece, none wider than `width` columns; words that are wider are cut. At least one. */
export function linesOf(piece: Piece, width: number): readonly Piece[] {
  const lines =
    piece.oneLine === true
      ? [shortened(piece, width)]
      : wrapAnsi(piece.text, width, { hard: true, trim: true }).split('\n');
  return lines.map((text) => ({ ...piece, text }));
}

function shortened({ text, spare = 0 }: Piece, width: number): string {
  const over = stringWidth(text) - width;
  if (over <= 0) return text;
  if (over < spare) return `…${text.slice(over + 1)}`;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}
