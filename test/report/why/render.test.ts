// The printed answer: which word stands first, that it fits narrow screens, and that nothing from a log can
// reach the terminal unescaped.
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { parseMicros } from '../../../src/model/time.ts';
import type { Change } from '../../../src/queries/changes.ts';
import type { Account, Cause, Declaration, Seen, WhyAnswer } from '../../../src/report/why/answer.ts';
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

const BROKE_IT: Cause = { change, before: 'allowed', lagMs: 2_000, tookBack: null };

const broken: Account = {
  direction: 'ingress',
  subject,
  peer,
  sighting: seen,
  asOf: denied,
  now: denied,
  cause: BROKE_IT,
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
    limits: [],
    commits: null,
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
    ['OPENED 10:00:00', { cause: null, now: allowed, ended: mend }],
    ['OPENED 10:00:00', { cause: { ...BROKE_IT, before: 'denied' }, now: allowed, ended: mend }],
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

  it('says who opened what was denied before, without calling it a mending', () => {
    const text = unwrapped(answer({ cause: null, now: allowed, ended: mend }));
    expect(text).toContain(
      'OPENED 10:00:00: alice patched NP shop/cart; ingress of shop/cart denied it before, and nobody has tried it since',
    );
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

  it.each([
    'default-deny',
    'deny-rule',
    'allow-rule',
  ] as const)('names no policy without a name: %s', (reason) => {
    const declared = reason === 'allow-rule' ? 'allowed' : 'denied';
    const untold: Declaration = { ...denied, declared, reason, lines: [], selecting: [] };
    const text = unwrapped(answer({ asOf: untold, now: untold, cause: null }));
    expect(text).toMatch(/(?:of|by) (?:a policy|the policies) of which nothing more is known/);
  });

  it('is the same for machines', () => {
    expect(whyObject(answer({}))['answer']).toBe('STILL BROKEN');
  });
});

describe('the commit behind a change', () => {
  const commit = {
    id: `1a2b3c4${'0'.repeat(33)}`,
    author: 'jane',
    at: at('08:58:00'),
    file: 'shop/cart.yaml',
  };
  const cause = { change: { ...change, commit }, before: 'allowed', lagMs: 2_000, tookBack: null } as const;

  it('is named with its author and time, in the answer and beside the change', () => {
    const text = unwrapped(answer({ cause }, { commits: 'read' }));
    expect(text).toContain('since 09:00:00: alice patched NP shop/cart (commit 1a2b3c4 by jane, 08:58)');
    expect(text).toContain('DENIED IT alice patched NP shop/cart (commit 1a2b3c4 by jane, 08:58); first');
    expect(text).toContain('committed in shop/cart.yaml');
  });

  it('is missed where the history was read and holds none', () => {
    expect(unwrapped(answer({}, { commits: 'read' }))).toContain('no commit of the manifests says so');
    expect(unwrapped(answer({}))).not.toContain('commit');
  });

  it('goes unnamed with the reason where the history could not be read', () => {
    expect(unwrapped(answer({}, { commits: 'shallow' }))).toContain('the Git clone is shallow');
    expect(unwrapped(answer({ cause }, { commits: 'shallow' }))).not.toContain('shallow');
  });
});

describe('where to change it', () => {
  const help = {
    kind: 'take-back',
    ref: 'NetworkPolicy/shop/cart',
    managedBy: 'Argo CD',
    manifest: 'deploy/cart.yaml#1',
    lines: ['a: 1 → 2'],
    fragment: null,
  } as const;

  it('is the manifest, where one is known', () => {
    expect(unwrapped(answer({ helps: [help] }))).toContain(
      'Argo CD manages NP shop/cart: change it in deploy/cart.yaml#1, or it is put back',
    );
    expect(unwrapped(answer({ helps: [{ ...help, managedBy: '' }] }))).toContain(
      'its manifest is deploy/cart.yaml#1: change it there, too',
    );
    expect(unwrapped(answer({ helps: [{ ...help, manifest: '' }] }))).toContain(
      'change it there, or it is put',
    );
  });
});

describe('what a store does not keep', () => {
  const unknown: Declaration = { ...denied, declared: 'unknown', undecidable: ['fqdn'], lines: [] };

  it('is said, with where it can be had, and not blamed on the logs', () => {
    const text = unwrapped(answer({ asOf: unknown }, { limits: ['dns-names'] }));
    expect(text).toContain('NOT IN THE STORE DNS names of what was allowed');
    expect(text).toContain('→ ask the logs themselves: --flows, --audit and --policies instead of --store');
    expect(text).not.toContain('have Hubble see the DNS answers');
  });

  it('is no matter where nothing of it was needed', () => {
    expect(unwrapped(answer({ asOf: unknown }))).toContain('have Hubble see the DNS answers');
    expect(unwrapped(answer({}))).not.toContain('NOT IN THE STORE');
  });
});

describe('the screen', () => {
  const hostile = answer(
    {
      subject: { ...subject, workload: HOSTILE },
      asOf: { ...denied, lines: [{ policy: `NetworkPolicy/shop/${HOSTILE}`, text: HOSTILE }] },
      cause: {
        change: {
          ...change,
          diff: [HOSTILE],
          reason: HOSTILE,
          author: { ...change.author, user: HOSTILE },
          commit: { id: HOSTILE, author: HOSTILE, at: at('08:58:00'), file: HOSTILE },
        },
        before: 'allowed',
        lagMs: null,
        tookBack: { ...change, author: { ...change.author, user: HOSTILE } },
      },
      helps: [
        {
          kind: 'add-rule',
          ref: `NetworkPolicy/shop/${HOSTILE}`,
          managedBy: HOSTILE,
          manifest: HOSTILE,
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
