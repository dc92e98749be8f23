// What people take from deploy/ without running setup: made from the same definitions, and kept current.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ALERT_NAMES, ALERTS, DEFAULT_THRESHOLDS, runbook } from '../../src/provision/alerts.ts';
import { ALERT_SETTINGS, readAlertSettings } from '../../src/provision/alertSettings.ts';
import { monitorJson, monitors, sendTo } from '../../src/provision/monitors/monitors.ts';
import { prometheusRules } from '../../src/provision/prometheus/rules.ts';
import { OPENSEARCH_DEFAULTS } from '../../src/stores/opensearch/settings.ts';
import { markdownTable, withGenerated } from '../support/generatedDocs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Id of the channel in the files, as docs/alerts.md tells to create it. */
const CHANNEL = 'netpol-drift';

const RULES = `# The alerts of docs/alerts.md for Prometheus, from what the workers count (docs/metrics.md). Made from
# src/provision/prometheus/rules.ts with the thresholds' defaults. The baseline of the spike reads back
# seven days: keep samples that long (--storage.tsdb.retention.time).
`;

/** UPDATE_DOCS=1 writes it anew. */
function held(path: string, wanted: string): { readonly is: string; readonly wanted: string } {
  const file = `${ROOT}${path}`;
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wanted);
  }
  return { is: existsSync(file) ? readFileSync(file, 'utf8') : '', wanted };
}

describe('deploy/ (UPDATE_DOCS=1 writes it anew)', () => {
  it('prometheus/rules.yaml is as the code has it', () => {
    const rules = stringify(prometheusRules(DEFAULT_THRESHOLDS), { lineWidth: 0 });
    const { is, wanted } = held('deploy/prometheus/rules.yaml', RULES + rules);
    expect(is).toBe(wanted);
  });

  const shared = monitors(readAlertSettings(new Map()), OPENSEARCH_DEFAULTS);

  it.each(shared)('opensearch-alerting/$alert.json is as the code has it', (monitor) => {
    const json = JSON.stringify(monitorJson(monitor, [sendTo(CHANNEL, monitor)]), null, 2);
    const { is, wanted } = held(`deploy/opensearch-alerting/${monitor.alert}.json`, `${json}\n`);
    expect(is).toBe(wanted);
  });

  it('opensearch-alerting holds nothing else', () => {
    expect(readdirSync(`${ROOT}deploy/opensearch-alerting`).toSorted()).toEqual(
      ALERT_NAMES.map((name) => `${name}.json`).toSorted(),
    );
  });
});

describe('docs/alerts.md', () => {
  const text = readFileSync(`${ROOT}docs/alerts.md`, 'utf8');

  it.each(ALERT_NAMES)('has the chapter that the messages of %s point to', (name) => {
    expect(runbook(name)).toBe(`docs/alerts.md#${name}`);
    expect(text).toContain(`\n## ${name}\n`);
    expect(text).toContain(ALERTS[name].title);
  });

  it('lists the settings as they are', () => {
    const rows = Object.values(ALERT_SETTINGS).map(({ name, shownFallback, doc }) => [
      `\`${name}\``,
      shownFallback === '' ? '' : `\`${shownFallback}\``,
      doc,
    ]);
    const table = markdownTable(['setting', 'default', 'what it does'], rows);
    const { is, wanted } = withGenerated('docs/alerts.md', 'alert settings', table);
    expect(is).toBe(wanted);
  });
});
