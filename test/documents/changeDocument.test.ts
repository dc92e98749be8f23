import { describe, expect, it } from 'vitest';
import { changeDocument } from '../../src/documents/changeDocument.ts';
import { auditLog, sampleLines, snapshotChanges, timelineOf } from '../support/cluster.ts';

const timeline = timelineOf(
  'prod-eu1',
  snapshotChanges('cluster/snapshot.json'),
  auditLog(sampleLines('cluster/audit.ndjson'), 'audit'),
);

function documentsOf(ref: string) {
  return timeline
    .changes()
    .filter((change) => change.ref === ref)
    .map((change) => changeDocument('prod-eu1', change).fields);
}

describe('a change document', () => {
  it('claims no difference where the audit log lacks a body on either side', () => {
    const [truncated, next] = documentsOf('NetworkPolicy/vault/vault').filter(
      (fields) => fields['change.outcome'] === 'version' && fields['change.origin'] === 'audit',
    );
    expect(truncated?.['change.spec_before']).toBeDefined();
    expect(truncated?.['change.spec_after']).toBeUndefined();
    expect(truncated?.['change.diff']).toBeUndefined();
    expect(next?.['change.diff']).toBeUndefined();
  });

  it('shows the whole spec of what was created and of what was deleted', () => {
    const diffs = documentsOf('CiliumNetworkPolicy/media/origin-deny').map((fields) => fields['change.diff']);
    expect(diffs).toEqual([
      [expect.stringMatching(/^spec: \(none\) → \{"endpointSelector"/)],
      [expect.stringMatching(/^spec: \{"endpointSelector".* → \(none\)$/)],
    ]);
  });

  it('marks what a person changed though a controller owns it', () => {
    const marked = documentsOf('NetworkPolicy/orders/orders-api').filter(
      (fields) => fields['drift'] !== undefined,
    );
    expect(marked.map((fields) => [fields['actor.user'], fields['drift']])).toEqual([
      ['bob', ['manual-change']],
      ['alice', ['manual-change']],
    ]);
  });
});
