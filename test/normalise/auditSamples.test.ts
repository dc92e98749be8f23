// Every line of the audit samples is accounted for, with exact numbers.
import { describe, expect, test } from 'vitest';
import { eventsIn, outcomesOf, parsed, sampleObjects, sampleText, tally } from './auditRecords.ts';

function tallyOf(name: string): Readonly<Record<string, number>> {
  return tally(sampleObjects(name).flatMap((record) => outcomesOf(record)));
}

describe('events of older API servers and of the clouds', () => {
  test('impersonated reads of pods decide nothing', () => {
    expect(tallyOf('audit/audit2rbac-impersonation-403.jsonl')).toEqual({ 'ignored other-resource': 5 });
  });

  test('v1beta1 events without apiVersion are read', () => {
    expect(tallyOf('audit/falco-trace-events.jsonl')).toEqual({
      'ignored other-config': 2,
      'ignored other-resource': 3,
      'terminate success none': 1,
      'write success requested': 2,
    });
  });

  test('leases decide nothing', () => {
    expect(tallyOf('audit/khi-oss-lease-update-v1.32.jsonl')).toEqual({ 'ignored other-resource': 1 });
  });

  test('AKS and GKE records at level Metadata are writes without a body', () => {
    expect(tallyOf('audit/wrappers-aks-gke-structure.jsonl')).toEqual({ 'write success none': 2 });
  });

  test('every verb of a policy write is told apart', () => {
    expect(tallyOf('audit/synthetic-netpol.jsonl')).toEqual({
      'delete failure none': 1,
      'delete success before': 1,
      'delete success none': 1,
      'delete success stored': 1,
      'received unknown none': 1,
      'status success partial': 1,
      'terminate success stored': 1,
      'write dry-run stored': 1,
      'write failure requested': 1,
      'write success none': 1,
      'write success partial': 1,
      'write success stored': 5,
    });
  });

  test('an EventList gives one outcome per item', () => {
    expect(tally(outcomesOf(parsed(sampleText('audit/synthetic-webhook-eventlist.json'))))).toEqual({
      'write dry-run stored': 1,
      'write success stored': 2,
    });
  });
});

describe('lines of a real kube-apiserver', () => {
  test('level RequestResponse, all stages', () => {
    expect(tallyOf('audit-real/requestresponse.jsonl')).toEqual({
      'collect dry-run none': 3,
      'collect success before': 3,
      'delete dry-run none': 9,
      'delete failure none': 15,
      'delete success before': 10,
      'delete success none': 17,
      'delete success partial': 9,
      'delete success stored': 10,
      'ignored other-resource': 25,
      'ignored read': 122,
      'ignored stage': 31,
      'list success none': 3,
      'observe success stored': 31,
      'received unknown none': 317,
      'status failure none': 2,
      'status success partial': 6,
      'terminate failure requested': 1,
      'terminate success before': 3,
      'terminate success partial': 3,
      'terminate success stored': 10,
      'write dry-run stored': 15,
      'write failure none': 33,
      'write failure requested': 17,
      'write success partial': 6,
      'write success requested': 4,
      'write success stored': 180,
    });
  });

  test('under the recommended audit policy', () => {
    expect(tallyOf('audit-real/requestresponse-recommended.jsonl')).toEqual({
      'collect dry-run none': 1,
      'collect success before': 1,
      'delete dry-run none': 2,
      'delete failure none': 4,
      'delete success before': 6,
      'delete success none': 7,
      'delete success partial': 2,
      'delete success stored': 3,
      'ignored other-resource': 1,
      'ignored read': 2,
      'ignored stage': 5,
      'list success none': 3,
      'observe success stored': 16,
      'received unknown none': 116,
      'status success none': 3,
      'terminate success before': 1,
      'terminate success partial': 1,
      'terminate success stored': 3,
      'write dry-run stored': 3,
      'write failure none': 11,
      'write failure requested': 7,
      'write success partial': 2,
      'write success requested': 1,
      'write success stored': 78,
    });
  });

  test('level Request', () => {
    expect(tallyOf('audit-real/request.jsonl')).toEqual({
      'collect dry-run none': 2,
      'collect success none': 8,
      'delete dry-run none': 6,
      'delete failure none': 10,
      'delete success none': 13,
      'delete success requested': 3,
      'ignored other-resource': 3,
      'ignored read': 63,
      'status failure none': 2,
      'status success none': 2,
      'status success partial': 2,
      'terminate failure requested': 1,
      'terminate success none': 9,
      'write dry-run none': 8,
      'write dry-run requested': 2,
      'write failure none': 22,
      'write failure requested': 11,
      'write success none': 96,
      'write success requested': 54,
    });
  });

  test('level Metadata', () => {
    expect(tallyOf('audit-real/metadata.jsonl')).toEqual({
      'collect dry-run none': 1,
      'collect success none': 5,
      'delete dry-run none': 1,
      'delete failure none': 4,
      'delete success none': 8,
      'ignored other-resource': 3,
      'ignored read': 17,
      'status failure none': 2,
      'status success none': 2,
      'terminate failure none': 1,
      'terminate success none': 5,
      'write dry-run none': 3,
      'write failure none': 16,
      'write success none': 87,
    });
  });

  test('before and after an etcd restore', () => {
    expect(tallyOf('audit-real/restored.jsonl')).toEqual({
      'delete success none': 1,
      'write success stored': 7,
    });
  });

  test('with truncated events', () => {
    expect(tallyOf('audit-real/truncated.jsonl')).toEqual({
      'collect dry-run none': 1,
      'collect success before': 1,
      'collect success none': 1,
      'delete dry-run none': 2,
      'delete failure none': 4,
      'delete success none': 2,
      'delete success partial': 2,
      'delete success stored': 2,
      'ignored read': 2,
      'status success none': 2,
      'terminate success partial': 1,
      'terminate success stored': 2,
      'write dry-run none': 1,
      'write dry-run stored': 2,
      'write failure none': 12,
      'write failure requested': 4,
      'write success none': 12,
      'write success partial': 2,
      'write success stored': 22,
    });
  });

  test('19 truncated events are marked as such, and only their bodies are lost', () => {
    const truncated = eventsIn(sampleObjects('audit-real/truncated.jsonl')).filter(
      (event) => event.body.truncated,
    );
    expect(truncated).toHaveLength(19);
    expect(
      truncated.every((event) => event.body.object === null && event.body.target.kind !== 'ConfigMap'),
    ).toBe(true);
  });
});

