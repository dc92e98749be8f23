// Lays sections out in columns: tables where they fit, hanging lines where they do not. Text is wrapped
// first and painted afterwards, so no escape sequence of ours is ever counted or cut.

import { styleText } from 'node:util';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { type Piece, type Row, type Tone, UNBROKEN } from './section.ts';

export interface Screen {
  readonly columns: number;
  readonly colour: boolean;
}

const WIDEST = 100;
const NARROWEST = 40;
const INDENT = 2;
const GAP = 2;
/** The last cell of a table needs so much room, or the row is set as hanging lines instead. */
const LEAST_LAST = 26;
/** Where the figure of a heading stands, when it can. */
const FIGURE_AT = 60;
/** From here on notes stand under the second column, but never deeper than this. */
const ROOMY = 80;
const DEEPEST_NOTE = 16;

const STYLES: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  bad: ['bold', 'red'],
  warn: 'yellow',
  good: 'green',
  quiet: 'dim',
  strong: 'bold',
  plain: 'reset',
};

export interface Layout {
  /** One paragraph; lines after the first are indented by `hang`. */
  readonly paragraph: (piece: Piece, indent?: number, hang?: number) => readonly string[];
  readonly heading: (title: string, figure: Piece) => readonly string[];
  readonly rows: (rows: readonly Row[]) => readonly string[];
}

export function createLayout(screen: Screen): Layout {
  const columns = Math.max(NARROWEST, Math.min(WIDEST, screen.columns));

  const paint = ({ text, tone }: Piece): string => {
    const spaced = text.replaceAll(UNBROKEN, ' ');
    if (!screen.colour || tone === 'plain' || text === '') return spaced;
    return styleText(STYLES[tone], spaced, { validateStream: false });
  };

  const wrapped = (text: string, width: number): readonly string[] =>
    wrapAnsi(text, width, { hard: true, trim: true }).split('\n');

  const paragraph: Layout['paragraph'] = (piece, indent = 0, hang = indent) => {
    const width = columns - Math.max(indent, hang);
    const [first = '', ...rest] =
      piece.oneLine === true ? [shortened(piece.text, width)] : wrapped(piece.text, width);
    return [' '.repeat(indent) + paint({ ...piece, text: first })].concat(
      rest.map((text) => ' '.repeat(hang) + paint({ ...piece, text })),
    );
  };

  const heading: Layout['heading'] = (title, figure) => {
    const strong: Piece = { text: title, tone: 'strong' };
    const room = Math.min(FIGURE_AT, columns - stringWidth(figure.text));
    const gap = room - stringWidth(title);
    if (figure.text === '') return paragraph(strong);
    if (gap >= GAP) return [paint(strong) + ' '.repeat(gap) + paint(figure)];
    return [...paragraph(strong), ...paragraph(figure, INDENT)];
  };

  /** A row of a table: all cells but the last padded to `widths`, the last one wrapped at its own column. */
  const tableRow = (cells: readonly Piece[], widths: readonly number[]): readonly string[] => {
    const last = cells.at(-1);
    if (last === undefined) return [];
    const front = cells
      .slice(0, -1)
      .map((cell, index) => paint(cell) + ' '.repeat((widths[index] ?? 0) - stringWidth(cell.text) + GAP))
      .join('');
    const offset = INDENT + sum(widths.slice(0, -1)) + GAP * (cells.length - 1);
    return wrapped(last.text, columns - offset).map(
      (text, index) =>
        (index === 0 ? ' '.repeat(INDENT) + front : ' '.repeat(offset)) + paint({ ...last, text }),
    );
  };

  /** Cells one after another, each whole on a line where it fits; continued lines hang. */
  const flowingRow = (cells: readonly Piece[]): readonly string[] => {
    const hang = INDENT * 2;
    const lines: string[] = [];
    let line = ' '.repeat(INDENT);
    let used = INDENT;
    const feed = (): void => {
      lines.push(line.trimEnd());
      line = ' '.repeat(hang);
      used = hang;
    };
    for (const cell of cells) {
      if (used > hang && used + stringWidth(cell.text) > columns) feed();
      for (const [index, text] of wrapped(cell.text, columns - hang).entries()) {
        if (index > 0) feed();
        line += paint({ ...cell, text }) + ' '.repeat(GAP);
        used += stringWidth(text) + GAP;
      }
    }
    feed();
    return lines;
  };

  const rows: Layout['rows'] = (rows) => {
    const widths: number[] = [];
    for (const { cells } of rows)
      for (const [index, { text }] of cells.entries())
        widths[index] = Math.max(widths[index] ?? 0, stringWidth(text));
    const last = Math.min(widths.at(-1) ?? 0, LEAST_LAST);
    const needed = INDENT + sum(widths.slice(0, -1)) + GAP * (widths.length - 1) + last;
    const isTable = needed <= columns;
    const noteIndent =
      isTable && columns >= ROOMY ? Math.min(INDENT + (widths[0] ?? 0) + GAP, DEEPEST_NOTE) : INDENT * 2;
    return rows.flatMap(({ cells, notes }) => [
      ...(isTable ? tableRow(cells, widths) : flowingRow(cells)),
      ...notes.flatMap((note) => paragraph(note, noteIndent, noteIndent + INDENT)),
    ]);
  };

  return { paragraph, heading, rows };
}

function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
