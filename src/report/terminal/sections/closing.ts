// The last lines: what cannot be told, what each policy did, what the feeds covered, what was kept.

import { UNDECIDABLE } from '../../../model/verdict.ts';
import { ciliumWords, type PolicyUse } from '../../../queries/policyUse.ts';
import type { Summary } from '../../../queries/summary.ts';
import { slowCaches } from '../../caches.ts';
import type { FeedAccount, Findings } from '../../findings.ts';
import { piece, type Row, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { visible } from '../visible.ts';
import { counted, figure, policyText } from '../wording.ts';

export function undecidedRows({ undecided }: Summary): readonly Row[] {
  return undecided.slice(0, SHOWN_ROWS).map(({ reason, count }) => ({
    cells: [piece(reason), piece(`${figure(count)}×`, 'warn'), piece(UNDECIDABLE[reason], 'quiet')],
    notes: [],
    flows: { declared: ['unknown'], undecidable: [reason] },
  }));
}

interface PolicyFigures {
  readonly ref: string;
  readonly uses: readonly PolicyUse[];
  readonly denials: number;
}

/** By policy, most denials first. */
export function policyFigures({ policyUse }: Summary): readonly PolicyFigures[] {
  const byPolicy = new Map<string, PolicyUse[]>();
  for (const use of policyUse) {
    const key = JSON.stringify([use.cluster, use.ref]);
    const known = byPolicy.get(key);
    if (known === undefined) byPolicy.set(key, [use]);
    else known.push(use);
  }
  return [...byPolicy.values()]
    .map((uses) => ({
      ref: uses[0]?.ref ?? '',
      uses,
      denials: countOf(uses, 'denied') + countOf(uses, 'audited'),
    }))
    .sort((a, b) => b.denials - a.denials);
}

export function policyRow({ ref, uses }: PolicyFigures, frame: Frame): Row {
  const [most] = uses.filter(({ use }) => use !== 'allowed').sort((a, b) => b.count - a.count);
  return {
    cells: [
      piece(frame.place(uses[0]?.cluster ?? '') + policyText(ref)),
      ...(['allowed', 'denied', 'audited'] as const).map((use) => {
        const count = countOf(uses, use);
        return piece(`${use} ${figure(count)}`, count === 0 ? 'quiet' : 'plain');
      }),
      piece(most === undefined ? '' : ciliumWords(most), 'quiet'),
    ],
    notes: [],
  };
}

function countOf(uses: readonly PolicyUse[], wanted: PolicyUse['use']): number {
  return uses.reduce((sum, { use, count }) => sum + (use === wanted ? count : 0), 0);
}

export function monitorRows({ monitor }: Findings): readonly Row[] {
  return monitor.slice(0, SHOWN_ROWS).map(({ words, policyName, count }) => ({
    cells: [piece(visible(words)), piece(`${figure(count)}×`), piece(visible(policyName), 'quiet')],
    notes: [],
  }));
}

export function feedsText(summary: Summary, findings: Findings, frame: Frame): string {
  const nodes = summary.reporters.filter(({ feed }) => feed === 'flows');
  const losing = nodes.filter(({ lost }) => lost > 0);
  const lost = losing
    .slice(0, 3)
    .map(
      ({ name, lost, lostFrom, lostUntil }) =>
        `${figure(lost)} on ${visible(name || 'an unnamed node')}` +
        (lostFrom === null || lostUntil === null ? '' : ` ${frame.span(lostFrom, lostUntil)}`),
    );
  const more = losing.length > 3 ? [`${losing.length - 3} more nodes`] : [];
  const gaps = losing.reduce((sum, reporter) => sum + reporter.gaps, 0);
  const flows = [
    ...(nodes.some(({ name }) => name !== '') ? [counted(nodes.length, 'node')] : []),
    accountText(findings.flows),
    ...(gaps > 0 ? [`${counted(gaps, 'gap')} (events lost: ${[...lost, ...more].join(', ')})`] : []),
  ];
  const parts = [`flows: ${flows.join(', ')}`];
  if (findings.audit === null) parts.push('audit: none given');
  else {
    const missing = summary.changes.lost > 0 ? [`${counted(summary.changes.lost, 'write')} missing`] : [];
    const servers = summary.reporters.filter(({ feed, name }) => feed === 'audit' && name !== '').length;
    const audit = [
      ...(servers > 0 ? [counted(servers, 'server')] : []),
      accountText(findings.audit),
      ...missing,
    ];
    parts.push(`audit: ${audit.join(', ')}`);
  }
  if (findings.snapshotObjects !== null)
    parts.push(`policies: ${counted(findings.snapshotObjects, 'object')}`);
  return parts.join(' · ');
}

/** `4,988 records = 1,252 used + 3,736 ignored (trace 3,166, …) + 0 rejected`: each record stands in one of them. */
function accountText({ records, accepted, ignored, rejected }: FeedAccount): string {
  return (
    `${counted(records, 'record')} = ${figure(accepted)} used` +
    ` + ${figure(sumOf(ignored))} ignored${reasonsText(ignored)}` +
    ` + ${figure(sumOf(rejected))} rejected${reasonsText(rejected)}`
  );
}

/** Most frequent first. Reasons are words of our own, documented with the outcomes. */
function reasonsText(counts: ReadonlyMap<string, number>): string {
  const reasons = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([reason, count]) => `${reason} ${figure(count)}`);
  return reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

const CACHED = { decisions: 'conversations', histories: 'workloads' } as const;

/** [] unless a cache was too small for the logs: then why it took so long, and what to do about it. */
export function slowTexts({ caches }: Findings, frame: Frame): readonly string[] {
  return slowCaches(caches).map(
    ({ cluster, name, hits, misses, evictions }) =>
      `! ${frame.place(cluster)}the join was slow: more different ${CACHED[name]} than it remembers; it forgot ` +
      `${figure(evictions)} and made ${figure(misses)} of ${figure(hits + misses)} answers anew. Analyze fewer hours at a time.`,
  );
}

export function keptText({ flows, audit, tookMs, kept }: Findings): string {
  const lines = flows.records + (audit?.records ?? 0);
  const rate = tookMs > 0 ? `, ${figure(Math.round(lines / (tookMs / 1_000)))} lines/s` : '';
  const places = [
    ...(kept.store === '' ? [] : [visible(kept.store)]),
    ...(kept.documents === '' ? [] : [`documents: ${visible(kept.documents)}`]),
    ...(kept.rejects === '' ? [] : [`rejects: ${visible(kept.rejects)}`]),
    ...(kept.report === '' ? [] : [`report: ${visible(kept.report)}`]),
  ];
  const where =
    places.length === 0 ? 'Nothing was kept: --store FILE keeps it.' : `Kept in ${places.join(' · ')}`;
  return `Took ${(tookMs / 1_000).toFixed(1)} s${rate}. ${where}`;
}
