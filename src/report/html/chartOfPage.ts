// The time line of a report: compiled here, so that the page carries only Vega's runtime. Its data sets are empty;
// the script of the page fills them with what the reader has chosen. Colours are those of the page's style.

import { compile, type TopLevelSpec } from 'vega-lite';
import { timelineChart } from './timelineChart.ts';

const HEIGHT_PX = 210;

/** A Vega specification. */
export function chartOfPage(): unknown {
  const specification: unknown = timelineChart({
    verdicts: { data: { name: 'verdicts' }, transform: [] },
    changes: { data: { name: 'changes' }, transform: [] },
    palette: {
      observed: {
        forwarded: 'var(--forwarded)',
        redirected: 'var(--redirected)',
        audited: 'var(--audited)',
        dropped: 'var(--dropped)',
        error: 'var(--error)',
      },
      text: 'var(--quiet)',
      lines: 'var(--line)',
      change: 'var(--ink)',
      breaking: 'var(--bad)',
    },
    width: 'container',
    height: HEIGHT_PX,
    standsAlone: false,
    schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- vega-lite checks it when it compiles
  return compile(specification as TopLevelSpec).spec;
}
