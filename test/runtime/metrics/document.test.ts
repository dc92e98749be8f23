// The metrics as docs/metrics.md lists them: all of them, as the code has them.
import { expect, test } from 'vitest';
import { METRICS } from '../../../src/runtime/metrics/catalogue.ts';
import type { Metric } from '../../../src/runtime/metrics/definition.ts';
import { withGenerated } from '../../support/generatedDocs.ts';

function entry({ name, kind, labels, help, means, act }: Metric): string {
  const shown = labels.length === 0 ? '' : `{${labels.join(', ')}}`;
  const type = kind === 'total' ? 'counter' : kind;
  return `**\`${name}${shown}\`** (${type}): ${help}\n${means}\n*What to do:* ${act}`;
}

test('docs/metrics.md lists every metric as it is (UPDATE_DOCS=1 writes it anew)', () => {
  const { is, wanted } = withGenerated('docs/metrics.md', 'metrics', METRICS.map(entry).join('\n\n'));
  expect(is).toBe(wanted);
});
