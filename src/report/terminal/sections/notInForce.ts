// NOT IN FORCE: policies that exist and protect nothing.

import type { PolicyNotInForce } from '../../../queries/notInForce.ts';
import { cutLine, piece, type Section, SHOWN_ROWS } from '../section.ts';
import type { Clock } from '../times.ts';
import { visible } from '../visible.ts';
import { counted, policyText } from '../wording.ts';

export function notInForceSection(policies: readonly PolicyNotInForce[], clock: Clock): Section {
  return {
    name: 'not-in-force',
    title: 'NOT IN FORCE',
    figure: policies.length === 0 ? '' : counted(policies.length, 'policy', 'policies'),
    rows: policies.slice(0, SHOWN_ROWS).map(({ ref, problem, since }) => ({
      cells: [
        piece(policyText(ref), 'bad'),
        piece(
          `invalid: ${visible(problem || 'no reason given')}${since === null ? '' : ` (this version since ${clock.time(since)})`}`,
        ),
      ],
      notes: [],
    })),
    unanswered: '',
    closing: cutLine(policies.length, 'policy', 'policies'),
  };
}
