// The answers that people want from the two feeds, and how much of each an input can give. Everything that
// `doctor` finds is said in terms of them.

/** As a person would ask. In the order of the table. */
export const ANSWERS = {
  'which-policy': 'Which policy decided a connection',
  'who-changed': 'Who changed which policy',
  broken: 'What a change broke',
  opened: 'What a change opened',
  'not-enforced': 'What is let through though denied',
  'unused-policies': 'Which policies nothing uses',
  'audit-mode': 'What runs in audit mode',
  'safe-to-enforce': 'Whether enforcing is safe',
  'in-time': 'All this while it happens',
} as const;
export type Answer = keyof typeof ANSWERS;

/**
 *   yes     the input gives the answer
 *   partly  it gives some of it, or less surely
 *   no      whatever would be said is a guess, so nothing is said
 */
export const ANSWERABLE = ['yes', 'partly', 'no'] as const;
export type Answerable = (typeof ANSWERABLE)[number];

/** What a cause leaves of each answer; those not named stay whole. */
export type Limits = ReadonlyMap<Answer, Exclude<Answerable, 'yes'>>;

export function limits(named: {
  readonly no?: readonly Answer[];
  readonly partly?: readonly Answer[];
}): Limits {
  return new Map([
    ...(named.partly ?? []).map((answer) => [answer, 'partly'] as const),
    ...(named.no ?? []).map((answer) => [answer, 'no'] as const),
  ]);
}
