// NOT AS THE POLICIES SAY: workloads whose datapath acts otherwise than declared.

import { type Misfit, type MisfitDrift, MISFITS } from '../../../queries/misfits.ts';
import { cutLine, flowsPiece, piece, type Row, type Section, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { counted, endText, figure, pairText, policiesText, serviceText } from '../wording.ts';

export function misfitsSection(misfits: readonly Misfit[], frame: Frame): Section {
  const count = misfits.reduce((sum, misfit) => sum + misfit.count, 0);
  return {
    name: 'misfits',
    title: 'NOT AS THE POLICIES SAY',
    figure:
      misfits.length === 0
        ? []
        : [
            flowsPiece(
              `${counted(count, 'verdict')} of ${counted(new Set(misfits.map(workloadKey)).size, 'workload')}`,
              { drift: MISFITS },
            ),
          ],
    rows: misfits
      .toSorted(byWeight)
      .slice(0, SHOWN_ROWS)
      .map((misfit) => rowOf(misfit, frame)),
    unanswered: '',
    cut: cutLine(misfits.length, 'finding'),
    closing: [],
  };
}

/** A hole first, then a denial that should not be, then old versions, then names. */
function byWeight(a: Misfit, b: Misfit): number {
  return weightOf(a) - weightOf(b) || b.count - a.count;
}

function weightOf({ drift }: Misfit): number {
  const stale = drift.includes('stale-version') ? 2 : 0;
  if (drift.includes('not-enforced')) return stale;
  return drift.includes('unexpected-deny') ? stale + 1 : 4;
}

function workloadKey({ cluster, subject }: Misfit): string {
  return JSON.stringify([cluster, subject]);
}

function rowOf(misfit: Misfit, frame: Frame): Row {
  const { subject, count, example, conversations } = misfit;
  const others = conversations > 1 ? ` and ${counted(conversations - 1, 'more conversation')}` : '';
  return {
    cells: [
      piece(frame.place(misfit.cluster) + endText(subject)),
      piece(`${figure(count)}×`, misfit.drift.includes('not-enforced') ? 'bad' : 'warn'),
      piece(frame.span(misfit.firstSeen, misfit.lastSeen), 'quiet'),
      piece(explain(misfit)),
    ],
    notes: [piece(`${pairText(example)} ${serviceText(example)}${others}`, 'quiet')],
    flows: { misfit: [misfitText(misfit.drift)], end: [endText(subject)] },
  };
}

/** Verdicts with other combinations stand in other rows. */
export function misfitText(drift: readonly string[]): string {
  return MISFITS.filter((name) => drift.includes(name)).join('+');
}

function explain({ drift, isolating, reported }: Misfit): string {
  const has = (name: MisfitDrift): boolean => drift.includes(name);
  const stale = has('stale-version');
  const named = reported.length === 0 ? '' : ` (Hubble names ${policiesText(reported)})`;
  const parts: string[] = [];
  if (has('not-enforced'))
    parts.push(
      stale
        ? `lets through what is denied by now: an older version still acts${named}`
        : `lets denied traffic through${isolating.length === 0 ? '' : ` despite ${policiesText(isolating)}`} (is the endpoint enforced?)`,
    );
  if (has('unexpected-deny'))
    parts.push(
      stale
        ? `denies what is allowed by now: an older version still acts${named}`
        : `denies what the policies allow${named}`,
    );
  if (stale && parts.length === 0) parts.push(`answers by an older version of the policies${named}`);
  if (has('unknown-policy'))
    parts.push(
      `Hubble names ${reported.length === 0 ? 'a policy' : policiesText(reported)} with a uid that neither snapshot nor audit log holds`,
    );
  return parts.join('; ');
}
