// One answer as a card: its title, its figure, which leads to the flows, and its rows, each of which unfolds to what
// is behind it.

import type { Filter } from '../page/filter.ts';
import { EVERYTHING, formatView } from '../page/view.ts';
import type { Piece, Row } from '../terminal/section.ts';
import { type Content, element, type Markup } from './markup.ts';

interface Card {
  readonly name: string;
  readonly title: string;
  readonly figure: Content;
  /** What weakens it. */
  readonly remark: Content;
  readonly rows: readonly Markup[];
  readonly rest: readonly Markup[];
  /** Rows and rest are shown when they are asked for. */
  readonly folded: boolean;
}

export function card({ name, title, figure, remark, rows, rest, folded }: Card): Markup {
  const list = rows.length === 0 ? [] : element('ul', { class: 'rows' }, rows);
  const isFolded = folded && rows.length + rest.length > 0;
  return element(
    'article',
    { class: 'card', id: `card-${name}` },
    element('h2', {}, title),
    element('p', { class: 'figure' }, figure),
    remark,
    isFolded ? element('details', {}, element('summary', {}, 'more'), list, rest) : [list, rest],
  );
}

/** The address of the changes that a filter means. */
export function changesLink(filter: Filter): string {
  return `#${formatView({ ...EVERYTHING, filter, show: 'changes' })}`;
}

/** The address of the flows that a filter means. */
export function flowsLink(filter: Filter): string {
  return `#${formatView({ ...EVERYTHING, filter, show: 'flows' })}`;
}

/** The first figure stands large: it is what the title asks for. */
export function figureMarkup([first, ...others]: readonly Piece[]): Content {
  if (first === undefined) return [];
  const [, large = '', rest = ''] = /^(\S+)(.*)$/s.exec(first.text) ?? [];
  return [leading(first, [element('b', {}, large), rest]), lineMarkup(others)];
}

export function lineMarkup(pieces: readonly Piece[]): Content {
  return pieces.map((piece) => leading(piece, piece.text));
}

/** A link, where the piece leads anywhere. */
function leading({ flows, changes }: Piece, content: Content): Content {
  if (flows !== undefined) return element('a', { href: flowsLink(flows) }, content);
  return changes === undefined ? content : element('a', { href: changesLink(changes) }, content);
}

/** Its figure leads to the flows that it speaks of. */
export function rowMarkup({ cells, notes, flows }: Row): Markup {
  const countAt = cells.findIndex(({ text }) => text.endsWith('×'));
  const linked = flows === undefined ? -1 : countAt >= 0 ? countAt : cells.length - 1;
  const line = element(
    'span',
    { class: 'cells' },
    cells.map((cell, place) =>
      pieceMarkup(place === linked && flows !== undefined ? { ...cell, flows } : cell),
    ),
  );
  if (notes.length === 0) return element('li', {}, line);
  const below = notes.map((note) =>
    element('div', { class: note.oneLine === true ? 'note diff' : 'note' }, pieceMarkup(note)),
  );
  return element('li', {}, element('details', {}, element('summary', {}, line), below));
}

export function pieceMarkup(piece: Piece | undefined): Content {
  if (piece === undefined) return '';
  const [, before = '', count = '', after = ''] = /^(.*?)([\d,]+×)(.*)$/s.exec(piece.text) ?? [];
  // Of a sentence the figure is the link, else all of it.
  const content = count === '' ? leading(piece, piece.text) : [before, leading(piece, count), after];
  return element('span', piece.tone === 'plain' ? {} : { class: `tone-${piece.tone}` }, content);
}
