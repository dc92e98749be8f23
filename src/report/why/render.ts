// The answer to "why" on a terminal: one screen, the answer first, asOf what was seen, why, who made it so,
// how to have it back. Returns text; writes nothing.
import { createFrame, type Frame } from '../terminal/frame.ts';
import { createLayout, type Layout, type Screen } from '../terminal/layout.ts';
import { createPaint } from '../terminal/paint.ts';
import { type Piece, piece, type Row } from '../terminal/section.ts';
import { rangeText } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { counted } from '../terminal/wording.ts';
import type { Account, Seen, WhyAnswer } from './answer.ts';
import { changeLines } from './changeLines.ts';
import { headlineOf } from './headline.ts';
import { helpLines } from './helpLines.ts';
import { NEEDS } from './needs.ts';
import { ASK_THE_LOGS, isOfStore, LIMIT_TEXTS } from './storeLimits.ts';
import { declaredText, judgedText, observedText, ruleText, sideText } from './wording.ts';

const SHOWN_SEEN = 8;
const SHOWN_RULES = 6;

/**
 * At most 100 columns, wrapped where there are fewer; ends in a newline.
 * @param screen `colour` is for terminals only: then the text holds SGR sequences
 */
export function renderWhy(answer: WhyAnswer, screen: Screen): string {
  const layout = createLayout(screen);
  const frame = createFrame(answer.flows?.from ?? null, []);
  const headline = headlineOf(answer, frame);
  const [account, other] = answer.accounts;
  const lines = [
    ...layout.paragraph(piece(titleText(answer)), 0, 2),
    '',
    ...headlineLines(headline, layout, screen),
    ...(headline.next === '' ? [] : layout.paragraph(piece(`→ ${headline.next}`), 2, 4)),
    ...answer.assumed.flatMap((text) => layout.paragraph(piece(`! ${visible(text)}`, 'warn'), 0, 2)),
    ...caveatLines(answer, layout),
    ...seenLines(answer, frame, layout),
    ...(account === undefined ? [] : accountLines(account, answer, frame, layout)),
    ...(other === undefined ? [] : otherSideLines(other, answer, frame, layout)),
    ...(account === undefined ? [] : changeLines(account, answer, frame, layout)),
    ...helpSection(answer.accounts, layout, screen),
    ...otherQuestionLines(answer, layout),
    ...limitLines(answer, layout),
  ];
  return `${lines.join('\n')}\n`;
}

/** `shop/web → shop/cart tcp 8080 · prod-eu1 · 2026-11-02 08:00–11:59 UTC`. */
function titleText({ asked, cluster, flows }: WhyAnswer): string {
  const what = `${visible(asked.source)} → ${visible(asked.destination)} ${visible(serviceText(asked.service))}`;
  const when = flows === null ? 'no verdicts' : rangeText(flows.from, flows.until);
  return `${what} · ${visible(cluster || 'default')} · ${when}`;
}

/** `8080` → `tcp 8080`, `53/udp` and `udp/53` → `udp 53`, `icmp/8` → `icmp type 8`. */
function serviceText(service: string): string {
  const [one = '', other = 'tcp'] = service.toLowerCase().split('/');
  const [port, transport] = /^\d+$/.test(one) ? [one, other] : [other, one];
  if (transport.startsWith('icmp')) return service.includes('/') ? `${transport} type ${port}` : transport;
  return `${transport} ${port}`;
}

/** The word in its colour, the sentence wrapped beside and under it. */
function headlineLines(
  { word, tone, text }: ReturnType<typeof headlineOf>,
  layout: Layout,
  screen: Screen,
): readonly string[] {
  const paint = createPaint(screen.colour);
  const [first = '', ...rest] = layout.paragraph(piece(`${word}: ${text}`), 0, 2);
  const painted = first.startsWith(word) ? paint(piece(word, tone)) + first.slice(word.length) : first;
  return [painted, ...rest];
}

