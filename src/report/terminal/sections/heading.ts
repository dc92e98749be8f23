// The first lines: what was looked at, what weakens the answers, what is not protected at all.

import type { Summary } from '../../../queries/summary.ts';
import type { Caveat, Findings } from '../../findings.ts';
import type { Frame } from '../frame.ts';
import { type Piece, piece, UNBROKEN } from '../section.ts';
import { rangeText } from '../times.ts';
import { visible } from '../visible.ts';
import { counted, listText } from '../wording.ts';

const SHOWN_NAMESPACES = 3;

export function titleLine({ verdicts, changes }: Summary, { clusters, range }: Findings): Piece {
  const parts = [
    clusters.length === 0 ? 'no cluster' : clusters.map((name) => visible(name || 'default')).join(', '),
  ];
  if (range !== null) parts.push(unbroken(rangeText(range.from, range.until)));
  parts.push(unbroken(counted(verdicts.verdicts, 'verdict')));
  const authors = [
    ...(changes.people > 0 ? [counted(changes.people, 'person', 'people')] : []),
    ...(changes.controllers > 0 ? [counted(changes.controllers, 'controller')] : []),
  ];
  parts.push(
    unbroken(
      counted(changes.changes, 'policy change') + (authors.length > 0 ? ` (${authors.join(', ')})` : ''),
    ),
  );
  return piece(parts.join(' · '), 'strong');
}

function unbroken(text: string): string {
  return text.replaceAll(' ', UNBROKEN);
}

/** A caveat and what mends it: two paragraphs. */
export function caveatLines({ message, remedy }: Caveat): readonly Piece[] {
  const first = piece(`! ${visibleLong(message)}`, 'warn');
  return remedy === '' ? [first] : [first, piece(`→ ${visibleLong(remedy)}`, 'quiet')];
}

/** Remedies are commands and may be long; they are ours, but carry names of clusters and files. */
function visibleLong(text: string): string {
  return (
    text
      .match(/.{1,100}/gsu)
      ?.map(visible)
      .join('') ?? ''
  );
}

export function auditModeLine({ auditMode, verdicts }: Summary, frame: Frame): Piece | null {
  if (verdicts.verdicts === 0) return null;
  if (auditMode.length === 0) return piece('Audit mode: no workload whose last denial was audited', 'quiet');
  const names = auditMode.slice(0, SHOWN_NAMESPACES).map(({ cluster, namespace, workloads, denied }) => {
    const name = frame.place(cluster) + (namespace === '' ? 'nodes' : visible(namespace));
    return workloads === denied ? name : `${name} (${workloads} of ${counted(denied, 'workload')})`;
  });
  const left = auditMode.length - names.length;
  const who = left > 0 ? [...names, `${left} more`] : names;
  const one = auditMode.length === 1;
  return piece(
    `NOT PROTECTED now: ${one ? 'namespace' : 'namespaces'} ${listText(who)} ${one ? 'is' : 'are'} in audit mode ` +
      '(L3/L4 not enforced; L7 is), as their last denials tell',
    'bad',
  );
}
