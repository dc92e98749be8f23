// The last lines: what cannot be told, what each policy did, what the feeds covered, what was kept.

import { type IgnoreReason, REJECTED } from '../../../model/outcome.ts';
import { UNDECIDABLE } from '../../../model/verdict.ts';
import { ciliumWords, type PolicyUse } from '../../../queries/policyUse.ts';
import type { Summary } from '../../../queries/summary.ts';
import type { FeedAccount, Findings } from '../../findings.ts';
import { piece, type Row, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { visible } from '../visible.ts';
import { counted, figure, policyText } from '../wording.ts';

export function undecidedRows({ undecided }: Summary): readonly Row[] {
  return undecided.slice(0, SHOWN_ROWS).map(({ reason, count }) => ({
    cells: [piece(reason), piece(`${figure(count)}×`, 'warn'), piece(UNDECIDABLE[reason], 'quiet')],
    notes: [],
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
    counted(findings.flows.records, 'line'),
    ...(gaps > 0 ? [`${counted(gaps, 'gap')} (events lost: ${[...lost, ...more].join(', ')})`] : []),
    ...duplicates(findings.flows),
  ];
  const parts = [`flows: ${flows.join(', ')}`];
  if (findings.audit === null) parts.push('audit: none given');
  else {
    const missing = summary.changes.lost > 0 ? [`${counted(summary.changes.lost, 'write')} missing`] : [];
    const servers = summary.reporters.filter(({ feed, name }) => feed === 'audit' && name !== '').length;
    const audit = [
      ...(servers > 0 ? [counted(servers, 'server')] : []),
      counted(findings.audit.records, 'line'),
      ...missing,
      ...duplicates(findings.audit),
    ];
    parts.push(`audit: ${audit.join(', ')}`);
  }
  if (findings.snapshotObjects !== null)
    parts.push(`policies: ${counted(findings.snapshotObjects, 'object')}`);
  parts.push(`rejected: ${rejectedText(findings)}`);
  return parts.join(' · ');
}

function duplicates({ ignored }: FeedAccount): readonly string[] {
  const reason: IgnoreReason = 'duplicate';
  const count = ignored.get(reason) ?? 0;
  return count === 0 ? [] : [`${figure(count)} of them twice`];
}

function rejectedText({ flows, audit }: Findings): string {
  const reasons = [...flows.rejected, ...(audit?.rejected ?? [])].filter(([, count]) => count > 0);
  if (reasons.length === 0) return '0';
  return reasons
    .slice(0, SHOWN_ROWS)
    .map(([reason, count]) => `${figure(count)} ${REJECTED[reason]}`)
    .join(', ');
}

export function keptText({ flows, audit, tookMs, kept }: Findings): string {
  const lines = flows.records + (audit?.records ?? 0);
  const rate = tookMs > 0 ? `, ${figure(Math.round(lines / (tookMs / 1_000)))} lines/s` : '';
  const places = [
    ...(kept.store === '' ? [] : [visible(kept.store)]),
    ...(kept.documents === '' ? [] : [`documents: ${visible(kept.documents)}`]),
    ...(kept.rejects === '' ? [] : [`rejects: ${visible(kept.rejects)}`]),
  ];
  const where =
    places.length === 0 ? 'Nothing was kept: --store FILE keeps it.' : `Kept in ${places.join(' · ')}`;
  return `Took ${(tookMs / 1_000).toFixed(1)} s${rate}. ${where}`;
}
