// The printed answer: which word stands first, that it fits narrow screens, and that nothing from a log can
// reach the terminal unescaped.
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { parseMicros } from '../../../src/model/time.ts';
import type { Change } from '../../../src/queries/changes.ts';
import type { Account, Declaration, Seen, WhyAnswer } from '../../../src/report/why/answer.ts';
import { whyObject } from '../../../src/report/why/lines.ts';
import { renderWhy } from '../../../src/report/why/render.ts';

const HOSTILE = 'evil\u001b[2J\u202e\nname';

function at(clock: string): number {
  return parseMicros(`2026-11-02T${clock}Z`) ?? 0;
}

const subject = { namespace: 'shop', workload: 'cart', entity: '', ip: '' };
const peer = { namespace: 'shop', workload: 'web', entity: '', ip: '' };

const seen: Seen = {
  direction: 'ingress',
  subject,
  peer,
  pairs: 1,
  observed: 'dropped',
  declared: 'denied',
  reason: 'default-deny',
  undecidable: [],
  isolating: ['NetworkPolicy/shop/cart'],
  deciding: [],
  reported: [],
  drift: ['denied-by-change'],
  count: 7,
  firstSeen: at('09:00:02'),
  lastSeen: at('09:20:00'),
};

const denied: Declaration = {
  at: at('09:20:00'),
  declared: 'denied',
  reason: 'default-deny',
  undecidable: [],
  lines: [
    { policy: 'NetworkPolicy/shop/cart', text: 'ingress[0] allows app=web on tcp 8081; this is tcp 8080' },
  ],
  selecting: ['NetworkPolicy/shop/cart'],
};
const allowed: Declaration = { ...denied, at: at('11:00:00'), declared: 'allowed', reason: 'allow-rule' };

const change: Change = {
  id: 'c1',
  cluster: 'prod',
  ref: 'NetworkPolicy/shop/cart',
  at: at('09:00:00'),
  verb: 'patch',
  creates: false,
  outcome: 'version',
  confidence: 'exact',
  author: { user: 'alice', kind: 'human', manager: '', impersonator: '' },
  managedBy: '',
  auditId: 'a1',
  diff: ['ingress[0].ports[0].port: 8080 → 8081'],
  reason: '',
  specBefore: { ingress: [] },
  specAfter: {},
  byHand: false,
  commit: null,
};

const broken: Account = {
  direction: 'ingress',
  subject,
  peer,
  sighting: seen,
  asOf: denied,
  now: denied,
  cause: { change, before: 'allowed', lagMs: 2_000, tookBack: null },
  isHistoryComplete: true,
  ended: null,
  latest: null,
  helps: [],
};

function answer(account: Partial<Account>, more: Partial<WhyAnswer> = {}): WhyAnswer {
  return {
    asked: { source: 'shop/web', destination: 'shop/cart', service: '8080', at: null },
    cluster: 'prod',
    flows: { from: at('08:00:00'), until: at('12:00:00') },
    seen: [seen],
    accounts: [{ ...broken, ...account }],
    assumed: [],
    caveats: [],
    others: [],
    ...more,
  };
}

function print(given: WhyAnswer, columns = 100): string {
  return renderWhy(given, { columns, colour: false });
}

/** As one line, wherever it was wrapped. */
function unwrapped(given: WhyAnswer): string {
  return print(given).replaceAll(/\s+/g, ' ');
}

/** The first word of the answer. */
function word(given: WhyAnswer): string {
  return print(given).split('\n')[2]?.split(': ')[0] ?? '';
}

describe('the word that stands first', () => {
  const mend = { at: at('10:00:00'), change: { ...change, id: 'c2' }, after: 'allowed' } as const;
  const passed = { ...seen, observed: 'forwarded' } as const;

  it.each<[string, Partial<Account>]>([
    ['STILL BROKEN', {}],
    ['DENIED', { cause: null }],
    ['DENIED', { now: { ...denied, reason: 'deny-rule' } }],
    ['MENDED 10:00:00', { now: allowed, ended: mend }],
    ['WOULD BE DENIED', { sighting: { ...seen, observed: 'audited' } }],
    ['ALLOWED SINCE 10:00:00', { sighting: { ...seen, observed: 'audited' }, now: allowed, ended: mend }],
    ['NOT ENFORCED', { sighting: passed }],
    ['DENIED THOUGH ALLOWED', { sighting: { ...seen, declared: 'allowed' }, asOf: allowed, now: allowed }],
    ['ALLOWED', { sighting: { ...passed, declared: 'allowed' }, asOf: allowed, now: allowed }],
    ['CANNOT TELL', { sighting: { ...seen, declared: 'unknown', undecidable: ['named-port'] } }],
    ['DENIED AT 09:20:00', { sighting: null }],
  ])('is %s', (expected, account) => {
    expect(word(answer(account))).toBe(expected);
  });

  it('never claims that somebody tried it when nothing was seen', () => {
    expect(unwrapped(answer({ sighting: null }, { seen: [] }))).toContain('nobody tried it');
  });

  it('says that the other end denies it, too', () => {
    const other: Account = { ...broken, direction: 'egress', subject: peer, peer: subject };
    expect(unwrapped(answer({}, { accounts: [broken, other] }))).toContain(
      'egress of shop/web denies it, too',
    );
  });

  it('is the same for machines', () => {
    expect(whyObject(answer({}))['answer']).toBe('STILL BROKEN');
  });
});

describe('the screen', () => {
  const hostile = answer(
    {
      subject: { ...subject, workload: HOSTILE },
      asOf: { ...denied, lines: [{ policy: `NetworkPolicy/shop/${HOSTILE}`, text: HOSTILE }] },
      cause: {
        change: { ...change, diff: [HOSTILE], reason: HOSTILE, author: { ...change.author, user: HOSTILE } },
        before: 'allowed',
        lagMs: null,
        tookBack: { ...change, author: { ...change.author, user: HOSTILE } },
      },
      helps: [
        {
          kind: 'add-rule',
          ref: `NetworkPolicy/shop/${HOSTILE}`,
          managedBy: HOSTILE,
          lines: [HOSTILE],
          fragment: { ingress: [{ [HOSTILE]: HOSTILE }] },
        },
      ],
    },
    {
      asked: { source: HOSTILE, destination: HOSTILE, service: HOSTILE, at: null },
      cluster: HOSTILE,
      seen: [
        { ...seen, subject: { ...subject, workload: HOSTILE }, isolating: [`NetworkPolicy/shop/${HOSTILE}`] },
      ],
      assumed: [HOSTILE],
      others: [{ question: HOSTILE, verdicts: 1 }],
    },
  );

  it('shows nothing of a log that moves the cursor or turns the reading direction', () => {
    expect(print(hostile)).toMatch(/^[\P{C}\n]*$/u);
    expect(print(hostile)).toContain(String.raw`evil\x1b[2J`);
  });

  it.each([100, 60])('keeps to %i columns', (columns) => {
    const widths = print(answer({}), columns)
      .split('\n')
      .map((line) => stringWidth(line));
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  it('says under a doubt of the input what would lift it', () => {
    const caveat = { code: 'no-audit-log', message: 'no audit log', remedy: 'pass it with --audit' } as const;
    expect(print(answer({}, { caveats: [caveat] }))).toContain('! no audit log\n  → pass it with --audit\n');
  });
});
