// Absent because a mask took it away, or absent because its value is zero: only the first is a fault.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { verdictFields } from '../../src/sources/inspectVerdict.ts';

function line(flow: JsonObject): JsonObject {
  return {
    flow: { event_type: { type: 5 }, ...flow },
    node_name: 'prod/node-1',
    time: '2026-11-02T08:00:00Z',
  };
}

describe('a field of a verdict', () => {
  test('is the subject’s by the direction', () => {
    const source = { labels: ['k8s:app=web'] };
    const egress = verdictFields(line({ traffic_direction: 'EGRESS', source }));
    const ingress = verdictFields(line({ traffic_direction: 'INGRESS', source }));
    expect([egress.get('labels of the subject'), egress.get('labels of the peer')]).toEqual([true, false]);
    expect([ingress.get('labels of the subject'), ingress.get('labels of the peer')]).toEqual([false, true]);
  });

  test('is not missing where nothing was to be said: a denial without a rule has no match type', () => {
    const fields = verdictFields(line({ verdict: 'DROPPED', traffic_direction: 'INGRESS' }));
    expect(fields.get('policy_match_type')).toBeUndefined();
    expect(fields.get('*_denied_by')).toBeUndefined();
  });

  test('is missing where an allowed flow has no match type', () => {
    const fields = verdictFields(line({ verdict: 'FORWARDED', traffic_direction: 'INGRESS' }));
    expect(fields.get('policy_match_type')).toBe(false);
  });

  test('is an empty label list where a mask keeps the parents', () => {
    const fields = verdictFields(line({ traffic_direction: 'INGRESS', source: {}, destination: {} }));
    expect(fields.get('labels of the peer')).toBe(false);
  });
});
