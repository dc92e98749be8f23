// Which names prove that a policy is older than the log.
import { describe, expect, test } from 'vitest';
import { createNamedPolicies } from '../../../src/cli/analyze/namedPolicies.ts';
import type { ChangeEvent, PolicyChange } from '../../../src/model/event.ts';
import { kindsNotHeld } from '../../../src/report/kindsNotHeld.ts';
import { inspectSnapshot } from '../../../src/sources/inspectSnapshot.ts';
import { unloggedChange } from '../../../src/normalise/unloggedChange.ts';

function change(name: string, changed: Partial<PolicyChange>): ChangeEvent {
  const body = unloggedChange('CiliumNetworkPolicy', 'audit');
  const target = { kind: 'CiliumNetworkPolicy', namespace: 'shop', name } as const;
  const origin = { source: 'audit.log', partition: 0, offset: 1, index: 0 };
  return {
    id: name,
    cluster: '',
    observedAt: 0,
    observedAtNanos: 0,
    origin,
    body: { ...body, action: 'write', verb: 'update', result: 'success', target, ...changed },
  };
}

function olderThanLog(...changes: readonly ChangeEvent[]): readonly string[] {
  const named = createNamedPolicies();
  for (const event of changes) named.change(event);
  return named.older();
}

describe('a policy is older than the log', () => {
  test('when a write alters it', () => {
    expect(olderThanLog(change('web', {}))).toEqual(['CiliumNetworkPolicy/shop/web']);
  });

  test.each([
    [
      'when the log shows it being made, in whatever order',
      [change('a', {}), change('a', { verb: 'create' })],
    ],
    ['when a list in the log shows it', [change('a', {}), change('a', { action: 'observe', verb: 'list' })]],
    ['when the write was refused', [change('a', { result: 'failure' })]],
    ['when nothing says its name', [change('', { action: 'collect' })]],
  ])('not %s', (_, changes) => {
    expect(olderThanLog(...changes)).toEqual([]);
  });

  test('not when a verdict names what is no policy', () => {
    const named = createNamedPolicies();
    const policy = {
      effect: 'allowed' as const,
      namespace: 'shop',
      name: 'x',
      uid: '',
      revision: '',
      labels: [],
    };
    const body = {
      reported: [
        { ...policy, kind: '' },
        { ...policy, kind: 'Ingress' },
      ],
    };
    named.flow({ body });
    expect(named.older()).toEqual([]);
  });
});

describe('a kind is missing', () => {
  const netpol = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'x' } };

  test('when the logs name one of it, and the snapshot holds others', () => {
    const missing = kindsNotHeld(inspectSnapshot([netpol]), [
      'CiliumNetworkPolicy/shop/web',
      'NetworkPolicy/a/b',
    ]);
    expect(missing).toEqual([{ kind: 'CiliumNetworkPolicy', named: ['CiliumNetworkPolicy/shop/web'] }]);
  });

  test('of nothing that holds no policy at all: that is said at once', () => {
    expect(kindsNotHeld(inspectSnapshot([]), ['CiliumNetworkPolicy/shop/web'])).toEqual([]);
  });
});