/** What takes something away from this answer; the rest is `doctor`'s business. */
const WEAKENING = new Set([
  'no-audit-log',
  'no-audit-events',
  'no-snapshot',
  'no-policy-in-snapshot',
  'kinds-not-in-snapshot',
  'beyond-logs',
  'no-verdict-events',
  'no-forwarded-flows',
  'clusters-do-not-meet',
  'cluster-without-audit',
  'audit-without-cluster',
  'feeds-do-not-overlap',
  'stopped',
]);

function caveatLines({ caveats }: WhyAnswer, layout: Layout): readonly string[] {
  return caveats
    .filter(({ code }) => WEAKENING.has(code))
    .flatMap(({ message, remedy }) => [
      ...layout.paragraph(piece(`! ${message}`, 'warn'), 0, 2),
      ...(remedy === '' ? [] : layout.paragraph(piece(`→ ${remedy}`), 2, 4)),
    ]);
}

function seenLines({ seen }: WhyAnswer, frame: Frame, layout: Layout): readonly string[] {
  if (seen.length === 0) return ['', ...layout.heading('SEEN', piece('nothing', 'quiet'))];
  const total = seen.reduce((sum, { count }) => sum + count, 0);
  const shown = seen.length <= SHOWN_SEEN ? seen : seen.slice(-SHOWN_SEEN);
  const left = seen.length - shown.length;
  return [
    '',
    ...layout.heading('SEEN', piece(counted(total, 'verdict'))),
    ...(left > 0
      ? layout.paragraph(piece(`… ${counted(left, 'earlier line')}: --format json lists all`, 'quiet'), 2, 4)
      : []),
    ...layout.rows(shown.map((row) => seenRow(row, frame))),
  ];
}

function seenRow(seen: Seen, frame: Frame): Row {
  const pairs = seen.pairs > 1 ? ` and ${counted(seen.pairs - 1, 'more pair')}` : '';
  return {
    cells: [
      piece(frame.span(seen.firstSeen, seen.lastSeen)),
      piece(sideText(seen) + pairs),
      piece(observedText(seen), toneOf(seen)),
      piece(judgedText(seen)),
    ],
    notes: [],
  };
}

function toneOf({ observed }: Seen): Piece['tone'] {
  if (observed === 'dropped' || observed === 'error') return 'bad';
  return observed === 'audited' ? 'warn' : 'plain';
}

function accountLines(account: Account, answer: WhyAnswer, frame: Frame, layout: Layout): readonly string[] {
  const rulesOf = (declaration: Account['asOf']): readonly string[] =>
    ruleRows(declaration, account, answer, layout);
  const { asOf, now } = account;
  const same = asOf.declared === now.declared && sameLines(account);
  return [
    '',
    ...layout.heading(
      whyTitle(account, same),
      piece(`${sideText(account)}, ${frame.time(asOf.at)}`, 'quiet'),
    ),
    ...rulesOf(asOf),
    ...(same
      ? []
      : [
          '',
          ...layout.heading('NOW', piece(`${sideText(account)}, ${frame.time(now.at)}`, 'quiet')),
          ...layout.paragraph(piece(declaredText(now, account.direction), toneOfDeclared(now)), 2, 4),
          ...(now.declared === 'denied' ? rulesOf(now) : []),
        ]),
  ];
}

function sameLines({ asOf, now }: Account): boolean {
  return JSON.stringify(asOf.lines) === JSON.stringify(now.lines);
}

function whyTitle({ asOf }: Account, isStill: boolean): string {
  switch (asOf.declared) {
    case 'denied':
      return isStill ? 'WHY IT IS DENIED' : 'WHY IT WAS DENIED';
    case 'allowed':
      return isStill ? 'WHY IT IS ALLOWED' : 'WHY IT WAS ALLOWED';
    case 'unknown':
      return 'WHY IT CANNOT BE TOLD';
  }
}

function toneOfDeclared({ declared }: Account['now']): Piece['tone'] {
  return declared === 'denied' ? 'bad' : declared === 'allowed' ? 'good' : 'warn';
}

