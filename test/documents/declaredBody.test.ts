// What two policies must have in common to count as the same, and what may differ.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredBody, declaredText } from '../../src/documents/declaredBody.ts';
import { isObject, type JsonObject, type JsonValue } from '../../src/model/json.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { withDefaults } from '../../src/timeline/defaults.ts';
import { ciliumPolicies, networkPolicies, shuffled } from '../arbitraries/policies.ts';

const policies = fc.oneof(networkPolicies, ciliumPolicies);

function networkPolicy(spec: JsonObject): JsonObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'cart' }, spec };
}

function ciliumPolicy(content: JsonObject): JsonObject {
  return { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'cart' }, ...content };
}

describe('the way in which a policy is compared', () => {
  it('is the same before and after the defaults of the API server', () => {
    fc.assert(
      fc.property(networkPolicies, (manifest) => {
        expect(declaredText(withDefaults('NetworkPolicy', manifest))).toBe(declaredText(manifest));
      }),
    );
  });

  it('never alters what a policy means', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const body = declaredBody(policy);
        expect(parsePolicy({ ...policy, spec: body ?? {} })).toEqual(parsePolicy(policy));
      }),
    );
  });

  it('is reached in one step', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const body = declaredBody(policy);
        expect(declaredBody({ ...policy, spec: body ?? {} })).toEqual(body);
      }),
    );
  });

  it('knows no order of lists', () => {
    fc.assert(
      fc.property(
        policies.chain((policy) => fc.tuple(fc.constant(policy), shuffled(policy))),
        ([policy, other]) => {
          expect(declaredText(objectOf(other))).toBe(declaredText(policy));
        },
      ),
    );
  });

  it('looks at nothing but the spec', () => {
    const spec = { podSelector: {}, policyTypes: ['Ingress'] };
    const stored = {
      ...networkPolicy(spec),
      metadata: { name: 'cart', uid: 'u-1', labels: { a: 'b' }, creationTimestamp: null },
      status: { conditions: [] },
    };
    expect(declaredText(stored)).toBe(declaredText(networkPolicy(spec)));
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['a rule for everybody and no rule', { ingress: [{}] }, { ingress: [] }],
    [
      'all pods of a namespace and all namespaces',
      from({ podSelector: {} }),
      from({ namespaceSelector: {} }),
    ],
    ['TCP and UDP', { ingress: [{ ports: [{ port: 53 }] }] }, port({ protocol: 'UDP', port: 53 })],
    ['a number and a name', port({ port: 80 }), port({ port: '80' })],
  ])('of a NetworkPolicy tells apart %s', (_, one, other) => {
    expect(declaredText(networkPolicy(one))).not.toBe(declaredText(networkPolicy(other)));
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['nobody and everybody', { ingress: [{ fromEndpoints: [] }] }, { ingress: [{}] }],
    ['no ports and any port', { ingress: [{ toPorts: [{}] }] }, { ingress: [{ toPorts: [] }] }],
    [
      'default deny and none',
      { egressDeny: [{ toEntities: ['world'] }] },
      { egressDeny: [{ toEntities: ['world'] }], enableDefaultDeny: { egress: false } },
    ],
  ])('of a Cilium policy tells apart %s', (_, one, other) => {
    const spec = { endpointSelector: {} };
    expect(declaredText(ciliumPolicy({ spec: { ...spec, ...one } }))).not.toBe(
      declaredText(ciliumPolicy({ spec: { ...spec, ...other } })),
    );
  });

  it('takes one rule under `specs` for the same rule under `spec`', () => {
    const spec = { endpointSelector: {}, ingress: [{ fromEntities: ['world'] }] };
    expect(declaredText(ciliumPolicy({ specs: [spec] }))).toBe(
      declaredText(ciliumPolicy({ spec, specs: [] })),
    );
  });

  it('keeps the order of the rules of a ClusterNetworkPolicy, where the first that matches decides', () => {
    const policy = (...actions: readonly string[]): JsonObject => ({
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      metadata: { name: 'admin' },
      spec: { tier: 'Admin', priority: 1, ingress: actions.map((action) => ({ action })) },
    });
    expect(declaredText(policy('Accept', 'Deny'))).not.toBe(declaredText(policy('Deny', 'Accept')));
  });
});

function objectOf(value: JsonValue): JsonObject {
  if (!isObject(value)) throw new Error('expected an object');
  return value;
}

function from(peer: JsonObject): JsonObject {
  return { ingress: [{ from: [peer] }] };
}

function port(value: JsonObject): JsonObject {
  return { ingress: [{ ports: [value] }] };
}
