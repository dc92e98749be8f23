// The one sentence that a person in a hurry reads: is it broken now, since when, who made it so; or that
// nothing denies it; or that it cannot be told.
import type { Declared } from '../../model/verdict.ts';
import type { Frame } from '../terminal/frame.ts';
import type { Tone } from '../terminal/section.ts';
import type { Change } from '../../queries/changes.ts';
import { commitClause, deedText, endText } from '../terminal/wording.ts';
import type { Account, Seen, WhyAnswer } from './answer.ts';
import { declaredText, sideText } from './wording.ts';

export interface Headline {
  readonly word: string;
  readonly tone: Tone;
  readonly text: string;
  /** What to look at next; ''. */
  readonly next: string;
}

interface Subject {
  readonly answer: WhyAnswer;
  /** The account that matters first. */
  readonly account: Account;
  readonly frame: Frame;
}

export function headlineOf(answer: WhyAnswer, frame: Frame): Headline {
  const [account] = answer.accounts;
  if (account === undefined) return headline('CANNOT TELL', 'warn', 'nothing is known of it');
  const subject = { answer, account, frame };
  if (answer.seen.length === 0) return untried(subject);
  const { sighting } = account;
  if (sighting === null) return unseenThen(subject);
  const isPassed = sighting.observed === 'forwarded' || sighting.observed === 'redirected';
  switch (sighting.declared) {
    case 'unknown':
      return untold(account, isPassed);
    case 'denied':
      if (isPassed)
        return sighting.drift.includes('propagating') ? unseenThen(subject) : passed(subject, sighting);
      return sighting.observed === 'audited' ? audited(subject) : denied(subject);
    case 'allowed':
      return isPassed ? allowed(subject) : unexpected(subject, sighting);
  }
}

function headline(word: string, tone: Tone, text: string, next = ''): Headline {
  return { word, tone, text, next };
}

function denied({ answer, account, frame }: Subject): Headline {
  const { now, cause, ended } = account;
  const side = sideText(account);
  // What no change had broken, none can mend.
  if (now.declared === 'allowed' && ended !== null && cause?.before !== 'allowed')
    return opened({ answer, account, frame }, ended);
  if (now.declared === 'allowed' && ended !== null) {
    const by = ended.change === null ? '' : `, until ${deedOf(ended.change, frame)}`;
    const tried = throughSince(answer, account, frame);
    return headline(
      `MENDED ${frame.time(ended.at)}`,
      'good',
      `${side} denied it${sinceText(account, frame)}${by}; ${tried === '' ? 'not tried since' : tried}`,
    );
  }
  if (now.declared === 'unknown')
    return headline(
      'DENIED',
      'bad',
      `${side} denied it${sinceText(account, frame)}; whether it still does cannot be told`,
    );
  if (cause !== null && cause.before === 'allowed')
    return headline(
      now.reason === 'deny-rule' ? 'DENIED' : 'STILL BROKEN',
      'bad',
      `${side} denies it since ${frame.time(cause.change.at)}: ${deedOf(cause.change, frame)}${tooText(answer)}`,
    );
  return headline('DENIED', 'bad', `${side} denies it${standingText(account, frame)}${tooText(answer)}`);
}

function opened(
  { answer, account, frame }: Subject,
  { at, change }: NonNullable<Account['ended']>,
): Headline {
  const by = change === null ? '' : `${deedOf(change, frame)}; `;
  const tried = wentThrough(answer, account, frame);
  return headline(
    `OPENED ${frame.time(at)}`,
    'warn',
    `${by}${sideText(account)} denied it before${tried === '' ? ', and nobody has tried it since' : `, and it went through ${tried}`}`,
  );
}

function audited({ answer, account, frame }: Subject): Headline {
  const side = sideText(account);
  if (account.now.declared === 'allowed' && account.ended !== null)
    return headline(
      `ALLOWED SINCE ${frame.time(account.ended.at)}`,
      'good',
      `${side} would have denied it before, and audit mode let it through`,
    );
  return headline(
    'WOULD BE DENIED',
    'warn',
    `audit mode lets it through; enforced, ${side} denies it${standingText(account, frame)}${tooText(answer)}`,
  );
}

function passed({ account, frame }: Subject, { count, lastSeen }: Seen): Headline {
  const who = endText(account.subject);
  return headline(
    'NOT ENFORCED',
    'bad',
    `${sideText(account)} denies it${sinceText(account, frame)}, and ${count.toLocaleString('en-US')}× it went through ` +
      `all the same, last at ${frame.time(lastSeen)}`,
    `is ${who} enforced? kubectl -n ${who.split('/')[0] ?? ''} get ciliumendpoints`,
  );
}

