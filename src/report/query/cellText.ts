// A cell of an answer as people read it, on a terminal as on a page: times of the frame's day, policies by their short
// names. What comes out of logs passes `visible`.
import { MICROS_PER_MS } from '../../model/time.ts';
import type { Cell, Column } from '../../queries/catalogue/savedQuery.ts';
import type { Frame } from '../terminal/frame.ts';
import { durationText } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { figure, policyText } from '../terminal/wording.ts';

/** Stand at the right. */
export const NUMBERS: ReadonlySet<Column['type']> = new Set(['count', 'ratio', 'duration-ms']);

/** One line; '' for what is not known. */
export function cellText(cell: Cell, column: Column, frame: Frame): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'number') return numberText(cell, column, frame);
  if (typeof cell === 'string') return textOf(cell, column);
  return cell.map((one) => textOf(one, column)).join('; ');
}

function numberText(value: number, { type }: Column, frame: Frame): string {
  switch (type) {
    case 'time':
      return frame.time(value * MICROS_PER_MS);
    case 'duration-ms':
      return durationText(value);
    case 'ratio':
      return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
    default:
      return figure(value);
  }
}

const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** One text of a cell, or of a list in one. */
export function textOf(text: string, column: Column): string {
  if (isPolicy(column)) return policyText(text);
  return visible(
    text.startsWith(SERVICE_ACCOUNT) ? text.slice(SERVICE_ACCOUNT.length).replace(':', '/') : text,
  );
}

/** Under these names stand refs of policies or of their rules. */
export function isPolicy({ name }: Column): boolean {
  return (
    name.startsWith('policy.') &&
    ['denying', 'ref', 'isolating', 'reported', 'selecting', 'responsible'].includes(name.slice(7))
  );
}
