// Documents as workers write them, with no more fields than a test speaks of.
import type { Document, FieldValue } from '../../../src/documents/document.ts';

/** 32 hex digits, like ours. */
export function anId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function rollup(id: number, version: number, fields: Record<string, FieldValue> = {}): Document {
  return {
    _id: anId(id),
    _index: 'netpol-rollups-2026.11',
    _version: version,
    fields: {
      '@timestamp': '2026-11-02T09:00:00.000000Z',
      'window.start': '2026-11-02T09:00:00.000000Z',
      'window.end': '2026-11-02T09:01:00.000000Z',
      'orchestrator.cluster.name': 'lab',
      count: 1,
      'block.partition': 'netpol.events/0',
      'block.number': 7,
      ...fields,
    },
  };
}

export function verdict(id: number, version: number, fields: Record<string, FieldValue> = {}): Document {
  return {
    _id: anId(id),
    _index: 'netpol-verdicts-2026.11.02',
    _version: version,
    fields: {
      '@timestamp': '2026-11-02T09:00:00.010231123Z',
      'orchestrator.cluster.name': 'lab',
      'join.status': 'final',
      'join.policy_offset': 5,
      ...fields,
    },
  };
}