function unexpected({ answer, account, frame }: Subject, { drift, lastSeen }: Seen): Headline {
  const since = throughSince(answer, account, frame);
  const isStale = drift.includes('stale-version');
  return headline(
    'DENIED THOUGH ALLOWED',
    since === '' ? 'bad' : 'warn',
    `${sideText(account)} allows it${sinceText(account, frame)}, and it was denied all the same, last at ` +
      `${frame.time(lastSeen)}${isStale ? ': a node acted on an older version' : ''}${since === '' ? '' : `; ${since}`}`,
    since === '' ? 'is the agent of that node healthy? cilium-dbg status' : '',
  );
}

function allowed({ account, frame }: Subject): Headline {
  const { now, ended, cause, asOf, direction } = account;
  if (now.declared === 'denied' && ended !== null) {
    const by = ended.change === null ? '' : `${deedOf(ended.change, frame)}; `;
    return headline(
      `DENIED SINCE ${frame.time(ended.at)}`,
      'bad',
      `${by}${sideText(account)} denies it now; it was allowed when it was last seen`,
    );
  }
  const since =
    cause === null ? '' : `, since ${frame.time(cause.change.at)}: ${deedOf(cause.change, frame)}`;
  return headline('ALLOWED', 'good', `${sideText(account)}: ${bare(declaredText(asOf, direction))}${since}`);
}

function untold(account: Account, isPassed: boolean): Headline {
  const done = isPassed ? 'let it through' : 'denied it';
  return headline(
    'CANNOT TELL',
    'warn',
    `${sideText(account)} ${done}, and the logs do not say by which rule`,
  );
}

const WORDS: Readonly<Record<Declared, { readonly word: string; readonly tone: Tone }>> = {
  allowed: { word: 'ALLOWED', tone: 'good' },
  denied: { word: 'DENIED', tone: 'bad' },
  unknown: { word: 'CANNOT TELL', tone: 'warn' },
};

/** At a time at which nobody tried it. */
function unseenThen({ account, frame }: Subject): Headline {
  const { asOf, direction } = account;
  const { word, tone } = WORDS[asOf.declared];
  const told = `${sideText(account)}: ${bare(declaredText(asOf, direction))}; no verdict just then`;
  return headline(`${word} AT ${frame.time(asOf.at)}`, tone, told);
}

function untried({ answer, account }: Subject): Headline {
  const { asOf, direction } = account;
  const said = `${sideText(account)}: ${bare(declaredText(asOf, direction))}`;
  switch (asOf.declared) {
    case 'denied':
      return headline('WOULD BE DENIED', 'bad', `${said}${tooText(answer)}; nobody tried it`);
    case 'unknown':
      return headline('CANNOT TELL', 'warn', `nobody tried it, and of the ${said}`);
    case 'allowed':
      return headline('WOULD BE ALLOWED', 'good', `${said}; nobody tried it`);
  }
}

/** Without the word that stands before it already. */
function bare(text: string): string {
  return text.replace(/^(allowed|denied)(: | (?=by))/, '');
}

/** The other end denies it as well: mending one is not enough. */
function tooText({ accounts }: WhyAnswer): string {
  const other = accounts[1];
  return other?.now.declared === 'denied' ? `; ${sideText(other)} denies it, too` : '';
}

/** `it went through again 09:25–11:57`; '' when no verdict shows it. */
function throughSince(answer: WhyAnswer, account: Account, frame: Frame): string {
  const span = wentThrough(answer, account, frame);
  return span === '' ? '' : `it went through again ${span}`;
}

/** `09:25–11:57`, since it was denied; '' when no verdict shows it. */
function wentThrough({ seen }: WhyAnswer, { direction, asOf }: Account, frame: Frame): string {
  const later = seen.filter(
    ({ observed, declared, lastSeen, ...row }) =>
      row.direction === direction &&
      declared === 'allowed' &&
      (observed === 'forwarded' || observed === 'redirected') &&
      lastSeen > asOf.at,
  );
  const last = later.at(-1);
  if (last === undefined) return '';
  return frame.span(Math.max(last.firstSeen, asOf.at), last.lastSeen);
}

/** What stood for how long: from the change on, or as far back as the logs say. */
function standingText(account: Account, frame: Frame): string {
  const { cause, isHistoryComplete } = account;
  if (cause !== null) return `${sinceText(account, frame)}: ${deedOf(cause.change, frame)}`;
  return isHistoryComplete
    ? ', and has as long as the logs reach: no change did it, a rule is missing'
    : '; who made it so is older than the logs';
}

function sinceText({ cause }: Account, frame: Frame): string {
  return cause === null ? '' : ` from ${frame.time(cause.change.at)} on`;
}

/** With the commit behind it, where one is known. */
function deedOf(change: Change, frame: Frame): string {
  return deedText(change) + commitClause(change, frame);
}
