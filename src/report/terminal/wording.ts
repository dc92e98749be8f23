// How things are called on the terminal: policies, endpoints, people, figures. Everything that comes from a
// log passes `visible` here.

import type { Commit } from '../../model/commit.ts';
import { kindFacts, parseRef, type PolicyRef } from '../../model/refs.ts';
import type { Author, Change } from '../../queries/changes.ts';
import type { Conversation, End } from '../../queries/flows.ts';
import type { Frame } from './frame.ts';
import { UNBROKEN } from './section.ts';
import { visible } from './visible.ts';

/** `NP shop/cart`, `CCNP baseline`. */
export function policyText(ref: PolicyRef): string {
  const name = parseRef(ref);
  if (name === undefined) return visible(ref);
  const where = name.namespace === '' ? '' : `${name.namespace}/`;
  return kindFacts(name.kind).short + UNBROKEN + visible(where + name.name);
}

/** At most three, then how many more. */
export function policiesText(refs: readonly PolicyRef[]): string {
  const shown = refs.slice(0, 3).map(policyText).join(', ');
  return refs.length > 3 ? `${shown} and ${refs.length - 3} more` : shown;
}

/** `shop/web`; `world 203.0.113.10`; `shop/?` for a pod whose workload nothing tells. */
export function endText(end: End): string {
  if (end.namespace !== '') return visible(`${end.namespace}/${end.workload || '?'}`);
  if (end.entity !== '') return visible(end.ip === '' ? end.entity : `${end.entity} ${end.ip}`);
  if (end.workload === 'other') return 'other peers';
  return visible(end.workload || end.ip || '(not named)');
}

/** `shop/web → shop/cart`: who connected to whom, whichever side's policy decided. */
export function pairText({ direction, subject, peer }: Conversation): string {
  return direction === 'ingress'
    ? `${endText(peer)} → ${endText(subject)}`
    : `${endText(subject)} → ${endText(peer)}`;
}

/** `tcp 8080`, `icmp`. */
export function serviceText({
  transport,
  port,
}: {
  readonly transport: string;
  readonly port: number;
}): string {
  const protocol = visible(transport || 'any');
  return port === 0 ? protocol : `${protocol}${UNBROKEN}${port}`;
}

const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** `alice`, `Argo CD`, `flux-system/kustomize-controller`. */
export function authorText({ user, kind, manager, impersonator }: Author): string {
  if (kind === 'gitops' && manager !== '') return visible(manager);
  const name = user.startsWith(SERVICE_ACCOUNT)
    ? user.slice(SERVICE_ACCOUNT.length).replace(':', '/')
    : user || 'somebody';
  return visible(impersonator === '' ? name : `${name} (impersonated by ${impersonator})`);
}

const DONE: ReadonlyMap<string, string> = new Map([
  ['create', 'created'],
  ['update', 'updated'],
  ['patch', 'patched'],
  ['apply', 'applied'],
  ['delete', 'deleted'],
  ['deletecollection', 'deleted (by deletecollection)'],
]);

/** `alice patched NP shop/cart`. */
export function deedText(change: Change): string {
  return `${authorText(change.author)} ${verbText(change)} ${policyText(change.ref)}`;
}

/** `patched`. */
export function verbText({ creates, verb }: Change): string {
  return creates ? 'created' : (DONE.get(verb) ?? visible(verb || 'changed'));
}

/** ` (commit 1a2b3c4 by jane, 14:02)`; '' where no commit is known. */
export function commitClause({ commit, at }: Change, frame: Frame): string {
  if (commit === null) return '';
  return ` (${commit.at > at ? 'later ' : ''}${commitText(commit, frame)})`;
}

/** `commit 1a2b3c4 by jane, 14:02`. */
export function commitText({ id, author, at }: Commit, frame: Frame): string {
  const when = frame.span(at, at).replaceAll(' ', UNBROKEN);
  return `commit${UNBROKEN}${visible(id.slice(0, 7))} by ${visible(author || 'somebody')}, ${when}`;
}

export function figure(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 change`, `3 changes`; a plural that is no mere `s` is given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${figure(count)} ${count === 1 ? noun : plural}`;
}

/** `1 person and 2 controllers`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
