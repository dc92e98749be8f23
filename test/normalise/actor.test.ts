import { describe, expect, test } from 'vitest';
import { at, text } from '../../src/model/json.ts';
import { actorOf, type ActorClaims } from '../../src/normalise/actor.ts';
import { eventsIn, sampleObjects } from './auditRecords.ts';

function actor(user: string, claims: Partial<ActorClaims> = {}): ReturnType<typeof actorOf> {
  const nothing = { groups: [], impersonator: '', userAgent: '', fieldManager: '', sourceIps: [] };
  return actorOf({ user, ...nothing, ...claims });
}

describe('by user name', () => {
  test.each([
    ['alice', 'human', ''],
    ['kubernetes-admin', 'human', ''],
    ['jane@example.com', 'human', ''],
    ['system:admin', 'human', ''],
    ['system:serviceaccount:argocd:argocd-application-controller', 'gitops', 'Argo CD'],
    [
      'system:serviceaccount:openshift-gitops:openshift-gitops-argocd-application-controller',
      'gitops',
      'Argo CD',
    ],
    ['system:serviceaccount:flux-system:kustomize-controller', 'gitops', 'Flux'],
    ['system:serviceaccount:flux-system:helm-controller', 'gitops', 'Flux'],
    ['system:serviceaccount:cattle-fleet-system:fleet-agent', 'gitops', 'Fleet'],
    ['system:serviceaccount:config-management-system:root-reconciler', 'gitops', 'Config Sync'],
    ['system:serviceaccount:kube-system:cilium-operator', 'controller', ''],
    ['system:serviceaccount:shop:default', 'controller', ''],
    ['system:serviceaccount:kube-system:generic-garbage-collector', 'system', ''],
    ['system:serviceaccount:kube-system:namespace-controller', 'system', ''],
    ['system:serviceaccount:shop:namespace-controller', 'controller', ''],
    ['system:node:node-1', 'system', ''],
    ['system:kube-controller-manager', 'system', ''],
    ['system:apiserver', 'system', ''],
    ['aksService', 'system', ''],
    ['eks:addon-manager', 'system', ''],
    ['deployer@project.iam.gserviceaccount.com', 'controller', ''],
    ['service-1@container-engine-robot.iam.gserviceaccount.com', 'system', ''],
  ])('%s is %s', (user, kind, manager) => {
    expect(actor(user)).toMatchObject({ kind, kindConfidence: 'exact', manager });
  });

  test.each([
    '',
    'system:anonymous',
    'arn:aws:sts::1:assumed-role/admin/i-0',
  ])('who is behind "%s" is inferred', (user) => {
    expect(actor(user)).toMatchObject({ kind: 'human', kindConfidence: 'inferred' });
  });
});

describe('by what the client says', () => {
  test('a service account that runs Helm is gitops, inferred', () => {
    const user = 'system:serviceaccount:ci:helm-deployer';
    const expected = { kind: 'gitops', kindConfidence: 'inferred', manager: 'Helm' };
    expect(actor(user, { userAgent: 'Helm/3.19.2' })).toMatchObject(expected);
    expect(actor(user, { fieldManager: 'helm' })).toMatchObject(expected);
  });

  test('a person whose client claims to be Argo CD stays a person', () => {
    const userAgent = 'argocd-application-controller/v3.0';
    expect(actor('alice', { userAgent })).toMatchObject({
      kind: 'human',
      kindConfidence: 'exact',
      manager: '',
    });
  });

  test('a person who runs Helm is a person', () => {
    expect(actor('alice', { userAgent: 'Helm/3.19.2' })).toMatchObject({ kind: 'human', manager: 'Helm' });
  });
});

test('every change of the sample cluster has the actor of its truth', () => {
  const truth = sampleObjects('cluster/truth-policies.ndjson').filter((row) => text(row['auditID']) !== '');
  const events = eventsIn(sampleObjects('cluster/audit.ndjson')).filter(
    ({ body }) => body.action !== 'received' && body.action !== 'status',
  );
  expect(truth).toHaveLength(36);
  for (const row of truth) {
    const actors = events
      .filter(({ body }) => body.auditId === row['auditID'])
      .map(({ body }) => [body.actor.user, body.actor.kind]);
    expect(actors).not.toEqual([]);
    for (const found of actors) expect(found).toEqual([at(row, 'user'), at(row, 'actor_kind')]);
  }
});
