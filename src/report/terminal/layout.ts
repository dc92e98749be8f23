// Where things stand on the screen: paragraphs, headings with their figures, rows. Knows columns and colour;
// knows nothing of what is said.

import stringWidth from 'string-width';
import { createPaint } from './paint.ts';
import { GAP, hanging, INDENT, rowLines } from './rows.ts';
import type { Piece, Row } from './section.ts';

export interface Screen {
  readonly columns: number;
  readonly colour: boolean;
}

const WIDEST = 100;
const NARROWEST = 40;
/** Where the figure of a heading stands, when it can. */
const FIGURE_AT = 60;

export interface Layout {
  /** One paragraph; lines after the first are indented by `hang`. */
  readonly paragraph: (piece: Piece, indent?: number, hang?: number) => readonly string[];
  readonly heading: (title: string, figure: Piece) => readonly string[];
  readonly rows: (rows: readonly Row[]) => readonly string[];
}

/** Screens wider than 100 columns are used as if they had 100, narrower than 40 as if they had 40. */
export function createLayout(screen: Screen): Layout {
  const columns = Math.max(NARROWEST, Math.min(WIDEST, screen.columns));
  const paint = createPaint(screen.colour);

  const paragraph: Layout['paragraph'] = (piece, indent = 0, hang = indent) =>
    hanging(piece, { indent, hang }, columns, paint);

  const heading: Layout['heading'] = (title, figure) => {
    const strong: Piece = { text: title, tone: 'strong' };
    if (figure.text === '') return paragraph(strong);
    const gap = Math.min(FIGURE_AT, columns - stringWidth(figure.text)) - stringWidth(title);
    if (gap >= GAP) return [paint(strong) + ' '.repeat(gap) + paint(figure)];
    return [...paragraph(strong), ...paragraph(figure, INDENT)];
  };

  return { paragraph, heading, rows: (rows) => rowLines(rows, columns, paint) };
}
