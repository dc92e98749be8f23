// The report: one HTML file that holds the answer, the rows behind it, and the script that sorts and filters them.
// It opens from anywhere, asks nobody for anything, and says nothing that the terminal does not say.

import type { PageData } from '../page/pageData.ts';
import { dateOf } from '../terminal/times.ts';
import { titleLine } from '../terminal/sections/heading.ts';
import { counted } from '../terminal/wording.ts';
import { answer, frameOf, notices, sawAllowed } from './answer.ts';
import { changeRows } from './changeRows.ts';
import { chartOfPage } from './chartOfPage.ts';
import { contentPolicy } from './contentPolicy.ts';
import { feedTables } from './feedTables.ts';
import { flowRows } from './flowRows.ts';
import { element, htmlOf, jsonElement, type Markup, rawElement } from './markup.ts';
import type { PageInput } from './pageInput.ts';
import { redacted } from './redaction.ts';
import { dynamicSections } from './sections.ts';
import { STYLE } from './style.ts';

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
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: contentPolicy(scripts, [STYLE]) }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('link', { rel: 'icon', href: 'data:,' }),
    element('title', {}, `Policy drift: ${title}`),
    rawElement('style', {}, STYLE),
  );
  const body = element(
    'body',
    {},
    element('a', { href: '#show=flows', class: 'skip' }, 'Skip to the flows'),
    header(title, redact),
    element(
      'main',
      {},
      notices(input, frame),
      answer(input, frame),
      dynamicSections(),
      feedTables(input, frame),
    ),
    footer(input, redact),
    jsonElement('page-data', pageData(input)),
    scripts.map((script) => rawElement('script', {}, script)),
  );
  return `<!doctype html>\n${htmlOf(element('html', { lang: 'en' }, head, body))}\n`;
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

function header(title: string, redact: boolean): Markup {
  return element(
    'header',
    { class: 'top' },
    element(
      'div',
      {},
      element('h1', {}, 'Policy drift'),
      element('p', { class: 'scope' }, title.replaceAll('\u00a0', ' ')),
      redact ? element('p', { class: 'rest' }, 'Redacted: people and outside addresses have stand-ins.') : [],
    ),
    element('button', { type: 'button', id: 'theme', hidden: '' }, 'Dark'),
  );
}

function footer({ findings, writes }: PageInput, redact: boolean): Markup {
  const { store } = findings.kept;
  const left = writes.total - writes.shown.length;
  return element(
    'footer',
    {},
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
  );
}
