// NOT PROTECTED: where audit mode lets through what the policies deny, since when, and who switched it.
// "Seen since" is a first verdict and a bound; "since" is the write that switched it.

import { type AuditedNamespace, auditedNow, leftAuditMode, type Turn } from '../../../queries/auditMode.ts';
import type { AuditConfig, AuditSwitch } from '../../../queries/auditSwitches.ts';
import type { Summary } from '../../../queries/summary.ts';
import type { Frame } from '../frame.ts';
import { type Piece, piece } from '../section.ts';
import { visible } from '../visible.ts';
import { commitClause, counted, deedText, listText } from '../wording.ts';

const SHOWN_NAMESPACES = 3;
const MEANING = '(L3/L4 not enforced; L7 is)';

/** The first stands alone; those after it are about it. [] where there are no verdicts to tell anything. */
export function auditModeLines({ auditMode, verdicts }: Summary, frame: Frame): readonly Piece[] {
  const now = auditedNow(auditMode);
  const onWithout = auditMode.configs.filter(
    ({ on, cluster }) => on === true && !now.some((space) => space.cluster === cluster),
  );
  if (verdicts.verdicts === 0 && onWithout.length === 0) return [];
  const left = leftAuditMode(auditMode);
  return [
    now.length === 0 ? quietLine(onWithout) : nowLine(now, frame),
    ...auditMode.configs.flatMap((config) => configLines(config, now, frame)),
    ...(left.length === 0 ? [] : [leftLine(left, frame)]),
  ];
}

function quietLine(onWithout: readonly AuditConfig[]): Piece {
  return onWithout.length === 0
    ? piece('Audit mode: no workload whose last denial was audited', 'quiet')
    : piece(`NOT PROTECTED now: audit mode is on ${MEANING}, though no last denial was audited`, 'bad');
}

function nowLine(now: readonly AuditedNamespace[], frame: Frame): Piece {
  const one = now.length === 1;
  const names = namesOf(now, frame, (turn) => `${seenText(turn)} ${frame.span(turn.at, turn.at)}`);
  return piece(
    `NOT PROTECTED now: ${one ? 'namespace' : 'namespaces'} ${listText(names)} ${one ? 'is' : 'are'} in audit mode ` +
      `${MEANING}, as their last denials tell`,
    'bad',
  );
}

/** A verdict shows only that it was so by then. */
function seenText({ evidence }: Turn): string {
  return evidence === 'config-change' ? 'since' : 'seen since';
}

/** What the cluster's own setting says, and who made it say so. */
function configLines(
  { cluster, on, switches }: AuditConfig,
  now: readonly AuditedNamespace[],
  frame: Frame,
): readonly Piece[] {
  const place = frame.place(cluster);
  const last = switches.at(-1);
  if (last === undefined)
    return on === true ? [piece(`${place}cilium-config switches it on, for longer than the logs tell`)] : [];
  const deed = place + switchText(last, frame);
  const here = now.filter((space) => space.cluster === cluster);
  if (last.on || here.length === 0) return [piece(deed, last.on ? 'plain' : 'quiet')];
  const isLate = here.some(({ workloads }) =>
    workloads.some(({ lastAudited }) => lastAudited > last.change.at),
  );
  return isLate
    ? [piece(`${deed}; denials were audited after that: an agent reads it only when it starts`, 'warn')]
    : [piece(`${deed}; nothing was denied there since to show it`)];
}

function switchText({ change, on, isProven }: AuditSwitch, frame: Frame): string {
  const deed = `${frame.time(change.at)}: ${deedText(change)}${commitClause(change, frame)}`;
  return isProven ? `switched ${on ? 'on' : 'off'} ${deed}` : `${on ? 'on' : 'off'} at the latest ${deed}`;
}

function leftLine(left: readonly AuditedNamespace[], frame: Frame): Piece {
  const names = namesOf(left, frame, ({ at }) => `from ${frame.span(at, at)} on`);
  return piece(`no longer audited: ${listText(names)}`, 'quiet');
}

/** `media (1 of 2 workloads, seen since 08:54)`; after three, how many more. */
function namesOf(
  spaces: readonly AuditedNamespace[],
  frame: Frame,
  when: (turn: Turn) => string,
): readonly string[] {
  const names = spaces.slice(0, SHOWN_NAMESPACES).map((space) => {
    const name = space.namespace === '' ? 'nodes' : visible(space.namespace);
    return `${frame.place(space.cluster)}${name} (${[...someText(space), when(space.turn)].join(', ')})`;
  });
  const left = spaces.length - names.length;
  return left > 0 ? [...names, `${left} more`] : names;
}

/** What of the namespace is meant, where it is not all of it. */
function someText({ workloads, denied }: AuditedNamespace): readonly string[] {
  const isPartly = workloads.every((workload) => workload.isPartly);
  if (workloads.length < denied)
    return [`${isPartly ? 'some pods of ' : ''}${workloads.length} of ${counted(denied, 'workload')}`];
  return isPartly ? ['some pods'] : [];
}
