import { describe, expect, it } from 'vitest';
import { policySet } from '../../src/cli/evaluate/policySet.ts';

function given(kind: string) {
  return {
    object: { apiVersion: 'x/v1', kind, metadata: { name: 'a', namespace: 'shop' }, spec: {} },
    source: 'a.yaml#1',
  };
}

describe('the policies among the given objects', () => {
  it('a kind whose name is meant as a policy and is none is refused, with its place', () => {
    const { refused } = policySet(
      ['NetworkPolicie', 'CiliumNetworkPolicies', 'AdminNetworkPolicy'].map(given),
    );
    expect(refused.map(({ source }) => source)).toEqual(['a.yaml#1', 'a.yaml#1', 'a.yaml#1']);
  });

  it('other kinds are passed over', () => {
    expect(policySet(['Deployment', 'PodSecurityPolicy', 'Pod'].map(given))).toEqual({
      policies: [],
      refused: [],
      replaced: [],
    });
  });
});
