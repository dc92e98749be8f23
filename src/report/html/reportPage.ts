// The report: one HTML file that holds the answer, the rows behind it, and the script that sorts and filters them.
// It opens from anywhere, asks nobody for anything, and says nothing that the terminal does not say.

import type { PageData } from '../page/pageData.ts';
import { dateOf } from '../terminal/times.ts';
import { titleLine } from '../terminal/sections/heading.ts';
import { counted } from '../terminal/wording.ts';
import { answer, frameOf, notices, sawAllowed } from './answer.ts';
import { changeRows } from './changeRows.ts';
import { chartOfPage } from './chartOfPage.ts';
import { feedTables } from './feedTables.ts';
import { flowRows } from './flowRows.ts';
import { type Content, element, jsonElement } from './markup.ts';
import type { PageInput } from './pageInput.ts';
import { redacted } from './redaction.ts';
import { dynamicSections } from './sections.ts';
import { pageText } from './shell.ts';

export interface PageAssets {
  /** Scripts in the order in which they run: Vega, then the page's own. */
  readonly scripts: readonly string[];
}

export interface PageOptions {
  /** People and outside addresses get stand-ins. */
  readonly redact: boolean;
}

/** The text of the file. Equal arguments give equal texts. */
export function reportPage(given: PageInput, { scripts }: PageAssets, { redact }: PageOptions): string {
  const input = redact ? redacted(given) : given;
  const frame = frameOf(input);
  const title = titleLine(input.summary, input.findings).text;
  return pageText({
    title: `Policy drift: ${title}`,
    heading: 'Policy drift',
    scope: title,
    redact,
    skip: { href: '#show=flows', text: 'Skip to the flows' },
    content: [notices(input, frame), answer(input, frame), dynamicSections(), feedTables(input, frame)],
    footer: footer(input, redact),
    data: jsonElement('page-data', pageData(input)),
    scripts,
  });
}

function pageData(input: PageInput): PageData {
  const { findings, summary, writes, groups, time } = input;
  const { flows, rules } = flowRows(groups, findings);
  return {
    time,
    day: findings.range === null ? '' : dateOf(findings.range.from),
    manyClusters: findings.clusters.length > 1,
    rules,
    flows,
    changes: changeRows(writes, summary, sawAllowed(input), frameOf(input)),
    moreChanges: writes.total - writes.shown.length,
    chart: chartOfPage(),
  };
}

function footer({ findings, writes }: PageInput, redact: boolean): Content {
  const { store } = findings.kept;
  const left = writes.total - writes.shown.length;
  return [
    element(
      'p',
      {},
      'Made by netpol-drift from a Hubble flow export and a Kubernetes audit log. All times are UTC. ',
      store === ''
        ? 'With --store FILE, netpol-drift why and netpol-drift query tell more.'
        : `netpol-drift why and netpol-drift query tell more with --store ${store}.`,
    ),
    left > 0 ? element('p', {}, `${counted(left, 'more change')}: netpol-drift query --list`) : [],
    redact
      ? element(
          'p',
          {},
          'User names, names of committers and addresses outside the cluster are replaced everywhere, also in ' +
            'differences and user agents; names of clusters, namespaces, workloads, policies and DNS names are not.',
        )
      : [],
    element('p', {}, 'The chart is drawn by Vega (BSD-3-Clause), which this file carries.'),
  ];
}
