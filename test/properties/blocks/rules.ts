// The rules of the block protocol that a run can break on purpose: the property must notice each of them.
export const RULES: Readonly<Record<Rule, string>> = {
  'drop-copies': 'an event whose origin does not ascend is a copy',
  'carry-origins': 'the last origins travel with the commit',
  'read-stored-ids': 'whoever takes a block over or closes it reads first what is stored of it',
  'wait-for-commits': 'repair begins with a change when every owner has committed that it knows it',
  'outwait-predecessors': 'nothing is closed or repaired while a dead owner may still be writing',
  'records-before-policies': 'versions of rollups order by records included first',
  'zeros-last': 'rollups are zeroed when what replaces them is acknowledged',
  'join-again': 'an owner joins touched records again before it raises its policy offset',
  'whole-touched-time': 'a change concerns verdicts after its version has ended, too',
  'promise-only-what-is-written':
    'a commit while a block closes keeps the policy offset of its last documents',
  'start-no-lower': 'a new owner starts at no lower policy offset than the committed one',
  'rewrite-verdicts': 'a verdict document once written is rewritten with its true content',
  'final-stays-final': 'a verdict document that was final is never written as provisional again',
};
export type Rule = (typeof ALL_RULES)[number];

export const ALL_RULES = [
  'drop-copies',
  'carry-origins',
  'read-stored-ids',
  'wait-for-commits',
  'outwait-predecessors',
  'records-before-policies',
  'zeros-last',
  'join-again',
  'whole-touched-time',
  'promise-only-what-is-written',
  'start-no-lower',
  'rewrite-verdicts',
  'final-stays-final',
] as const;
