// NOT IN FORCE: policies that exist and protect nothing.

import type { PolicyNotInForce } from '../../../queries/notInForce.ts';
import { cutLine, piece, type Section, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { visible } from '../visible.ts';
import { counted, policyText } from '../wording.ts';

export function notInForceSection(policies: readonly PolicyNotInForce[], frame: Frame): Section {
  return {
    name: 'not-in-force',
    title: 'NOT IN FORCE',
    figure: policies.length === 0 ? [] : [piece(counted(policies.length, 'policy', 'policies'))],
    rows: policies.slice(0, SHOWN_ROWS).map(({ cluster, ref, problem, since }) => ({
      cells: [
        piece(frame.place(cluster) + policyText(ref), 'bad'),
        piece(
          `invalid: ${visible(problem || 'no reason given')}${since === null ? '' : ` (this version since ${frame.time(since)})`}`,
        ),
      ],
      notes: [],
    })),
    unanswered: '',
    cut: cutLine(policies.length, 'policy', 'policies'),
    closing: [],
  };
}
