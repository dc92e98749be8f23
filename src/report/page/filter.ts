// Which flows are meant: the one language in which a figure says what it counts, the address bar keeps what the
// reader chose, and the tables choose their rows. A flow is meant when it has one of the values of every key.

/**
 *   cluster             name of the cluster
 *   subject, peer       namespace of that end; what it is, where it is no pod (`world`)
 *   end                 the end whose policies decided, as it is written: `shop/web`
 *   talk, service       who connected to whom, and how, as they are written: `shop/web → shop/cart`, `tcp 8080`
 *   observed, declared  words of the verdict
 *   drift               one of the flow's own
 *   misfit              all of the flow's own that say "not as declared", joined by `+`
 *   policy              ref of a policy that decided, or that switched on the default deny
 *   rule                the same to the rule
 *   together            all of them, joined by a space
 *   cause               id of the change that made the decision what it is
 *   outcome             of changes: what became of the request; no flow has one
 *   undecidable         one of the reasons why the decision is unknown
 *   still               of what was audited, whether ending audit mode now would cut it off: `denied`; or why not
 */
export const FILTER_KEYS = [
  'cluster',
  'subject',
  'peer',
  'end',
  'talk',
  'service',
  'observed',
  'declared',
  'drift',
  'misfit',
  'policy',
  'rule',
  'together',
  'cause',
  'outcome',
  'undecidable',
  'still',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** Closed keys, open values: of each key at least one value, or the key is absent. */
export type Filter = Readonly<Partial<Record<FilterKey, readonly string[]>>>;
