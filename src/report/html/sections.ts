// The parts of the page that its script fills: empty, but with the headings and the order that a reader and a
// screen reader go by.

import { type Content, element, type Markup } from './markup.ts';

export function dynamicSections(): readonly Markup[] {
  return [
    element(
      'noscript',
      {},
      element(
        'p',
        { class: 'tone-warn' },
        'Scripts do not run here: chart and tables stay empty, the answer above is whole.',
      ),
    ),
    element('div', {
      id: 'filters',
      class: 'filters',
      role: 'search',
      'aria-label': 'Filters: they hold for the chart and all tables',
    }),
    section(
      'time',
      'What happened when?',
      [
        'Verdicts by what was observed; ▾ are policy changes. ',
        element('span', { class: 'by-mouse' }, 'Drag over the chart to choose a time.'),
        element(
          'span',
          { class: 'by-touch' },
          'Tap ▾ to see whose; choose a time by “from” and “until” above.',
        ),
      ],
      element('div', { id: 'legend', class: 'legend' }),
      element('div', { id: 'chart', class: 'chart' }),
      element('div', { id: 'tip', class: 'tip', hidden: '' }),
    ),
    section(
      'matrix',
      'Who talks to whom?',
      'Rows: whose policies decided. Columns: who was at the other end. Coloured by the worst that happened; each cell shows only its own flows.',
    ),
    section('changes', 'Who changed what, and what did it do?', ''),
    section(
      'flows',
      'Which flows?',
      'One row for each way in which a conversation was judged, the worst first.',
    ),
    section(
      'denials',
      'Which policies deny together?',
      'On a default deny all policies that isolate the endpoint share the responsibility.',
    ),
    section(
      'policies',
      'What did each policy and rule do?',
      'Verdicts that went as the policies say; several rules can share one, so figures must not be added up.',
    ),
  ];
}

function section(id: string, title: string, lead: Content, ...content: readonly Content[]): Markup {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title`, tabindex: '-1' }, title),
    lead === '' ? [] : element('p', { class: 'lead' }, lead),
    content,
    element('div', { id: `${id}-body` }),
  );
}
