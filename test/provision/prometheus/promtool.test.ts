// Prometheus' own tool on our rules: that it reads them, and that each alert goes off and stays quiet when it should
// (deploy/prometheus/rules.test.yaml). Skipped where promtool is not installed; in CI it must be.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS } from '../../../src/runtime/metrics/catalogue.ts';
import { at, field } from '../../../src/model/json.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/provision/alerts.ts';
import { prometheusRules } from '../../../src/provision/prometheus/rules.ts';

const FOLDER = fileURLToPath(new URL('../../../deploy/prometheus', import.meta.url));
const isMissing = spawnSync('promtool', ['--version']).error !== undefined && process.env['CI'] === undefined;

const promtool = (...args: readonly string[]): string =>
  execFileSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });

describe.skipIf(isMissing)(isMissing ? 'promtool (Debian package prometheus is missing)' : 'promtool', () => {
  it('reads the rules', () => {
    expect(promtool('check', 'rules', 'rules.yaml')).toContain('SUCCESS');
  });

  it('finds each alert going off and quiet as rules.test.yaml says', () => {
    expect(promtool('test', 'rules', 'rules.test.yaml')).toContain('SUCCESS');
  });
});

const rules = prometheusRules(DEFAULT_THRESHOLDS).groups.flatMap((group) => group.rules);
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : []));

describe('the rules', () => {
  it('ask only for metrics that the workers have', () => {
    const asked = rules.flatMap(({ expr }) => expr.match(/netpol_drift_\w+/g) ?? []);
    const known = new Set(METRICS.map(({ name }) => name));
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
    expect(asked).not.toEqual([]);
  });

  it.each(alerts)('%s is tested going off and quiet', (alert) => {
    const file: unknown = parse(readFileSync(`${FOLDER}/rules.test.yaml`, 'utf8'));
    const tests = list(field(file, 'tests')).flatMap((test) => list(field(test, 'alert_rule_test')));
    const ours = tests.filter((test) => field(test, 'alertname') === alert);
    const sizes = ours.map((test) => list(at(test, 'exp_alerts')).length);
    expect(Math.min(...sizes)).toBe(0);
    expect(Math.max(...sizes)).toBeGreaterThan(0);
  });
});

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
