// Who talks to whom, by namespace, as a table whose cells lead to their flows. Colour and words say the worst that
// happened there.

import { fill, make } from './dom.ts';
import { flowsHref, toggled } from './link.ts';
import type { Scene } from './scene.ts';
import { BADNESS, type Cell, matrixOf } from './sums.ts';
import { formatView } from './view.ts';
import { BADNESS_SHORT, BADNESS_WORDS, figure } from './wording.ts';

/** Rows and columns that a person can take in; the worst ones are shown. */
const MOST = 30;

export function drawMatrix(scene: Scene): void {
  const { flows, view } = scene;
  const matrix = matrixOf(flows);
  const subjects = matrix.subjects.slice(0, MOST);
  const peers = matrix.peers.slice(0, MOST);
  const left = matrix.subjects.length - subjects.length + matrix.peers.length - peers.length;
  const place = (key: 'subject' | 'peer', name: string): HTMLElement =>
    make('a', { href: `#${formatView(toggled(view, key, name))}` }, name);
  const head = make(
    'tr',
    {},
    make('th', { scope: 'col' }, 'whose policies ↓ · other end →'),
    peers.map((peer) => make('th', { scope: 'col' }, place('peer', peer))),
  );
  const rows = subjects.map((subject) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, place('subject', subject)),
      peers.map((peer) => cellElement(scene, subject, peer, matrix.cells.get(subject)?.get(peer))),
    ),
  );
  fill(
    'matrix-body',
    make(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table: who talks to whom' },
      make('table', { class: 'matrix' }, make('thead', {}, head), make('tbody', {}, rows)),
    ),
    left === 0
      ? ''
      : make(
          'p',
          { class: 'rest' },
          `${figure(left)} more rows and columns, none of them worse: choose a namespace.`,
        ),
    make(
      'p',
      { class: 'key' },
      BADNESS.filter((word) => word !== 'unknown').map((word) =>
        make('span', { class: `tag bad-${word}` }, BADNESS_WORDS[word]),
      ),
    ),
  );
}

function cellElement({ view }: Scene, subject: string, peer: string, cell: Cell | undefined): HTMLElement {
  if (cell === undefined) return make('td', {});
  const short = BADNESS_SHORT[cell.worst];
  const words = `${subject} with ${peer}: ${figure(cell.count)} verdicts, of which ${figure(cell.worstCount)} ${BADNESS_WORDS[cell.worst]}`;
  return make(
    'td',
    { class: `bad-${cell.worst}` },
    make(
      'a',
      { href: flowsHref(view, { subject: [subject], peer: [peer] }), title: words, 'aria-label': words },
      figure(cell.count),
      short === ''
        ? ''
        : make('small', {}, cell.worstCount === cell.count ? short : `${figure(cell.worstCount)} ${short}`),
    ),
  );
}
