// Rows of cells: a table where the screen is wide enough, else the cells of each row one after another.

import stringWidth from 'string-width';
import { linesOf, type Paint } from './paint.ts';
import type { Piece, Row } from './section.ts';

export const INDENT = 2;
export const GAP = 2;
/** The last cell of a table needs so much room, or the rows are no table. */
const LEAST_LAST = 34;
/** From here on notes stand under the second column, but never deeper than this. */
const ROOMY = 80;
const DEEPEST_NOTE = 20;

export function rowLines(rows: readonly Row[], columns: number, paint: Paint): readonly string[] {
  const widths: number[] = [];
  for (const { cells } of rows)
    for (const [index, { text }] of cells.entries())
      widths[index] = Math.max(widths[index] ?? 0, stringWidth(text));
  const last = Math.min(widths.at(-1) ?? 0, LEAST_LAST);
  const isTable = offsetOfLast(widths) + last <= columns;
  const second = INDENT + (widths[0] ?? 0) + GAP;
  const noteIndent = isTable && columns >= ROOMY && second <= DEEPEST_NOTE ? second : INDENT * 2;
  return rows.flatMap(({ cells, notes }) => [
    ...(isTable ? tableRow(cells, widths, columns, paint) : flowingRow(cells, columns, paint)),
    ...notes.flatMap((note) =>
      hanging(note, { indent: noteIndent, hang: noteIndent + INDENT }, columns, paint),
    ),
  ]);
}

/** One paragraph; lines after the first are indented by `hang`. */
export function hanging(
  piece: Piece,
  { indent, hang }: { readonly indent: number; readonly hang: number },
  columns: number,
  paint: Paint,
): readonly string[] {
  return linesOf(piece, columns - Math.max(indent, hang)).map(
    (line, index) => ' '.repeat(index === 0 ? indent : hang) + paint(line),
  );
}

function offsetOfLast(widths: readonly number[]): number {
  const front = widths.slice(0, -1);
  return INDENT + front.reduce((sum, width) => sum + width + GAP, 0);
}

/** All cells but the last padded to `widths`, the last one wrapped at its own column. */
function tableRow(
  cells: readonly Piece[],
  widths: readonly number[],
  columns: number,
  paint: Paint,
): readonly string[] {
  const last = cells.at(-1);
  if (last === undefined) return [];
  const front = cells
    .slice(0, -1)
    .map((cell, index) => paint(cell) + ' '.repeat((widths[index] ?? 0) - stringWidth(cell.text) + GAP))
    .join('');
  const offset = offsetOfLast(widths);
  return linesOf(last, columns - offset).map((line, index) =>
    ((index === 0 ? ' '.repeat(INDENT) + front : ' '.repeat(offset)) + paint(line)).trimEnd(),
  );
}

/** Each cell whole on a line where it fits; continued lines hang. */
function flowingRow(cells: readonly Piece[], columns: number, paint: Paint): readonly string[] {
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
    if (cell.text === '') continue;
    if (used > hang && used + stringWidth(cell.text) > columns) feed();
    for (const [index, piece] of linesOf(cell, columns - hang).entries()) {
      if (index > 0) feed();
      line += paint(piece) + ' '.repeat(GAP);
      used += stringWidth(piece.text) + GAP;
    }
  }
  feed();
  return lines;
}
