// What an operator may set about the alerts.
import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../src/provision/alerts.ts';
import { ALERT_SETTINGS, readAlertSettings } from '../../src/provision/alertSettings.ts';

const read = (environment: Record<string, string>) => readAlertSettings(new Map(Object.entries(environment)));

describe('the settings of the alerts', () => {
  it('are the thresholds that the rules of Prometheus have, unless something is set', () => {
    expect(read({}).thresholds).toEqual(DEFAULT_THRESHOLDS);
  });

  it('name each cluster once, in order', () => {
    expect(read({ ALERT_CLUSTERS: 'stage, prod,stage' }).clusters).toEqual(['prod', 'stage']);
  });

  it('are refused all at once', () => {
    const wrong = { ALERT_SPIKE_FLOOR: '0', ALERT_SILENT_MINUTES: 'never', ALERT_CHANNEL: 'on call' };
    const told = () => read(wrong);
    expect(told).toThrow(expect.objectContaining({ code: 'settings' }));
    for (const name of Object.keys(wrong)) expect(told).toThrow(name);
  });

  it.each([
    ['ALERT_CLUSTERS', '{{period_end}}'],
    ['ALERT_CLUSTERS', 'a"b'],
    ['ALERT_WHY_INPUT', '--store {{ctx}}'],
    ['ALERT_WHY_INPUT', 'a\u0007b'],
  ])('%s does not take %j, which a template would read', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });

  it('would be too many monitors for the plugin with more than 150 clusters', () => {
    const names = (count: number) => Array.from({ length: count }, (_, id) => `c${id}`).join(',');
    expect(read({ ALERT_CLUSTERS: names(150) }).clusters.length).toBe(150);
    expect(() => read({ ALERT_CLUSTERS: names(151) })).toThrow(ALERT_SETTINGS.clusters.name);
  });
});