describe('the webhook backend', () => {
  const records = sampleObjects('audit-real/webhook-eventlists.jsonl');

  test('each item of 16 batches has its outcome', () => {
    expect(tally(records.flatMap((record) => outcomesOf(record)))).toEqual({
      'collect dry-run none': 3,
      'collect success before': 1,
      'delete dry-run none': 6,
      'delete failure none': 4,
      'delete success before': 2,
      'delete success none': 2,
      'delete success partial': 2,
      'delete success stored': 3,
      'ignored read': 2,
      'status failure none': 2,
      'terminate success before': 1,
      'terminate success partial': 1,
      'terminate success stored': 2,
      'write dry-run stored': 6,
      'write failure none': 8,
      'write failure requested': 4,
      'write success partial': 2,
      'write success requested': 2,
      'write success stored': 25,
    });
  });

  test('a batch that came three times has the same ids each time', () => {
    const idsOf = (line: number): readonly string[] =>
      eventsIn(records.slice(line - 1, line)).map((event) => event.id);
    expect(idsOf(9)).toEqual(idsOf(4));
    expect(idsOf(12)).toEqual(idsOf(4));
    expect(idsOf(5)).not.toEqual(idsOf(4));
  });
});

describe('the simulated cluster', () => {
  const records = sampleObjects('cluster/audit.ndjson');

  test('each of 635 lines has its outcome', () => {
    expect(tally(records.flatMap((record) => outcomesOf(record)))).toEqual({
      'delete dry-run none': 1,
      'delete success before': 5,
      'delete success none': 4,
      'ignored other-resource': 457,
      'ignored read': 61,
      'ignored stage': 10,
      'received unknown none': 49,
      'status success partial': 8,
      'terminate success stored': 1,
      'write dry-run stored': 2,
      'write failure none': 1,
      'write failure requested': 3,
      'write success none': 1,
      'write success partial': 1,
      'write success stored': 33,
    });
  });
});

test.each([
  'audit-real/requestresponse.jsonl',
  'audit-real/requestresponse-recommended.jsonl',
  'audit-real/request.jsonl',
  'audit-real/metadata.jsonl',
  'audit-real/truncated.jsonl',
])('no two changes of %s share an id, though clients repeated an auditID', (name) => {
  const ids = eventsIn(sampleObjects(name)).map((event) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
});
