// What the two feeds covered, as tables: every record read stands in one figure, and every loss is said.

import type { Summary } from '../../queries/summary.ts';
import type { FeedAccount } from '../findings.ts';
import type { Frame } from '../terminal/frame.ts';
import { visible } from '../terminal/visible.ts';
import { figure } from '../terminal/wording.ts';
import { type Content, element, type Markup } from './markup.ts';
import type { PageInput } from './pageInput.ts';

export function feedTables({ summary, findings }: PageInput, frame: Frame): Markup {
  const accounts: readonly (readonly [string, FeedAccount])[] = [
    ['flows', findings.flows],
    ...(findings.audit === null ? [] : [['audit log', findings.audit] as const]),
  ];
  return element(
    'section',
    { id: 'feeds', 'aria-labelledby': 'feeds-title' },
    element('h2', { id: 'feeds-title' }, 'What did the two logs cover?'),
    table(
      'Records of each feed: every one stands under used, ignored or rejected',
      ['feed', 'files', 'records', 'used', 'ignored', 'rejected'],
      accounts.map(([name, account]) => [
        name,
        figure(account.files),
        figure(account.records),
        figure(account.accepted),
        reasons(account.ignored),
        reasons(account.rejected),
      ]),
    ),
    findings.audit === null ? element('p', { class: 'tone-warn' }, 'No audit log was given.') : [],
    reporterTable(summary, frame),
    findings.snapshotObjects === null
      ? element('p', { class: 'rest' }, 'No snapshot of the policies was given.')
      : element(
          'p',
          { class: 'rest' },
          `Snapshot of the policies: ${figure(findings.snapshotObjects)} objects.`,
        ),
    findings.monitor.length === 0
      ? []
      : table(
          'Verdicts without time (cilium monitor): they cannot be joined',
          ['verdict', 'policy', 'count'],
          findings.monitor.map(({ words, policyName, count }) => [
            visible(words),
            visible(policyName),
            figure(count),
          ]),
        ),
  );
}

function reporterTable({ reporters, changes }: Summary, frame: Frame): Content {
  if (reporters.length === 0) return [];
  const missing =
    changes.lost === 0 ? '' : `; ${figure(changes.lost)} policy writes are missing from the audit log`;
  return table(
    `Nodes and API servers that spoke, and what they lost${missing}`,
    ['feed', 'from', 'lost events', 'when'],
    reporters.map(({ cluster, feed, name, lost, lostFrom, lostUntil }) => [
      cluster === '' ? visible(feed) : `${visible(cluster)}: ${visible(feed)}`,
      visible(name || '(not named)'),
      lost === 0 ? '0' : element('span', { class: 'tone-warn' }, figure(lost)),
      lostFrom === null || lostUntil === null ? '' : frame.span(lostFrom, lostUntil),
    ]),
  );
}

/** `331: drop-event 171, trace 129`, most frequent first. */
function reasons(counts: ReadonlyMap<string, number>): string {
  const all = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  const named = all.map(([reason, count]) => `${reason} ${figure(count)}`);
  return named.length === 0 ? '0' : `${figure(total)}: ${named.join(', ')}`;
}

function table(caption: string, columns: readonly string[], rows: readonly (readonly Content[])[]): Markup {
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          columns.map((column) => element('th', { scope: 'col' }, column)),
        ),
      ),
      element(
        'tbody',
        {},
        rows.map(([first = '', ...cells]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, first),
            cells.map((cell) => element('td', {}, cell)),
          ),
        ),
      ),
    ),
  );
}