function ruleRows(
  declaration: Account['asOf'],
  account: Account,
  { limits }: WhyAnswer,
  layout: Layout,
): readonly string[] {
  const { lines, undecidable, declared } = declaration;
  const shown = lines.slice(0, SHOWN_RULES).map((line): Row => {
    const { policy, text } = ruleText(line);
    return { cells: [piece(policy), piece(text)], notes: [] };
  });
  const left = lines.length - SHOWN_RULES;
  const isBare = lines.length === 0;
  return [
    ...(isBare
      ? layout.paragraph(piece(declaredText(declaration, account.direction)), 2, 4)
      : layout.rows(shown)),
    ...(left > 0
      ? layout.paragraph(piece(`… ${counted(left, 'more rule')}: --format json lists all`, 'quiet'), 2, 4)
      : []),
    ...(declared === 'unknown'
      ? undecidable
          .filter((why) => !isOfStore(why, limits))
          .flatMap((why) => layout.paragraph(piece(`→ ${NEEDS[why]}`), 2, 4))
      : []),
  ];
}

/** The end whose policies did not decide it: a clause, so that nobody goes looking there. */
function otherSideLines(
  account: Account,
  { seen }: WhyAnswer,
  frame: Frame,
  layout: Layout,
): readonly string[] {
  const { asOf, direction } = account;
  const isUnseen = seen.length > 0 && seen.every((row) => row.direction !== direction);
  const evidence = isUnseen ? '; no verdict of it was exported' : '';
  const row: Row = {
    cells: [piece(sideText(account)), piece(declaredText(asOf, direction) + evidence, toneOfOther(account))],
    notes:
      asOf.declared !== 'denied'
        ? []
        : asOf.lines.slice(0, SHOWN_RULES).map((line) => {
            const { policy, text } = ruleText(line);
            return piece(`${policy}  ${text}`);
          }),
  };
  return ['', ...layout.heading('THE OTHER END', piece(frame.time(asOf.at), 'quiet')), ...layout.rows([row])];
}

function toneOfOther({ asOf }: Account): Piece['tone'] {
  return asOf.declared === 'allowed' ? 'plain' : toneOfDeclared(asOf);
}

function helpSection(accounts: readonly Account[], layout: Layout, screen: Screen): readonly string[] {
  const found = helpLines(accounts);
  if (found.length === 0) return [];
  const wasAllowed = accounts.some(
    ({ cause, now }) => cause?.before === 'allowed' && now.reason !== 'deny-rule',
  );
  const isTried = accounts.some(({ helps }) => helps.length > 0);
  const paint = createPaint(screen.colour);
  return [
    '',
    ...layout.heading(
      wasAllowed ? 'HOW TO HAVE IT BACK' : 'HOW TO ALLOW IT',
      piece(isTried ? 'tried on the policies of now: it would be allowed' : '', 'quiet'),
    ),
    ...found.flatMap(({ piece: text, indent, verbatim }) =>
      verbatim ? [' '.repeat(indent) + paint(text)] : layout.paragraph(text, indent, indent + 2),
    ),
  ];
}

function otherQuestionLines({ others, seen }: WhyAnswer, layout: Layout): readonly string[] {
  if (seen.length > 0 || others.length === 0) return [];
  return [
    '',
    ...layout.heading('CLOSE TO IT', piece('')),
    ...layout.rows(
      others.map(({ question, verdicts }) => ({
        cells: [piece(`netpol-drift why ${visible(question)}`), piece(counted(verdicts, 'verdict'), 'quiet')],
        notes: [],
      })),
    ),
  ];
}

/** What the store's silence must not be taken for. */
function limitLines({ limits }: WhyAnswer, layout: Layout): readonly string[] {
  if (limits.length === 0) return [];
  return [
    '',
    ...layout.heading('NOT IN THE STORE', piece('')),
    ...limits.flatMap((limit) => layout.paragraph(piece(LIMIT_TEXTS[limit]), 2, 4)),
    ...layout.paragraph(piece(`→ ${ASK_THE_LOGS}`), 2, 4),
  ];
}
