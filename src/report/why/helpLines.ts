// HOW TO HAVE IT BACK: the change taken back, or the least that would let the connection through, as text to
// paste. Both were tried on the policies before they came here.
import { type Piece, piece } from '../terminal/section.ts';
import { visible } from '../terminal/visible.ts';
import { policyText } from '../terminal/wording.ts';
import type { Account, Help } from './answer.ts';
import { sideText } from './wording.ts';
import { yamlLines } from './yaml.ts';

const SHOWN_LINES = 6;

/** A line with its indentation; YAML is never wrapped. */
export interface HelpLine {
  readonly piece: Piece;
  readonly indent: number;
  readonly verbatim: boolean;
}

/** Of every end that denies it: each has to let it through. */
export function helpLines(accounts: readonly Account[]): readonly HelpLine[] {
  const helped = accounts.filter(({ helps }) => helps.length > 0);
  const ruled = accounts.filter(({ now, helps }) => now.reason === 'deny-rule' && helps.length === 0);
  const found = helped.flatMap((account) =>
    endLines(account, helped.length > 1 ? `${sideText(account)}: ` : ''),
  );
  return [...found, ...ruled.map(ruledLine)];
}

/** No rule that allows overrides one that denies (Cilium); so there is nothing small to add. */
function ruledLine(account: Account): HelpLine {
  const rules = account.now.lines
    .slice(0, 2)
    .map(({ policy, text }) => `${policyText(policy)} ${visible(text.split(' ')[0] ?? '')}`);
  return line(
    piece(`no allow rule overrides a deny rule: if it should pass, it has to leave ${rules.join(' and ')}`),
    2,
  );
}

function endLines({ helps }: Account, place: string): readonly HelpLine[] {
  return helps.flatMap((help, index) => {
    const joint = index === 0 ? place : 'or ';
    const isLast = !helps.slice(index + 1).some(({ ref }) => ref === help.ref);
    return [
      line(piece(`${joint}${introOf(help)}`), 2),
      ...help.lines.slice(0, SHOWN_LINES).map((text) => line(piece(visible(text), 'strong'), 4)),
      ...(help.lines.length > SHOWN_LINES
        ? [
            line(
              piece(`… and ${help.lines.length - SHOWN_LINES} more lines: --format json lists all`, 'quiet'),
              4,
            ),
          ]
        : []),
      ...yamlOf(help).map((text) => ({ piece: piece(text, 'strong'), indent: 4, verbatim: true })),
      ...(isLast ? managedNote(help) : []),
    ];
  });
}

function introOf({ kind, ref, lines, fragment }: Help): string {
  const policy = policyText(ref);
  switch (kind) {
    case 'take-back':
      if (lines.length > 0) return `take that change of ${policy} back, with whatever else it did:`;
      return fragment === null
        ? `delete ${policy}, which was not there before, and allow again whatever else it denies`
        : `create ${policy} again, as it was:`;
    case 'leave-open':
      return `let ${policy} deny what it names and nothing else; under its spec:`;
    case 'add-rule':
      return `allow just this; under spec of ${policy} add:`;
    case 'new-policy':
      return 'allow just this, with a policy of its own:';
  }
}

function yamlOf({ fragment }: Help): readonly string[] {
  return fragment === null ? [] : yamlLines(fragment);
}

function managedNote({ managedBy, manifest, ref }: Help): readonly HelpLine[] {
  if (managedBy === '' && manifest === '') return [];
  const place = manifest === '' ? 'there' : `in ${visible(manifest)}`;
  const note =
    managedBy === ''
      ? `its manifest is ${visible(manifest)}: change it there, too`
      : `${visible(managedBy)} manages ${policyText(ref)}: change it ${place}, or it is put back`;
  return [line(piece(note, 'quiet'), 4)];
}

function line(text: Piece, indent: number): HelpLine {
  return { piece: text, indent, verbatim: false };
}
